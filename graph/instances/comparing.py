"""Which of the values of a field a condition holds for."""

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from graph.columns.schema import XSD
from graph.columns.typed import DERIVED_INTEGERS
from graph.instances.arrays import Ids, Mask
from graph.instances.dictionary import Dictionary
from graph.instances.question import Condition, Constant, Sign

_EXACT = frozenset(XSD + name for name in ("integer", "decimal", *DERIVED_INTEGERS))
_NUMBERS = _EXACT | {XSD + "double", XSD + "float"}
_MOMENTS = frozenset((XSD + "dateTime", XSD + "dateTimeStamp"))
_SIGNS: dict[Sign, Callable[..., Mask]] = {
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fulfilling(condition: Condition, values: Ids, dictionary: Dictionary) -> Mask:
    """Which of `values` it holds for."""
    match condition.comparison:
        case "term":
            found = (dictionary.term(one) for one in condition.constants)
            return np.isin(values, [one for one in found if one is not None])
        case "text":
            texts = [identity for one in condition.constants for identity in dictionary.of_text(one.value)]
            return np.isin(values, texts)
        case "pattern":
            return _matching(condition.constants, values, dictionary)
        case "presence":
            return np.ones(len(values), dtype=bool)
        case "value":
            holds = np.zeros(len(values), dtype=bool)
            for one in condition.constants:
                holds |= _compared(one, condition.sign, values, dictionary)
            return holds


def _matching(patterns: Sequence[Constant], values: Ids, dictionary: Dictionary) -> Mask:
    texts, holds = dictionary.texts(values), np.zeros(len(values), dtype=bool)
    for one in patterns:
        found = pc.match_substring_regex(texts, one.value, ignore_case=True)
        holds |= found.to_numpy(zero_copy_only=False)
    return holds


def _compared(constant: Constant, sign: Sign, values: Ids, dictionary: Dictionary) -> Mask:
    """Numbers with numbers, moments with moments, and days with days (SPARQL 1.1 §17.3)."""
    assert constant.datatype is not None  # a literal
    if constant.datatype in _NUMBERS:
        return _compared_numbers(Decimal(constant.value), sign, values, dictionary)
    kinds = _MOMENTS if constant.datatype in _MOMENTS else frozenset((constant.datatype,))
    known = dictionary.instants[values]
    with np.errstate(invalid="ignore"):
        holds: Mask = _SIGNS[sign](known, _instant(constant.value))
    holds &= dictionary.with_datatypes(values, kinds)
    return holds


def _compared_numbers(number: Decimal, sign: Sign, values: Ids, dictionary: Dictionary) -> Mask:
    near = float(number)
    known = dictionary.numbers[values]
    with np.errstate(invalid="ignore"):
        holds: Mask = _SIGNS[sign](known, near)
    holds &= dictionary.with_datatypes(values, _NUMBERS)
    # A double has 53 bits: what is as near as that is compared digit by digit.
    ties = np.flatnonzero((known == near) & dictionary.with_datatypes(values, _EXACT))
    for place, text in zip(ties.tolist(), dictionary.texts(values[ties]).to_pylist(), strict=True):
        holds[place] = _SIGNS[sign](Decimal(text), number)
    return holds


def _instant(text: str) -> float:
    """As `Dictionary.instants`: microseconds, in UTC where there is no time zone."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)
