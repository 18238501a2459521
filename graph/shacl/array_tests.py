"""Over arrays: what one value node alone can violate (SHACL §4.1, §4.3, §4.4, §4.8.3), and `<` (§4.5.3).

They say the same as `value_tests` and `ordering` say in SQL, or raise Unjudged.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow.compute as pc
from rdflib import SH, URIRef
from rdflib.term import Node

from graph import algebra
from graph.columns.schema import LANG_STRING, XSD, XSD_STRING
from graph.columns.typed import DERIVED_INTEGERS
from graph.shacl.arrays import BLANK, IRI, LITERAL, Arrays, Terms, matches
from graph.shacl.ids import Ids, Mask, any_of
from graph.shacl.model import ValueTest
from graph.shacl.terms import Constants
from graph.shacl.value_tests import LEXICAL, NUMBERED, translated

_KINDS: Mapping[Node, tuple[int, ...]] = {
    SH.IRI: (IRI,),
    SH.BlankNode: (BLANK,),
    SH.Literal: (LITERAL,),
    SH.BlankNodeOrIRI: (BLANK, IRI),
    SH.BlankNodeOrLiteral: (BLANK, LITERAL),
    SH.IRIOrLiteral: (IRI, LITERAL),
}
_WITH_INSTANT = ("dateTime", "date", "gYearMonth", "gYear")
_INTEGERS = tuple(f"{XSD}{one}" for one in ("integer", *DERIVED_INTEGERS))
_INEXACT = (f"{XSD}double", f"{XSD}float")
_DATE_TIMES = (f"{XSD}dateTime", f"{XSD}dateTimeStamp")
_EXACT = 2.0**53
_FOURTEEN_HOURS = 14 * 3600 * 1_000_000


class Unjudged(Exception):  # noqa: N818 – an answer, not a fault
    """The arrays cannot tell."""


def violated(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    """Which of the value nodes `ids`, in order and each once, violate a test. Raises Unjudged."""
    return _TESTS[test.component](test, ids, arrays, constants)


def less(a: Ids, b: Ids, terms: Terms, *, or_equal: bool) -> Mask:
    """Whether each of `a` is less than the one of `b` beside it, or also equal (SPARQL 1.1 §17.3)."""
    found = np.zeros(len(a), np.bool_)
    numeric = terms.has_number.take(a) & terms.has_number.take(b)
    if any_of(numeric):
        found[numeric] = _less_numbers(a[numeric], b[numeric], terms, or_equal)
    kind_a, kind_b = terms.datatype.take(a), terms.datatype.take(b)
    is_same = (kind_a == kind_b) | (terms.are_of(a, _DATE_TIMES) & terms.are_of(b, _DATE_TIMES))
    timed = ~numeric & terms.has_instant.take(a) & terms.has_instant.take(b) & is_same
    if any_of(timed):
        found[timed] = _less_instants(a[timed], b[timed], terms, or_equal)
    string = terms.code(XSD_STRING)
    written = ~numeric & ~timed & (kind_a == string) & (kind_b == string)
    if any_of(written):
        found[written] = _less_texts(a[written], b[written], terms, or_equal)
    return found


def _less_numbers(a: Ids, b: Ids, terms: Terms, or_equal: bool) -> Mask:
    x, y = terms.numbers.take(a), terms.numbers.take(b)
    kind_a, kind_b = terms.datatype.take(a), terms.datatype.take(b)
    boolean = terms.code(f"{XSD}boolean")
    is_comparable = (kind_a == boolean) == (kind_b == boolean)
    equal = is_comparable & (x == y)
    if any_of(equal):
        whole = terms.are_of(a, _INTEGERS) & terms.are_of(b, _INTEGERS) & (np.abs(x) < _EXACT)
        rounded = terms.are_of(a, _INEXACT) | terms.are_of(b, _INEXACT) | (kind_a == boolean)
        # Equal doubles may hide digits.
        open_to_doubt = equal & ~whole & ~rounded & (a != b)
        pairs = np.unique(np.stack((a[open_to_doubt], b[open_to_doubt])), axis=1)
        if not all(_decimal(one, terms) == _decimal(other, terms) for one, other in pairs.T):
            raise Unjudged
    found: Mask = (is_comparable & (x < y)) | (equal & or_equal)
    return found


def _decimal(number: np.uint32, terms: Terms) -> Decimal:
    try:
        return Decimal(terms.texts(np.array([number]))[0].as_py())
    except InvalidOperation as wrong:
        raise Unjudged from wrong


def _less_instants(a: Ids, b: Ids, terms: Terms, or_equal: bool) -> Mask:
    x, y = terms.instants.take(a), terms.instants.take(b)
    alike = terms.has_zone.take(a) == terms.has_zone.take(b)
    # With and without a time zone: in order only when 14 hours apart (XML Schema 1.1 Part 2, §3.3.7).
    return np.where(alike, (x <= y) if or_equal else (x < y), x + _FOURTEEN_HOURS < y)


def _less_texts(a: Ids, b: Ids, terms: Terms, or_equal: bool) -> Mask:
    text_a, text_b = (terms.each_text(one) for one in (a, b))
    compared = (pc.less_equal if or_equal else pc.less)(text_a, text_b)
    found: Mask = compared.to_numpy(zero_copy_only=False)
    return found


def _datatype(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    wanted, terms = str(test.parameter), arrays.terms
    wrong: Mask = terms.datatype.take(ids) != terms.code(wanted)
    name = wanted.removeprefix(XSD)
    if name in NUMBERED:
        return wrong | ~terms.has_number.take(ids)
    if name in LEXICAL:
        # What has an instant was found to be of the lexical space when it got it.
        doubtful = ~wrong & ~terms.has_instant.take(ids) if name in _WITH_INSTANT else ~wrong
        if any_of(doubtful):
            is_short = name.lower().endswith("duration")
            wrong[doubtful] = _looked_at(ids[doubtful], arrays, lambda one: _is_outside(one, name, is_short))
        return wrong
    return wrong | (terms.language.take(ids) < 0) if wanted == LANG_STRING else wrong


def _is_outside(texts: object, name: str, is_duration: bool) -> Mask:
    outside = ~matches(texts, LEXICAL[name], whole=True)
    # Nothing but letters P and T: of a duration at least one part is there.
    return outside | ~matches(texts, "[0-9][A-Z]") if is_duration else outside


def _node_kind(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    allowed = np.zeros(LITERAL + 1, np.bool_)
    if test.parameter is None:
        return np.zeros(len(ids), np.bool_)
    allowed[list(_KINDS[test.parameter])] = True
    wrong: Mask = ~allowed.take(arrays.terms.kinds.take(ids))
    return wrong


def _range(*, is_minimum: bool, inclusive: bool) -> "_Test":
    def mask(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
        limit = np.full(len(ids), int(constants.id(_given(test))), np.uint32)
        low, high = (limit, ids) if is_minimum else (ids, limit)
        return ~less(low, high, arrays.terms, or_equal=inclusive)

    return mask


def _length(*, is_minimum: bool) -> "_Test":
    def mask(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
        limit = int(str(test.parameter))

        def look(texts: object) -> Mask:
            lengths = pc.utf8_length(texts).to_numpy()
            found: Mask = lengths < limit if is_minimum else lengths > limit
            return found

        return _is_blank(ids, arrays) | _looked_at(ids, arrays, look)

    return mask


def _is_blank(ids: Ids, arrays: Arrays) -> Mask:
    found: Mask = arrays.terms.kinds.take(ids) == BLANK
    return found


def _pattern(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    try:
        found = translated(str(test.parameter), test.flags)
    except algebra.Unsupported as unsupported:
        raise Unjudged from unsupported
    folded, dot = "i" in found.options, "s" in found.options

    def look(texts: object) -> Mask:
        return ~matches(texts, found.pattern, folded=folded, dot=dot)

    return _is_blank(ids, arrays) | _looked_at(ids, arrays, look)


def _language_in(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    ranges = [str(one).lower() for one in test.members]

    def is_in(language: str) -> bool:
        some = (one == "*" or language == one or language.startswith(f"{one}-") for one in ranges)
        return language != "" and any(some)

    languages = arrays.terms.languages
    # The last is what a term without a language, of code -1, is told by.
    wrong = np.array([*(not is_in(one) for one in languages), True])
    mask: Mask = wrong.take(arrays.terms.language.take(ids))
    return mask


def _in(test: ValueTest, ids: Ids, arrays: Arrays, constants: Constants) -> Mask:
    return ~arrays.among(ids, [int(constants.id(one)) for one in test.members])


def _looked_at(ids: Ids, arrays: Arrays, look: Callable[[object], Mask]) -> Mask:
    """What is told from the texts."""
    return look(arrays.terms.texts(ids)) if len(ids) else np.zeros(0, np.bool_)


def _given(test: ValueTest) -> Node:
    if test.parameter is None:
        raise ValueError(f"{test.component} without its parameter")
    return test.parameter


_Test = Callable[[ValueTest, Ids, Arrays, Constants], Mask]
_TESTS: Mapping[URIRef, _Test] = {
    SH.DatatypeConstraintComponent: _datatype,
    SH.NodeKindConstraintComponent: _node_kind,
    SH.MinExclusiveConstraintComponent: _range(is_minimum=True, inclusive=False),
    SH.MinInclusiveConstraintComponent: _range(is_minimum=True, inclusive=True),
    SH.MaxExclusiveConstraintComponent: _range(is_minimum=False, inclusive=False),
    SH.MaxInclusiveConstraintComponent: _range(is_minimum=False, inclusive=True),
    SH.MinLengthConstraintComponent: _length(is_minimum=True),
    SH.MaxLengthConstraintComponent: _length(is_minimum=False),
    SH.PatternConstraintComponent: _pattern,
    SH.LanguageInConstraintComponent: _language_in,
    SH.InConstraintComponent: _in,
}
