"""N-Quads straight from the sources: every quad once, every text as it was, however quads are made."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns import TextQuad
from graph.errors import SourceError
from ingest import mapping, sources
from ingest.mapping.meeting import groups
from tests.examples import examples

Parse = Callable[[bytes], set[TextQuad]]
PREFIXES = """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Every character that UTF-8 can write; a NUL is no text for DuckDB's CSV reader.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def table(path: Path, *rows: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)


def triples_map(name: str, file: str, subject: str, *pairs: str) -> str:
    objects = "".join(f" ; rml:predicateObjectMap [ {pair} ]" for pair in pairs)
    return (
        f'<#{file}> a rml:LogicalSource ; rml:source "{file}.csv" ; rml:referenceFormulation rml:CSV .\n'
        f"<#{name}> rml:logicalSource <#{file}> ; rml:subjectMap [ {subject} ]{objects} .\n"
    )


def document(folder: Path, *parts: str) -> Path:
    path = folder / "m.ttl"
    path.write_text(PREFIXES + "".join(parts), encoding="utf-8")
    return path


def said(predicate: str, item: str) -> str:
    return f"rml:predicate ex:{predicate} ; rml:objectMap [ {item} ]"


def joined(predicate: str, parent: str, child: str, key: str) -> str:
    join = f'rml:joinCondition [ rml:child "{child}" ; rml:parent "{key}" ]'
    return said(predicate, f"rml:parentTriplesMap <#{parent}> ; {join}")


@settings(max_examples=examples(60), deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=8), stored=st.booleans())
def test_any_text_in_any_cell_survives(
    folder: Path, parse_nquads: Parse, cells: list[str], stored: bool
) -> None:
    table(folder / "d.csv", ["id", "text"], *([str(n), cell] for n, cell in enumerate(cells)))
    pairs = [
        said("text", 'rml:reference "text"'),
        said("typed", 'rml:reference "text" ; rml:datatype ex:d'),
        said("vi", 'rml:reference "text" ; rml:language "vi"'),
        said("iri", 'rml:template "http://x/{text}/"'),
        said("node", 'rml:reference "text" ; rml:termType rml:BlankNode'),
    ]
    path = document(folder, triples_map("T", "d", 'rml:template "http://x/{id}"', *pairs))
    lines = nquads(path, stored=stored)
    quads = parse_nquads(lines)
    assert lines.count(b"\n") == len(quads) == 5 * len(cells)
    for kind in ("text", "typed", "vi"):
        found = {quad.s: quad.o for quad in quads if quad.p.endswith(f"/{kind}")}
        assert found == {f"http://x/{n}": cell for n, cell in enumerate(cells)}
    for kind in ("iri", "node"):
        objects = [quad.o for quad in quads if quad.p.endswith(f"/{kind}")]
        assert len(set(objects)) == len(set(cells)), "different cells are different terms"


def test_what_two_maps_or_rows_say_is_written_once(tmp_path: Path, parse_nquads: Parse) -> None:
    table(tmp_path / "a.csv", ["id", "x"], ["1", "p"], ["1", "p"], ["2", "q"])
    table(tmp_path / "b.csv", ["id", "x"], ["2", "q"], ["3", "r"])
    subject = 'rml:template "http://x/{id}" ; rml:class ex:C'
    path = document(
        tmp_path,
        triples_map("A", "a", subject, said("x", 'rml:reference "x"'), said("y", 'rml:reference "x"')),
        triples_map("B", "b", subject, said("x", 'rml:reference "x"')),
    )
    lines = nquads(path)
    assert len(lines.splitlines()) == len(parse_nquads(lines)) == 3 + 3 + 2


