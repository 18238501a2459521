"""Quads in columns, the solutions of compiled queries over them, and solutions of others to compare with."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyoxigraph
import rdflib

from graph import algebra
from graph.columns import Builder, Columns, TextQuad, wide
from graph.sparql.columns_store import ColumnsStore

XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
DEFAULT = "urn:default"
"""The graph that stands for the default graph."""

Cell = tuple[str, str | None, str | None] | None
"""A term as (value, datatype, language); None where unbound."""
Row = tuple[Cell, ...]


class Refused(Exception):  # noqa: N818 – an answer, not a fault
    """The query met a value that it does not treat exactly."""


class Graphs:
    """Quads in columns."""

    def __init__(self, columns: Columns) -> None:
        self._connection = columns.connection
        self.store = ColumnsStore(columns)
        self._connection.execute(
            "CREATE TEMP VIEW triples AS SELECT DISTINCT s, p, o FROM quads"
            f" WHERE g = (SELECT id FROM terms WHERE value = '{DEFAULT}')"
        )
        self._connection.execute(
            "CREATE TEMP VIEW named AS SELECT * FROM quads"
            f" WHERE g <> coalesce((SELECT id FROM terms WHERE value = '{DEFAULT}'), -1)"
        )

    def plan(self, query: str, **options: object) -> algebra.Plan:
        return algebra.compile(query, quads="named", **options)  # type: ignore[arg-type] – as given

    def rows(self, plan: algebra.Plan, *, looked_up: bool = True) -> list[Row]:
        """The solutions, a cell for each variable; of an ASK one row of one cell."""
        try:
            if looked_up:
                (ids,) = self._connection.execute(plan.look_up).fetchall()
                sql = plan.with_ids(ids)
            else:
                sql = plan.sql
            found = self._connection.execute(sql).fetchall()
        except (
            duckdb.InvalidInputException,
            duckdb.OutOfRangeException,
            duckdb.ConversionException,
        ) as wrong:
            if algebra.REFUSAL in str(wrong) or isinstance(wrong, duckdb.OutOfRangeException):
                raise Refused(str(wrong)) from wrong
            raise
        if plan.form == "ASK":
            return [((str(found[0][0]).lower(), f"{XSD}boolean", None),)]
        places = range(0, 4 * len(plan.variables), 4)
        return [
            tuple(None if row[at] is None else (row[at], row[at + 1], row[at + 2]) for at in places)
            for row in found
        ]

    def written(
        self,
        query: str,
        base: str,
        media_type: str,
        default: Sequence[str] = (DEFAULT,),
        named: Sequence[str] | None = None,
    ) -> bytes:
        """The answer as it is sent to callers."""
        graphs = self.store.graphs if named is None else named
        return self.store.query(
            query,
            default_graph=default,
            named_graphs=[graph for graph in graphs if graph != DEFAULT],
            media_type=media_type,
            max_bytes=10_000_000,
            base=base,
        )

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(sql).fetchall()


def opened(path: Path, quads: Iterable[TextQuad], *, is_wide: bool = False) -> Columns:
    """Columns of quads, in a folder of their own where they are to have wide tables; those of the graph
    `DEFAULT` are the default graph."""
    with Builder(path, memory_mb=256, threads=1) as builder:
        builder.stage(quads)
        builder.finish()
    if is_wide:
        wide.build(path, path.with_name(wide.FILE), memory_mb=256, threads=1)
    return Columns(path, memory_mb=512, threads=1)


def text_quads(quads: Iterable[pyoxigraph.Quad]) -> list[TextQuad]:
    return [text_quad(quad) for quad in quads]


def text_quad(quad: pyoxigraph.Quad) -> TextQuad:
    o = cell(quad.object)
    assert o is not None
    graph = quad.graph_name
    name = graph.value if isinstance(graph, pyoxigraph.NamedNode) else DEFAULT
    return TextQuad(resource(quad.subject), quad.predicate.value, *o, name)


def resource(term: pyoxigraph.BlankNode | pyoxigraph.NamedNode) -> str:
    return f"_:{term.value}" if isinstance(term, pyoxigraph.BlankNode) else str(term.value)


def node(text: str) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    return pyoxigraph.BlankNode(text[2:]) if text.startswith("_:") else pyoxigraph.NamedNode(text)


def term(
    value: str, datatype: str | None, language: str | None
) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if datatype is None:
        return node(value)
    if language is not None:
        return pyoxigraph.Literal(value, language=language)
    return pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(datatype))


def cell(term: object) -> Cell:
    match term:
        case None:
            return None
        case pyoxigraph.Literal(language=str() as language):
            return term.value, LANG_STRING, language.lower()
        case pyoxigraph.Literal():
            return term.value, term.datatype.value, None
        case _:
            return resource(term), None, None


def rdflib_cell(term: object) -> Cell:
    match term:
        case None:
            return None
        case rdflib.Literal() if term.language:
            return str(term), LANG_STRING, term.language.lower()
        case rdflib.Literal():
            return str(term), str(term.datatype or f"{XSD}string"), None
        case rdflib.BNode():
            return f"_:{term}", None, None
        case _:
            return str(term), None, None


def counted(rows: Iterable[Row]) -> Mapping[Row, int]:
    return Counter(rows)


def placed(plan: algebra.Plan, rows: list[Row], variables: tuple[str, ...]) -> list[Row]:
    """The rows with a cell for each of `variables`."""
    places = [plan.variables.index(name) if name in plan.variables else None for name in variables]
    return [tuple(None if at is None else row[at] for at in places) for row in rows]
