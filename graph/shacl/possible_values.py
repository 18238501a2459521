"""What SPARQL expressions may be for many solutions at once, told from arrays (SPARQL 1.1 §17).

Nothing that an expression is, is ever left out; what it cannot be may be let in. So numbers are intervals,
texts may be doubtful, and a condition says of each solution whether it may be true and whether it may be
false; where it is neither, it is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.algebra import regex
from graph.algebra.plan import Call, Constant, Exists, Expression, Unsupported, Var
from graph.columns.schema import LANG_STRING, XSD, XSD_STRING
from graph.columns.typed import DERIVED_INTEGERS
from graph.shacl import array_tests
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import BLANK, LITERAL, Arrays, Ids, Mask, matches
from graph.shacl.terms import Constants

UNBOUND = np.uint32(0xFFFFFFFF)
"""Instead of an id."""

_NUMERIC = frozenset(f"{XSD}{one}" for one in ("integer", "decimal", "double", "float", *DERIVED_INTEGERS))
_EXACT = 2.0**53
_TEXTS = frozenset({"STR", "SUBSTR", "STRAFTER", "CONCAT"})
_NUMBERS = frozenset({"+", "-", "*", "/", "ABS", "FLOOR", "STRLEN", f"{XSD}integer"})
_ORDERS = frozenset({"=", "!=", "<", ">", "<=", ">="})
_TRUTHS = _ORDERS | {"&&", "||", "!", "IN", "NOT IN", "BOUND", "REGEX", "STRSTARTS", "STRENDS"}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_MOST_LENGTHS = 40
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truth:
    may: Mask
    may_not: Mask

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.may & other.may, self.may_not | other.may_not)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.may | other.may, self.may_not & other.may_not)

    def __invert__(self) -> "Truth":
        return Truth(self.may_not, self.may)

    def of(self, is_value: Mask, is_doubtful: "Mask | bool" = False) -> "Truth":
        """An error where there is no value; anything where that is doubtful."""
        return Truth((self.may | is_doubtful) & is_value, (self.may_not | is_doubtful) & is_value)


@dataclass(frozen=True, slots=True)
class Texts:
    """An array of pyarrow, or one text for all. Where not `is_value`, there is an error."""

    texts: Any
    is_value: Mask
    is_doubtful: Mask


@dataclass(frozen=True, slots=True)
class Numbers:
    """From `low` to `high`, both included."""

    low: Floats
    high: Floats
    is_value: Mask


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Of `rows` solutions. `nodes` are the ids of variables, `derived` what other variables are bound to;
    `exists` tells of a pattern."""

    arrays: Arrays
    constants: Constants
    rows: int
    nodes: Mapping[str, Ids]
    derived: Mapping[str, Expression]
    exists: Callable[[Exists], Truth]
    _read: dict[tuple[Expression, bool], Texts] = field(default_factory=dict)

    def truth(self, one: Expression) -> Truth:
        match one:
            case Exists():
                return self.exists(one)
            case Var(name) if name in self.derived:
                return self.truth(self.derived[name])
            case Call("&&", (a, b)):
                return self.truth(a) & self.truth(b)
            case Call("||", (a, b)):
                return self.truth(a) | self.truth(b)
            case Call("!", (a,)):
                return ~self.truth(a)
            case Call("BOUND", (Var(name),)) if name in self.nodes:
                return self._told(self.nodes[name] != UNBOUND)
            case Call("IN", (a, *members)):
                return reduce(
                    Truth.__or__, (self._compared("=", a, b) for b in members), self._told(self._all(False))
                )
            case Call("NOT IN", (a, *members)):
                return ~self.truth(Call("IN", (a, *members)))
            case Call(sign, (a, b)) if sign in _ORDERS:
                return self._compared(sign, a, b)
            case Call("STRSTARTS" | "STRENDS" | "REGEX", (text, Constant(part, datatype))) if (
                datatype == XSD_STRING
            ):
                return self._searched(one.name, text, part)
        return self._anything()

    def _told(self, mask: Mask) -> Truth:
        return Truth(mask, ~mask)

    def _all(self, value: bool) -> Mask:
        return np.full(self.rows, value)

    def _anything(self) -> Truth:
        return Truth(self._all(True), self._all(True))

    def _kind(self, one: Expression) -> str:
        match one:
            case Var(name) if name in self.derived:
                return self._kind(self.derived[name])
            case Var(name) if name in self.nodes:
                return "node"
            case Constant(_, None):
                return "iri"
            case Constant(_, datatype, None) if datatype == XSD_STRING:
                return "text"
            case Constant(_, datatype) if datatype in _NUMERIC:
                return "number"
            case Call("IF", (_, a, b)) if self._kind(a) == self._kind(b) == "number":
                return "number"
            case Call(name) if name in _TEXTS:
                return "text"
            case Call(name) if name in _NUMBERS:
                return "number"
            case Exists():
                return "truth"
            case Call(name) if name in _TRUTHS:
                return "truth"
        return "other"

    def _compared(self, sign: str, a: Expression, b: Expression) -> Truth:
        try:
            return self._order(sign, a, b)
        except Unjudged:
            return self._anything()

    def _order(self, sign: str, a: Expression, b: Expression) -> Truth:
        kinds = self._kind(a), self._kind(b)
        if sign == "!=" and "other" not in kinds:
            return ~self._compared("=", a, b)
        match kinds:
            case "text", "text":
                return self._texts_compared(sign, self._text(a), self._text(b))
            case ("number", "number") | ("node", "number") | ("number", "node"):
                found = _numbers_compared(sign, self._number(a), self._number(b))
                # What is no number is not equal to one, or cannot be compared with it.
                others = sign == "=" and "node" in kinds
                return replace(found, may_not=found.may_not | ~found.may) if others else found
            case "truth", "truth" if sign == "=":
                one, two = self.truth(a), self.truth(b)
                return Truth(
                    (one.may & two.may) | (one.may_not & two.may_not),
                    (one.may & two.may_not) | (one.may_not & two.may),
                )
            case "node", "node":
                return self._nodes_compared(sign, self._ids(a), self._ids(b))
            case "node", "iri" if sign == "=":
                return self._is_iri(self._ids(a), b)
            case "iri", "node" if sign == "=":
                return self._is_iri(self._ids(b), a)
        return self._anything()

    def _ids(self, one: Expression) -> Ids:
        while isinstance(one, Var) and one.name in self.derived:
            one = self.derived[one.name]
        if not isinstance(one, Var):
            raise Unjudged
        return self.nodes[one.name]

    def _is_iri(self, ids: Ids, iri: Expression) -> Truth:
        assert isinstance(iri, Constant)
        bound = ids != UNBOUND
        found = np.zeros(self.rows, np.bool_)
        wanted = identified(iri, self.arrays, self.constants)
        return self._told(found if wanted is None else ids == wanted).of(bound)

    def _nodes_compared(self, sign: str, a: Ids, b: Ids) -> Truth:
        bound, terms = (a != UNBOUND) & (b != UNBOUND), self.arrays.terms
        one, two = np.where(bound, a, 0), np.where(bound, b, 0)
        if sign == "=":
            # Literals that differ as terms may be the same value.
            both = (terms.kinds[one] == LITERAL) & (terms.kinds[two] == LITERAL)
            return self._told(one == two).of(bound, both)
        if sign in (">", ">="):
            one, two = two, one
        try:
            found = array_tests.less(one, two, terms, or_equal=sign in ("<=", ">="))
        except Unjudged:
            return self._anything()
        # What has no order is an error, not false.
        return Truth(found & bound, ~found & bound)

    def _texts_compared(self, sign: str, a: Texts, b: Texts) -> Truth:
        compare = {"=": pc.equal, "<": pc.less, ">": pc.greater, "<=": pc.less_equal, ">=": pc.greater_equal}[
            sign
        ]
        found = compare(a.texts, b.texts)
        if not isinstance(found, pa.Array):
            return self._anything()
        return self._told(_mask(found)).of(a.is_value & b.is_value, a.is_doubtful | b.is_doubtful)

    def _searched(self, name: str, text: Expression, part: str) -> Truth:
        given = self._text(text, is_any_language=True)
        if isinstance(given.texts, pa.Scalar):
            return self._anything()
        if name == "REGEX":
            try:
                pattern = regex.translate(part, "")
            except Unsupported:
                return self._anything()
            found = matches(given.texts, pattern.pattern)
        else:
            found = _mask((pc.starts_with if name == "STRSTARTS" else pc.ends_with)(given.texts, part))
        return self._told(found).of(given.is_value, given.is_doubtful)

    def _text(self, one: Expression, *, is_any_language: bool = False) -> Texts:
        """`is_any_language`: a text with a language tag is one like any other."""
        key = one, is_any_language
        if key not in self._read:
            self._read[key] = self._text_of(one, is_any_language)
        return self._read[key]

    def _text_of(self, one: Expression, is_any_language: bool) -> Texts:
        sure = self._all(False)
        match one:
            case Constant(value, datatype) if datatype in (None, XSD_STRING):
                return Texts(_one(value), self._all(True), sure)
            case Var(name) if name in self.derived:
                return self._text(self.derived[name], is_any_language=is_any_language)
            case Var(name) if name in self.nodes:
                return self._literals(self.nodes[name], is_any_language)
            case Call("STR", (Var(name),)) if name in self.nodes:
                ids = self.nodes[name]
                bound = ids != UNBOUND
                known = np.where(bound, ids, 0)
                is_value = bound & (self.arrays.terms.kinds[known] != BLANK)
                return Texts(self.arrays.terms.each_text(known), is_value, sure)
            case Call("STR", (Constant(value),)):
                return Texts(_one(value), self._all(True), sure)
            case Call("STR", (inner,)):
                return self._number_text(inner) if self._kind(inner) == "number" else self._text(inner)
            case Call("SUBSTR", (text, Constant(start), *rest)) if start.isdecimal() and int(start) > 0:
                return self._part(self._text(text), int(start) - 1, *rest)
            case Call("STRAFTER", (text, Constant(before, datatype))) if datatype == XSD_STRING and before:
                given = self._text(text)
                return Texts(_after(given.texts, before), given.is_value, given.is_doubtful)
            case Call("CONCAT", parts):
                texts = [self._text(part) for part in parts]
                joined = pc.binary_join_element_wise(*(each.texts for each in texts), _one(""))
                is_value = np.logical_and.reduce([each.is_value for each in texts])
                return Texts(joined, is_value, np.logical_or.reduce([each.is_doubtful for each in texts]))
        raise Unjudged

    def _literals(self, ids: Ids, is_any_language: bool) -> Texts:
        terms, bound = self.arrays.terms, ids != UNBOUND
        known = np.where(bound, ids, 0)
        kind = terms.datatype[known]
        tagged = kind == terms.code(LANG_STRING)
        is_value = bound & (tagged | (kind == terms.code(XSD_STRING)))
        return Texts(terms.each_text(known), is_value, tagged & (not is_any_language))

    def _number_text(self, one: Expression) -> Texts:
        number = self._number(one)
        is_whole = (number.low == number.high) & _is_whole(number.low)
        written = pa.array(np.where(is_whole, number.low, 0).astype(np.int64)).cast(pa.string())
        return Texts(written, number.is_value, ~is_whole)

    def _part(self, given: Texts, start: int, length: Expression | None = None) -> Texts:
        if isinstance(given.texts, pa.Scalar):
            raise Unjudged
        if length is None:
            return Texts(pc.utf8_slice_codeunits(given.texts, start, None), given.is_value, given.is_doubtful)
        if isinstance(length, Constant) and length.value.isdecimal():
            part = pc.utf8_slice_codeunits(given.texts, start, start + int(length.value))
            return Texts(part, given.is_value, given.is_doubtful)
        number = self._number(length)
        counts = np.where(number.is_value & (number.low == number.high) & (number.low >= 0), number.low, -1)
        different = np.unique(counts).astype(np.int64)
        if len(different) > _MOST_LENGTHS:
            raise Unjudged
        part = pa.nulls(self.rows, pa.string())
        for one in different[different >= 0].tolist():
            cut = pc.utf8_slice_codeunits(given.texts, start, start + one)
            part = pc.if_else(pa.array(counts == one), cut, part)
        doubtful = given.is_doubtful | (number.is_value & (counts < 0))
        return Texts(pc.fill_null(part, _one("")), given.is_value & number.is_value, doubtful)

    def _number(self, one: Expression) -> Numbers:
        match one:
            case Constant(value, datatype) if datatype in _NUMERIC:
                return _interval(np.full(self.rows, float(value)), self._all(True))
            case Var(name) if name in self.derived:
                return self._number(self.derived[name])
            case Var(name) if name in self.nodes:
                return self._node_number(self.nodes[name])
            case Call("IF", (condition, a, b)):
                return self._chosen(self.truth(condition), self._number(a), self._number(b))
            case Call("+" | "-" | "*" | "/" as sign, (a, b)):
                return _calculated(sign, self._number(a), self._number(b))
            case Call("ABS", (a,)):
                given = self._number(a)
                low, high = np.abs(given.low), np.abs(given.high)
                spans = (given.low <= 0) & (given.high >= 0)
                return Numbers(
                    np.where(spans, 0, np.minimum(low, high)), np.maximum(low, high), given.is_value
                )
            case Call("FLOOR", (a,)):
                given = self._number(a)
                return Numbers(np.floor(given.low), np.floor(given.high), given.is_value)
            case Call("STRLEN", (text,)):
                return self._length(self._text(text, is_any_language=True))
            case Call(name, (text,)) if name == f"{XSD}integer":
                return self._whole(self._text(text))
        raise Unjudged

    def _node_number(self, ids: Ids) -> Numbers:
        terms, bound = self.arrays.terms, ids != UNBOUND
        known = np.where(bound, ids, 0)
        is_number = terms.has_number[known] & (terms.datatype[known] != terms.code(f"{XSD}boolean"))
        return _interval(np.where(is_number, terms.numbers[known], 0), bound & is_number)

    def _length(self, given: Texts) -> Numbers:
        if isinstance(given.texts, pa.Scalar):
            raise Unjudged
        lengths = pc.utf8_length(given.texts).to_numpy(zero_copy_only=False).astype(np.float64)
        return _doubted(Numbers(lengths, lengths, given.is_value), given.is_doubtful)

    def _whole(self, given: Texts) -> Numbers:
        if isinstance(given.texts, pa.Scalar):
            raise Unjudged
        encoded = given.texts.dictionary_encode()
        different = encoded.dictionary
        is_plain = matches(different, "[0-9]{1,15}", whole=True)
        digits = pc.if_else(pa.array(is_plain), different, _one("0")).cast(pa.int64())
        places = encoded.indices.to_numpy()
        number = digits.to_numpy().astype(np.float64)[places]
        return _doubted(Numbers(number, number, given.is_value), given.is_doubtful | ~is_plain[places])

    def _chosen(self, condition: Truth, a: Numbers, b: Numbers) -> Numbers:
        low = np.minimum(np.where(condition.may, a.low, np.inf), np.where(condition.may_not, b.low, np.inf))
        high = np.maximum(
            np.where(condition.may, a.high, -np.inf), np.where(condition.may_not, b.high, -np.inf)
        )
        is_value = (condition.may & a.is_value) | (condition.may_not & b.is_value)
        return Numbers(low, high, is_value)


