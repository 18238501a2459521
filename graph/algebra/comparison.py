"""Equality and order of values (SPARQL 1.1 §17.3, §17.4.1.7), of any types, row by row.

Literals of types whose values are known to differ are unequal; of unknown or ill-typed ones nothing is known,
which is an error. Where the recommendation leaves the answer to the implementation, the query is refused.
"""

from collections.abc import Callable

from graph.algebra.context import refuse, text
from graph.algebra.holding import KNOWN, LOCAL, ZONED, is_only
from graph.algebra.numbers import number, widened
from graph.algebra.values import (
    Boolean,
    Decimal,
    Integer,
    Iri,
    Number,
    Term,
    Text,
    Value,
    datatype,
    is_bound,
    language,
    lexical,
)
from graph.columns.kinds import BLANK, IRI, ZONED_DATE, ZONED_DATE_TIME
from graph.columns.schema import LANG_STRING, XSD, XSD_STRING

RESOURCE, STRING, TAGGED, BOOLEAN, NUMERIC, DATE_TIME, DATE, ODD, OTHER = range(9)
"""Categories. ODD: of known types that are not compared here. OTHER: of unknown types, or ill-typed."""

_ODD_TYPES = (
    "dateTime",
    "date",
    "dateTimeStamp",
    "time",
    "gYear",
    "gYearMonth",
    "gMonth",
    "gMonthDay",
    "gDay",
    "duration",
    "yearMonthDuration",
    "dayTimeDuration",
    "hexBinary",
    "base64Binary",
    "anyURI",
    "normalizedString",
    "token",
)


def category(value: Value) -> int | str:
    """The category, as SQL where it is known row by row only."""
    match value:
        case Boolean():
            return BOOLEAN
        case Text(_, None):
            return STRING
        case Text(_, tag):
            return f"CASE WHEN {tag} IS NULL THEN {STRING} ELSE {TAGGED} END"
        case Iri():
            return RESOURCE
        case Integer() | Decimal() | Number():
            return NUMERIC
        case Term():
            known = None if value.holds is None else category_of_all(value.holds)
            if known is not None:
                return known
            return value.category or category_of(value.datatype, value.number, value.instant)


def category_of_all(holds: frozenset[str]) -> int | None:
    """The category of all terms of which a column holds, None where they are of several."""
    found = {_CATEGORIES.get(one, NUMERIC) for one in holds}
    return found.pop() if len(found) == 1 and holds <= KNOWN else None


_CATEGORIES = {
    IRI: RESOURCE,
    BLANK: RESOURCE,
    XSD_STRING: STRING,
    LANG_STRING: TAGGED,
    f"{XSD}boolean": BOOLEAN,
    f"{XSD}dateTime": DATE_TIME,
    f"{XSD}date": DATE,
    ZONED_DATE_TIME: DATE_TIME,
    ZONED_DATE: DATE,
}


def may_be(value: Value, wanted: int) -> bool:
    """Whether `value` can be of a category, as far as the query tells."""
    match category(value):
        case int() as known:
            return known == wanted
        case _:
            return not isinstance(value, Text) or wanted in (STRING, TAGGED)


def category_of(datatype: str, number: str, instant: str) -> str:
    """SQL: the category of a term, from its parts."""
    odd = ", ".join(text(XSD + name) for name in _ODD_TYPES)
    return (
        f"CASE WHEN {datatype} IS NULL THEN {RESOURCE} WHEN {datatype} = {text(XSD_STRING)} THEN {STRING}"
        f" WHEN {datatype} = {text(LANG_STRING)} THEN {TAGGED} WHEN {number} IS NOT NULL THEN"
        f" CASE WHEN {datatype} = {text(XSD + 'boolean')} THEN {BOOLEAN} ELSE {NUMERIC} END"
        f" WHEN {instant} IS NOT NULL AND {datatype} = {text(XSD + 'dateTime')} THEN {DATE_TIME}"
        f" WHEN {instant} IS NOT NULL AND {datatype} = {text(XSD + 'date')} THEN {DATE}"
        f" WHEN {datatype} IN ({odd}) THEN {ODD} ELSE {OTHER} END"
    )


