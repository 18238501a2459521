"""What SPARQL expressions may be for many solutions at once, told from arrays (SPARQL 1.1 §17).

Nothing that an expression is, is ever left out; what it cannot be may be let in. So numbers are intervals,
texts may be doubtful, and a condition says of each solution whether it may be true and whether it may be
false.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.algebra import regex
from graph.algebra.plan import Call, Constant, Exists, Expression, Unsupported, Var
from graph.columns.schema import XSD, XSD_STRING
from graph.columns.typed import DERIVED_INTEGERS
from graph.shacl import array_tests, possible_numbers, possible_texts
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import LITERAL, Arrays, mask, matches
from graph.shacl.ids import Ids
from graph.shacl.possible_numbers import Numbers, interval
from graph.shacl.possible_texts import UNBOUND, Texts, constant
from graph.shacl.possible_truth import Truth
from graph.shacl.terms import Constants

_NUMERIC = frozenset(f"{XSD}{one}" for one in ("integer", "decimal", "double", "float", *DERIVED_INTEGERS))
_TEXTS = frozenset({"STR", "SUBSTR", "STRAFTER", "CONCAT"})
_NUMBERS = frozenset({"+", "-", "*", "/", "ABS", "FLOOR", "STRLEN", f"{XSD}integer"})
_ORDERS = frozenset({"=", "!=", "<", ">", "<=", ">="})
_TRUTHS = _ORDERS | {"&&", "||", "!", "IN", "NOT IN", "BOUND", "REGEX", "STRSTARTS", "STRENDS"}


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
    _read: dict[tuple[int, bool], tuple[Expression, Texts]] = field(default_factory=dict)

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
                return Truth.told(self.nodes[name] != UNBOUND)
            case Call("IN", (a, *members)):
                equal = (self._compared("=", a, b) for b in members)
                return reduce(Truth.__or__, equal, Truth.everywhere(self.rows, False, True))
            case Call("NOT IN", (a, *members)):
                return ~self.truth(Call("IN", (a, *members)))
            case Call(sign, (a, b)) if sign in _ORDERS:
                return self._compared(sign, a, b)
            case Call("STRSTARTS" | "STRENDS" | "REGEX", (text, Constant(part, datatype))) if (
                datatype == XSD_STRING
            ):
                return self._searched(one.name, text, part)
        return self._anything()

    def _anything(self) -> Truth:
        return Truth.everywhere(self.rows, True, True)

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
                return possible_texts.compared(sign, self._text(a), self._text(b), self.arrays.terms)
            case ("number", "number") | ("node", "number") | ("number", "node"):
                return self._numbers_compared(sign, self._number(a), self._number(b), "node" in kinds)
            case "truth", "truth" if sign == "=":
                return self.truth(a).is_as(self.truth(b))
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
        wanted = identified(iri, self.arrays, self.constants)
        found = np.zeros(self.rows, np.bool_) if wanted is None else ids == wanted
        return Truth.told(found).of(ids != UNBOUND)

    def _numbers_compared(self, sign: str, a: Numbers, b: Numbers, is_of_node: bool) -> Truth:
        found = possible_numbers.compared(sign, a, b)
        if sign != "=" or not is_of_node:
            return found
        # What is no number is not equal to one, or cannot be compared with it.
        is_other = ~(a.is_value & b.is_value)
        return Truth(found.may, found.may_not | is_other, is_other)

    def _nodes_compared(self, sign: str, a: Ids, b: Ids) -> Truth:
        bound, terms = (a != UNBOUND) & (b != UNBOUND), self.arrays.terms
        one, two = np.where(bound, a, 0), np.where(bound, b, 0)
        if sign == "=":
            # Literals that differ as terms may be the same value.
            both = (terms.kinds[one] == LITERAL) & (terms.kinds[two] == LITERAL)
            return Truth.told(one == two).of(bound, both)
        if sign in (">", ">="):
            one, two = two, one
        found = array_tests.less(one, two, terms, or_equal=sign in ("<=", ">="))
        # What has no order is an error, not false.
        return Truth(found & bound, ~found & bound, ~found & bound)

    def _searched(self, name: str, text: Expression, part: str) -> Truth:
        try:
            given = self._text(text, is_any_language=True)
            if name == "REGEX":
                pattern = regex.translate(part, "").pattern
                return possible_texts.found(given, lambda texts: matches(texts, pattern))
            search = pc.starts_with if name == "STRSTARTS" else pc.ends_with
            return possible_texts.found(given, lambda texts: mask(search(texts, part)))
        except (Unjudged, Unsupported):
            return self._anything()

    def _text(self, one: Expression, *, is_any_language: bool = False) -> Texts:
        """`is_any_language`: a text with a language tag is one like any other."""
        key = id(one), is_any_language
        if key not in self._read:
            self._read[key] = one, self._text_of(one, is_any_language)
        return self._read[key][1]

    def _text_of(self, one: Expression, is_any_language: bool) -> Texts:
        match one:
            case Constant(value, datatype) if datatype in (None, XSD_STRING):
                return constant(value, self.rows)
            case Var(name) if name in self.derived:
                return self._text(self.derived[name], is_any_language=is_any_language)
            case Var(name) if name in self.nodes:
                return possible_texts.of_literals(self.nodes[name], self.arrays, is_any_language)
            case Call("STR", (Var(name),)) if name in self.nodes:
                return possible_texts.of_terms(self.nodes[name], self.arrays)
            case Call("STR", (Constant(value),)):
                return constant(value, self.rows)
            case Call("STR", (inner,)):
                return self._number_text(inner) if self._kind(inner) == "number" else self._text(inner)
            case Call("SUBSTR", (text, Constant(start), *rest)) if start.isdecimal() and int(start) > 0:
                return self._part(self._text(text), int(start) - 1, *rest)
            case Call("STRAFTER", (text, Constant(before, datatype))) if datatype == XSD_STRING and before:
                return possible_texts.after(self._text(text), before)
            case Call("CONCAT", parts):
                return possible_texts.joined([self._text(part) for part in parts])
        raise Unjudged

    def _part(self, given: Texts, start: int, length: Expression | None = None) -> Texts:
        if length is None:
            return possible_texts.part(given, start, None)
        if isinstance(length, Constant) and length.value.isdecimal():
            return possible_texts.part(given, start, int(length.value))
        return possible_texts.parts(given, start, self._number(length))

    def _number_text(self, one: Expression) -> Texts:
        number = self._number(one)
        is_whole = (number.low == number.high) & possible_numbers.is_whole(number.low)

        def read() -> Any:
            return pa.array(np.where(is_whole, number.low, 0).astype(np.int64)).cast(pa.string())

        return Texts(read, number.is_value, ~is_whole)

    def _number(self, one: Expression) -> Numbers:
        match one:
            case Constant(value, datatype) if datatype in _NUMERIC:
                return interval(np.full(self.rows, float(value)), np.full(self.rows, True))
            case Var(name) if name in self.derived:
                return self._number(self.derived[name])
            case Var(name) if name in self.nodes:
                return self._node_number(self.nodes[name])
            case Call("IF", (condition, a, b)):
                return possible_numbers.chosen(self.truth(condition), self._number(a), self._number(b))
            case Call("+" | "-" | "*" | "/" as sign, (a, b)):
                return possible_numbers.calculated(sign, self._number(a), self._number(b))
            case Call("ABS", (a,)):
                return possible_numbers.absolute(self._number(a))
            case Call("FLOOR", (a,)):
                return possible_numbers.floor(self._number(a))
            case Call("STRLEN", (text,)):
                return possible_texts.lengths(self._text(text, is_any_language=True))
            case Call(name, (text,)) if name == f"{XSD}integer":
                return possible_texts.whole(self._text(text))
        raise Unjudged

    def _node_number(self, ids: Ids) -> Numbers:
        terms, bound = self.arrays.terms, ids != UNBOUND
        known = np.where(bound, ids, 0)
        is_number = terms.has_number.take(known) & (terms.datatype.take(known) != terms.code(f"{XSD}boolean"))
        return interval(np.where(is_number, terms.numbers.take(known), 0), bound & is_number)


def identified(one: Constant, arrays: Arrays, constants: Constants) -> int | None:
    """The id of a term of the query; None where the arrays have no such term."""
    known = constants.known.get((one.value, one.datatype, one.language))
    if known is None:
        raise Unjudged
    return known.id if arrays.terms.has(known.id) else None