def identified(one: Constant, arrays: Arrays, constants: Constants) -> int | None:
    """The id of a term of the query; None where the arrays have no such term."""
    known = constants.known.get((one.value, one.datatype, one.language))
    if known is None:
        raise Unjudged
    return known.id if arrays.terms.has(known.id) else None


def _interval(number: Floats, is_value: Mask) -> Numbers:
    """Whole numbers are what they are; others stand for decimals near them."""
    return _doubted(_widened(number, number, _is_whole(number), is_value), ~np.isfinite(number))


def _is_whole(number: Floats) -> Mask:
    """Whole, and small enough to be exact."""
    found: Mask = (np.floor(number) == number) & (np.abs(number) < _EXACT)
    return found


def _widened(low: Floats, high: Floats, is_exact: Mask, is_value: Mask) -> Numbers:
    """By what calculating with decimals of twelve places may differ."""
    margin = np.where(is_exact, 0, 1e-11 * np.maximum(1, np.maximum(np.abs(low), np.abs(high))))
    return Numbers(low - margin, high + margin, is_value)


def _doubted(number: Numbers, is_doubtful: Mask) -> Numbers:
    doubt = is_doubtful | np.isnan(number.low) | np.isnan(number.high)
    return Numbers(
        np.where(doubt, -np.inf, number.low), np.where(doubt, np.inf, number.high), number.is_value
    )