def test_only_quads_that_may_meet_are_looked_through_for_duplicates(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", ["id", "x"])
    table(tmp_path / "b.csv", ["id", "x"])
    pairs = [said("x", 'rml:reference "x"'), said("y", 'rml:reference "x"')]
    path = document(
        tmp_path,
        triples_map("A", "a", 'rml:template "http://a/{id}" ; rml:class ex:C', *pairs),
        triples_map("B", "b", 'rml:template "http://b/{id}" ; rml:class ex:C', *pairs),
        triples_map("R", "b", 'rml:reference "x"', said("y", 'rml:reference "id" ; rml:language "vi"')),
        triples_map("S", "b", 'rml:reference "x"', said("y", 'rml:reference "id"')),
    )
    rules = mapping.load(path, base="http://example.com/")
    planned = mapping.plan(rules, {"a": ["id", "x"], "b": ["id", "x"]})
    sizes = sorted(len(group) for group in groups(planned.statements))
    # The plain literals of y: of A, of B, and of the subject that may be any IRI.
    assert sizes == [1, 1, 1, 1, 1, 3]


@pytest.mark.parametrize("objects", [0, 1, 3, 100])
def test_a_join_gives_every_distinct_object_once(tmp_path: Path, parse_nquads: Parse, objects: int) -> None:
    table(tmp_path / "child.csv", ["id", "key"], *([str(n), f"k{n % 3}"] for n in range(9)))
    # Every object stands there many times, under two keys; the third key meets nothing.
    rows = [[f"k{key}", f"o {n % objects}"] for key in range(2) for n in range(objects * 5)]
    table(tmp_path / "parent.csv", ["key", "name"], *rows)
    path = document(
        tmp_path,
        triples_map(
            "C",
            "child",
            'rml:template "http://c/{id}" ; rml:class ex:C',
            joined("one", "P", "key", "key"),
            joined("two", "P", "key", "key"),
        ),
        triples_map("P", "parent", 'rml:template "http://p/{name}"'),
    )
    lines = nquads(path)
    quads = parse_nquads(lines)
    assert lines.count(b"\n") == len(quads) == 9 + 2 * 6 * objects
    expected = {(f"http://c/{n}", f"http://p/o%20{m}") for n in range(9) if n % 3 < 2 for m in range(objects)}
    for predicate in ("one", "two"):
        assert {(quad.s, quad.o) for quad in quads if quad.p.endswith(predicate)} == expected


def test_a_join_on_several_keys_and_into_a_graph(tmp_path: Path, parse_nquads: Parse) -> None:
    table(
        tmp_path / "child.csv",
        ["id", "a", "b", "g"],
        ["1", "x", "y", "G"],
        ["2", "x", "z", ""],
        ["3", "", "", "H"],
    )
    table(tmp_path / "parent.csv", ["a", "b"], ["x", "y"], ["x", "z"], ["x", "y"])
    keys = "".join(f' ; rml:joinCondition [ rml:child "{key}" ; rml:parent "{key}" ]' for key in "ab")
    link = f"rml:parentTriplesMap <#P>{keys}"
    graph = ' ; rml:graphMap [ rml:template "http://g/{g}" ]'
    path = document(
        tmp_path,
        triples_map("C", "child", 'rml:template "http://c/{id}"', said("p", link) + graph),
        triples_map("P", "parent", 'rml:template "http://p/{a}{b}"'),
    )
    assert {(quad.s, quad.o, quad.g) for quad in parse_nquads(nquads(path))} == {
        ("http://c/1", "http://p/xy", "http://g/G"),
        ("http://c/2", "http://p/xz", "http://g/"),
    }


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    table(
        tmp_path / "d.csv",
        ["id", "iri"],
        *([str(n), "http://x/ok"] for n in range(5000)),
        ["9", "not an iri"],
    )
    subject = 'rml:template "http://x/{id}"'
    path = document(
        tmp_path, triples_map("T", "d", subject, said("p", 'rml:reference "iri" ; rml:termType rml:IRI'))
    )
    with duckdb.connect() as connection, pytest.raises(SourceError) as caught:
        mapping.write_nquads(planned(path, connection), connection, tmp_path / "out.nq")
    assert caught.value.place is not None
    assert (caught.value.place.row, caught.value.place.column) == (5001, "iri")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["d.csv", "m.ttl"]
    table(tmp_path / "d.csv", ["id", "iri"], *([str(n), "http://x/ok"] for n in range(5000)))
    with duckdb.connect() as connection:
        assert mapping.write_nquads(planned(path, connection), connection, tmp_path / "out.nq") == 5000
    assert (tmp_path / "out.nq").read_bytes().count(b"\n") == 5000


def nquads(path: Path, *, stored: bool = False) -> bytes:
    with duckdb.connect() as connection:
        return b"".join(mapping.stream(planned(path, connection, stored=stored), connection))


def planned(path: Path, connection: duckdb.DuckDBPyConnection, *, stored: bool = False) -> mapping.Plan:
    rules = mapping.load(path, base="http://example.com/")
    relations = [
        sources.extract(connection, source, data_dir=path.parent, mapping_dir=path.parent, stored=stored)
        for source in rules.logical_sources
    ]
    return mapping.plan(rules, {relation.name: relation.columns for relation in relations})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every example overwrites the files of the one before."""
    return tmp_path_factory.mktemp("cells")