def equal(left: Value, right: Value) -> str:
    """SQL: `left = right`."""
    if isinstance(left, Term) and isinstance(right, Term) and left.id and right.id:
        same = f"{left.id} = {right.id}"
    else:
        same = _same(left, right)
    a, b = category(left), category(right)

    def both(wanted: int, compared: Callable[[], str]) -> tuple[bool, str]:
        return _both(left, right, wanted, compared)

    known = [
        both(NUMERIC, lambda: _numbers(left, right, "=")),
        both(BOOLEAN, lambda: f"({_truth(left)} = {_truth(right)})"),
        both(STRING, lambda: f"({lexical(left)} = {lexical(right)})"),
        both(RESOURCE, lambda: _resources(left, right)),
        both(DATE_TIME, lambda: _instants(left, right, "=")),
        both(DATE, lambda: _instants(left, right, "=")),
    ]
    if a == b == TAGGED:
        return same_term(left, right)
    if isinstance(a, int) and isinstance(b, int):
        return next((sql for certain, sql in known if certain), _unlike(left, right))
    branches = [sql for _, sql in known if sql]
    branches.append(f"WHEN {same} THEN TRUE")
    unsure = refuse("equality of values of these datatypes")
    for wanted, result in ((RESOURCE, "FALSE"), (OTHER, "NULL"), (ODD, unsure)):
        either = _one(left, right, wanted)
        branches += [f"{either} THEN {result}"] if either else []
    return f"CASE WHEN NOT ({_bound(left, right)}) THEN NULL {' '.join(branches)} ELSE FALSE END"


def less(left: Value, right: Value, operator: str) -> str:
    """SQL: `left operator right`, of <, <=, > and >=."""
    a, b = category(left), category(right)

    def both(wanted: int, compared: Callable[[], str]) -> tuple[bool, str]:
        return _both(left, right, wanted, compared)

    known = [
        both(NUMERIC, lambda: _numbers(left, right, operator)),
        both(STRING, lambda: f"({lexical(left)} {operator} {lexical(right)})"),
        both(DATE_TIME, lambda: _instants(left, right, operator)),
        both(DATE, lambda: _instants(left, right, operator)),
        both(BOOLEAN, lambda: f"({_truth(left)} {operator} {_truth(right)})"),
    ]
    if isinstance(a, int) and isinstance(b, int) and not a == b == TAGGED:
        return next((sql for certain, sql in known if certain), "NULL::BOOLEAN")
    branches = [sql for _, sql in known if sql]
    for same in (TAGGED, ODD):
        certain, sql = both(same, lambda: refuse("order of values of these datatypes"))
        branches += [f"WHEN TRUE THEN {sql}" if certain else sql] if sql else []
    return f"CASE WHEN NOT ({_bound(left, right)}) THEN NULL {' '.join(branches)} END"


def _resources(left: Value, right: Value) -> str:
    if isinstance(left, Term) and isinstance(right, Term) and left.id and right.id:
        return f"({left.id} = {right.id})"
    return f"({lexical(left)} = {lexical(right)})"


def _same(left: Value, right: Value) -> str:
    return (
        f"{lexical(left)} = {lexical(right)} AND {datatype(left)} IS NOT DISTINCT FROM {datatype(right)}"
        f" AND {language(left)} IS NOT DISTINCT FROM {language(right)}"
    )


def same_term(left: Value, right: Value) -> str:
    """SQL: sameTerm (§17.4.1.8)."""
    if isinstance(left, Term) and isinstance(right, Term) and left.id and right.id:
        return f"({left.id} = {right.id})"
    return f"CASE WHEN {_bound(left, right)} THEN {_same(left, right)} END"


def _both(left: Value, right: Value, wanted: int, compared: Callable[[], str]) -> tuple[bool, str]:
    """The comparison of two values of the category `wanted`: whether both certainly are, and SQL of it or of
    a branch for it; none where they cannot both be."""
    if not may_be(left, wanted) or not may_be(right, wanted):
        return False, ""
    tests = [f"{one} = {wanted}" for one in map(category, (left, right)) if not isinstance(one, int)]
    if not tests:
        return True, compared()
    return False, f"WHEN {' AND '.join(tests)} THEN {compared()}"