def _calculated(sign: str, a: Numbers, b: Numbers) -> Numbers:
    is_value = a.is_value & b.is_value
    with np.errstate(all="ignore"):
        if sign == "/":
            corners = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
            doubtful = (b.low <= 0) & (b.high >= 0)
        else:
            calculate = {"+": np.add, "-": np.subtract, "*": np.multiply}[sign]
            corners = [calculate(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
            doubtful = np.zeros(len(a.low), np.bool_)
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        exact = (a.low == a.high) & (b.low == b.high) & _is_whole(low)
        if sign == "/":
            exact &= low * b.low == a.low
        found = _widened(low, high, exact, is_value)
    return _doubted(found, doubtful)


def _numbers_compared(sign: str, a: Numbers, b: Numbers) -> Truth:
    if sign in (">", ">="):
        sign, a, b = _MIRRORED[sign], b, a
    if sign == "=":
        may = (a.low <= b.high) & (b.low <= a.high)
        may_not = ~((a.low == a.high) & (b.low == b.high) & (a.low == b.low))
    elif sign == "<":
        may, may_not = a.low < b.high, a.high >= b.low
    else:
        may, may_not = a.low <= b.high, a.high > b.low
    return Truth(may, may_not).of(a.is_value & b.is_value)


def _one(text: str) -> Any:
    # Of a Python string pyarrow would guess the type, for which it tries to import dateutil (26.0).
    return pa.scalar(text, pa.string())


def _after(texts: Any, before: str) -> Any:
    if isinstance(texts, pa.Scalar):
        raise Unjudged
    if _mask(pc.starts_with(texts, before)).all():
        return pc.utf8_slice_codeunits(texts, len(before), None)
    found = pc.extract_regex(texts, f"(?s)^(?:.*?){_quoted(before)}(?P<after>.*)$")
    return pc.fill_null(pc.struct_field(found, "after"), _one(""))


def _quoted(text: str) -> str:
    return "".join(one if one.isalnum() or not one.isascii() else f"\\{one}" for one in text)


def _mask(found: Any) -> Mask:
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask
