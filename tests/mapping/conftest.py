"""Runs a mapping from its file to the staged quads, in a small database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from graph.columns import Builder, Columns, TextQuad
from graph.columns.connection import MEMORY_MB, THREADS, connected
from ingest import mapping, sources
from tests.sources.conftest import database, server

__all__ = ["database", "server"]

STAGED = """CREATE TABLE staged(s VARCHAR, p VARCHAR, o VARCHAR, datatype VARCHAR, language VARCHAR,
  g VARCHAR, source USMALLINT, row UBIGINT)"""
DEFAULT_GRAPH = "urn:graph:default"

MapFile = Callable[..., list[TextQuad]]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connected(spill=tmp_path / "spilt", memory_mb=MEMORY_MB, threads=THREADS) as database:
        database.execute(STAGED)
        yield database


@pytest.fixture
def map_file(connection: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> MapFile:
    """`map_file(path, data=folder, base=iri)`: the staged quads, each once, and the same in every way that a
    plan can be run."""

    def run(path: Path, *, data: Path | None = None, base: str = "http://example.com/") -> list[TextQuad]:
        rules = mapping.load(path, base=base)

        def relations_of(connection: duckdb.DuckDBPyConnection) -> list[sources.Relation]:
            return [
                sources.extract(connection, source, data_dir=data or path.parent, mapping_dir=path.parent)
                for source in sources.in_order(rules.logical_sources, mapping_dir=path.parent)
            ]

        relations = relations_of(connection)
        plan = mapping.plan(rules, {relation.name: relation.columns for relation in relations})
        source_ids = {relation.name: number for number, relation in enumerate(relations, start=1)}
        counted = mapping.execute(plan, connection, default_graph=DEFAULT_GRAPH, source_ids=source_ids)
        rows = connection.execute("SELECT s, p, o, datatype, language, g FROM staged").fetchall()
        assert sum(counted.quads.values()) == len(rows)
        assert {rules.triples_map(name).name for name in counted.quads} <= set(counted.quads)
        quads = {TextQuad(*row) for row in rows}
        written = b"".join(mapping.stream(plan, connection, default_graph=DEFAULT_GRAPH))
        assert parsed(written) == quads
        assert written.count(b"\n") == len(quads), "every quad is written once"
        assert projected(relations_of, rules, tmp_path_factory.mktemp("made") / "columns") == quads
        return sorted(quads, key=str)

    return run


def projected(
    relations_of: Callable[[duckdb.DuckDBPyConnection], list[sources.Relation]],
    rules: mapping.Mapping,
    target: Path,
) -> set[TextQuad]:
    """The quads of columns that were made without staging."""
    with Builder(target) as builder:
        relations = relations_of(builder.connection)
        plan = mapping.plan(rules, {relation.name: relation.columns for relation in relations})
        ids = {relation.name: builder.source(relation.name, relation.location) for relation in relations}
        mapping.project(plan, builder, default_graph=DEFAULT_GRAPH, source_ids=ids)
        made = builder.finish()
    with Columns(target) as columns:
        quads = list(columns.quads())
    terms = {term for q in quads for term in ((q.s,), (q.p,), (q.g,), (q.o, q.datatype, q.language))}
    assert (made.quads, made.terms) == (len(quads), len({(*term, None, None)[:3] for term in terms}))
    return set(quads)


@pytest.fixture(scope="session")
def parse_nquads() -> Callable[[bytes], set[TextQuad]]:
    return parsed


def parsed(nquads: bytes) -> set[TextQuad]:
    """N-Quads, read by a parser of somebody else."""
    return {_text_quad(quad) for quad in ox.parse(nquads, format=ox.RdfFormat.N_QUADS, lenient=True)}


def _text_quad(quad: ox.Quad) -> TextQuad:
    s, p, o, g = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    literal = (o.value, o.datatype.value, o.language) if isinstance(o, ox.Literal) else (_name(o), None, None)
    return TextQuad(_name(s), _name(p), *literal, _name(g))


def _name(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value
    return "" if isinstance(term, ox.DefaultGraph) else str(term)