def _one(left: Value, right: Value, wanted: int) -> str:
    """A branch for when one of the values is of a category; empty where none can be."""
    found = [category(one) for one in (left, right) if may_be(one, wanted)]
    tests = ["TRUE" if isinstance(one, int) else f"{one} = {wanted}" for one in found]
    return f"WHEN {' OR '.join(tests)}" if tests else ""


def _bound(left: Value, right: Value) -> str:
    return f"{is_bound(left)} AND {is_bound(right)}"


def _unlike(left: Value, right: Value) -> str:
    return f"CASE WHEN {_bound(left, right)} THEN FALSE END"


def _truth(value: Value) -> str:
    return f"({value.number} = 1)" if isinstance(value, Term) else f"({lexical(value)} = 'true')"


def _numbers(left: Value, right: Value, operator: str) -> str:
    a, b = number(left), number(right)
    if a is None or b is None:
        return "NULL::BOOLEAN"
    if isinstance(a, Integer) and isinstance(b, Integer):
        return f"({a.sql} {operator} {b.sql})"
    if not isinstance(a, Number) and not isinstance(b, Number):
        return f"({a.sql} {operator} {b.sql})"
    x, y = widened(a), widened(b)
    exactly = f"({x.exact}) {operator} ({y.exact})"
    if x.faithful and y.faithful:
        # Two doubles that differ do so as the numbers do; only where they are equal must digits be compared.
        exactly = (
            f"CASE WHEN {x.double} <> {y.double} THEN {x.double} {operator} {y.double} ELSE {exactly} END"
        )
    known = f"NOT isnan({x.double}) AND NOT isnan({y.double})"
    if x.known is not None and y.known is not None:
        match max(x.known, y.known):
            case 0 | 1:
                return f"({exactly})"
            case 2:
                return f"({known} AND ({x.double})::FLOAT {operator} ({y.double})::FLOAT)"
            case _:
                return f"({known} AND {x.double} {operator} {y.double})"
    return (
        f"CASE WHEN {x.rank} <= 1 AND {y.rank} <= 1 THEN {exactly}"
        f" WHEN {x.rank} <= 2 AND {y.rank} <= 2"
        f" THEN {known} AND ({x.double})::FLOAT {operator} ({y.double})::FLOAT"
        f" WHEN {x.rank} IS NOT NULL AND {y.rank} IS NOT NULL"
        f" THEN {known} AND {x.double} {operator} {y.double} END"
    )


_ZONE = "'(Z|[+-][0-9]{2}:[0-9]{2})$'"
_FINE = r"'\.[0-9]{6}[0-9]*[1-9]'"


def _instants(left: Value, right: Value, operator: str) -> str:
    """One with a zone and one without are ordered when 14 hours apart (XML Schema 1.1 Part 2, §3.3.7)."""
    if not isinstance(left, Term) or not isinstance(right, Term):
        return "NULL::BOOLEAN"
    a, b = left.instant, right.instant
    if any(is_only(left.holds, kinds) and is_only(right.holds, kinds) for kinds in (LOCAL, ZONED)):
        return f"({a} {operator} {b})"
    zoned = [f"regexp_matches({one.value}, {_ZONE})" for one in (left, right)]
    fine = f"{a} = {b} AND ({' OR '.join(f'regexp_matches({one.value}, {_FINE})' for one in (left, right))})"
    apart = f"abs(epoch_us({a}) - epoch_us({b})) > 50400000000"
    unsure = refuse("equality of times with and without a zone") if operator == "=" else "NULL"
    return (
        f"CASE WHEN {zoned[0]} = {zoned[1]} OR {apart} THEN"
        f" CASE WHEN {fine} THEN {refuse('times finer than a microsecond')} ELSE {a} {operator} {b} END"
        f" ELSE {unsure} END"
    )
