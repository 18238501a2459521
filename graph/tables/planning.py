"""SQL for a table: whose rows it has, what is said of them, with which words, and the types of Parquet."""

from collections.abc import Iterable, Sequence

from graph.columns.connection import quote
from graph.tables.plan import LANGUAGES, Field

_INTEGER = "^[+-]?[0-9]+$"
WORDS = "SELECT value, language FROM terms WHERE id IN (SELECT id FROM wanted) ORDER BY id"
"""The words of the terms in `wanted(id)`."""

CHOSEN = """CREATE TEMP TABLE chosen AS
    SELECT terms.id FROM named JOIN terms ON terms.value = named.iri AND terms.datatype IS NULL"""
"""`chosen(id)` from `named(iri)`."""


def subjects(graphs: Iterable[int], rdf_type: int | None, target_class: int | None, *, chosen: bool) -> str:
    """The ids of a class's instances in order; where `chosen`, of those only that are in `chosen(id)`."""
    if rdf_type is None or target_class is None:
        return "SELECT 0::UINTEGER AS id WHERE false"
    among = " AND s IN (SELECT id FROM chosen)" if chosen else ""
    return (
        f"SELECT DISTINCT s AS id FROM quads WHERE {_within(graphs)}"
        f" AND p = {rdf_type} AND o = {target_class}{among} ORDER BY id"
    )


def said(field: Field, predicate: int, graphs: Iterable[int]) -> str:
    """Pairs of ids: a subject in `batch(id)`, and what the field says of it. One that two graphs say comes
    twice."""
    subject, value = ("o", "s") if field.inverse else ("s", "o")
    return (
        f"SELECT {subject} AS subject, {value} AS value FROM quads"
        f" WHERE p = {predicate} AND {_within(graphs)} AND {subject} IN (SELECT id FROM batch)"
    )


def typed(fields: Sequence[Field], source: str) -> str:
    """Rows of `source` (place, id, and the columns of `names`) with the types that Parquet has for them."""
    columns = [f"{_typed(one, number)} AS {_name(one.key)}" for number, one in enumerate(fields)]
    return f"SELECT {', '.join(['id', *columns])} FROM {source} ORDER BY place"


def names(field: Field, number: int) -> list[str]:
    """The columns in which the texts of a field stand: one, or one for each language."""
    return [f"f{number}_{spoken}" for spoken in LANGUAGES] if field.kind == "texts" else [f"f{number}"]


def _within(graphs: Iterable[int]) -> str:
    return f"g IN ({', '.join(map(str, sorted(graphs))) or 'NULL'})"


def _typed(one: Field, number: int) -> str:
    if one.kind == "texts":
        members = ", ".join(
            f"'{spoken}': {name}" for spoken, name in zip(LANGUAGES, names(one, number), strict=True)
        )
        return f"{{{members}}}"
    if one.scalar:
        return _value(one, f"f{number}")
    return f"list_transform(f{number}, lambda one: {_value(one, 'one')})"


def _value(one: Field, value: str) -> str:
    match one.kind:
        case "boolean":
            return (
                f"CASE WHEN {value} IN ('true', '1') THEN true WHEN {value} IN ('false', '0') THEN false END"
            )
        case "integer":
            return (
                f"TRY_CAST(CASE WHEN regexp_matches({value}, {quote(_INTEGER)}) THEN {value} END AS BIGINT)"
            )
        case "decimal":
            return f"TRY_CAST({value} AS DOUBLE)"
        case "date":
            return f"TRY_CAST({value} AS DATE)"
        case _:
            return value


def _name(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'
