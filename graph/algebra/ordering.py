"""SPARQL's order of terms (§15.1): unbound, blank nodes, IRIs, literals; numbers and times by value."""

from graph.algebra.choice import as_term
from graph.algebra.context import Context, refuse, text
from graph.algebra.holding import KNOWN, NUMBERS, RESOURCES, TIMES, is_only, may_be
from graph.algebra.numbers import number
from graph.algebra.values import DECIMAL, Boolean, Decimal, Integer, Number, Term, Text, Value
from graph.columns.kinds import BLANK, IRI
from graph.columns.schema import XSD

_DIRECTIONS = {False: "ASC NULLS FIRST", True: "DESC NULLS LAST"}


def keys(context: Context, value: Value, *, descending: bool) -> list[tuple[str, str]]:
    """What to sort by, in turn: SQL and direction. Literals of different kinds stand side by side."""
    direction = _DIRECTIONS[descending]
    return [(sql, direction) for sql in _keys(context, value)]


def _keys(context: Context, value: Value) -> list[str]:
    match value:
        case Boolean(sql) | Integer(sql) | Decimal(sql) | Text(sql, None):
            return [f"({sql})"]
        case _:
            pass
    term = as_term(value)
    rank = (
        f"CASE WHEN {term.datatype} IS NOT NULL THEN 2"
        f" WHEN starts_with({term.value}, '_:') THEN 0 WHEN {term.value} IS NOT NULL THEN 1 END"
    )
    found = number(value) if isinstance(value, Number) or term.constant else None
    if isinstance(found, Number):
        is_number = f"({found.rank}) IS NOT NULL"
        numbers = [f"CASE WHEN {is_number} THEN {one} END" for one in (found.double, found.exact)]
    else:
        numbers = [term.number, _exact(term)] if may_be(term.holds, NUMBERS) else []
        numbers = numbers if term.exact is None else [term.exact]
    by_id = term.id is not None and context.are_ids_in_order()
    texts = [str(term.id)] if by_id else [term.value, term.datatype, term.language]
    literals = KNOWN - RESOURCES
    ranks = (
        []
        if any(is_only(term.holds, one) for one in (frozenset((IRI,)), frozenset((BLANK,)), literals))
        else [rank]
    )
    times = [term.instant] if may_be(term.holds, TIMES) else []
    return [*ranks, *numbers, *times, *texts]


def _exact(term: Term) -> str:
    """SQL of a number that its DOUBLE may not tell from another."""
    floating = ", ".join(text(XSD + name) for name in ("double", "float", "boolean"))
    refused = refuse("a decimal of more digits than are kept")
    return (
        f"CASE WHEN {term.number} IS NOT NULL AND {term.datatype} NOT IN ({floating}) THEN CASE"
        f" WHEN regexp_matches({term.value}, '\\.[0-9]{{18}}[0-9]*[1-9]') THEN {refused}"
        f" ELSE coalesce(TRY_CAST({term.value} AS {DECIMAL}), {refused}) END END"
    )
