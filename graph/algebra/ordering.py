"""SPARQL's order of terms (§15.1): unbound, blank nodes, IRIs, literals; numbers and times by value."""

from graph.algebra.choice import as_term
from graph.algebra.numbers import number
from graph.algebra.values import Boolean, Decimal, Integer, Number, Text, Value

_DIRECTIONS = {False: "ASC NULLS FIRST", True: "DESC NULLS LAST"}


def keys(value: Value, *, descending: bool) -> list[tuple[str, str]]:
    """What to sort by, in turn: SQL and direction. Literals of different kinds stand side by side."""
    direction = _DIRECTIONS[descending]
    return [(sql, direction) for sql in _keys(value)]


def _keys(value: Value) -> list[str]:
    match value:
        case Boolean(sql) | Integer(sql) | Decimal(sql) | Text(sql, None):
            return [f"({sql})"]
        case _:
            pass
    term = as_term(value)
    rank = (
        f"CASE WHEN {term.value} IS NULL THEN NULL WHEN {term.datatype} IS NOT NULL THEN 2"
        f" WHEN starts_with({term.value}, '_:') THEN 0 ELSE 1 END"
    )
    found = number(value)
    ordered = [rank]
    if isinstance(found, Number):
        is_number = f"({found.rank}) IS NOT NULL"
        ordered += [
            f"CASE WHEN {is_number} THEN {found.double} END",
            f"CASE WHEN {is_number} THEN {found.exact} END",
        ]
    return [*ordered, term.instant, term.value, term.datatype, term.language]
