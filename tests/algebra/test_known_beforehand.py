"""What is kept of the data beside its columns is what looking at the data would tell."""

from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import duckdb
import pyoxigraph
import pytest

from graph.algebra import Constant, Unsupported
from graph.columns import Columns, TextQuad, known, wide
from graph.columns.schema import RDF_TYPE
from graph.sparql.columns_store import ColumnsStore
from graph.sparql.data import Data
from tests.algebra.fuzzing.answers import JSON
from tests.algebra.graphs import XSD, opened, text_quads
from tests.algebra.test_known_of_the_data import TIMES, TYPED
from tests.algebra.test_wide import DATA, OPEN, SECRET, SEEN

MORE = f"<urn:x> <urn:ill> 'x'^^<{XSD}integer> . <urn:x> <urn:own> 'y'^^<urn:own> ."
TWO = f"<{OPEN}> {{ <urn:x> <urn:two> 7 }} <{SECRET}> {{ <urn:x> <urn:two> 08 }}"


def _quads() -> list[TextQuad]:
    parts = [
        (DATA, pyoxigraph.RdfFormat.TRIG),
        (TIMES, pyoxigraph.RdfFormat.TURTLE),
        (TYPED, pyoxigraph.RdfFormat.N_QUADS),
        (MORE, pyoxigraph.RdfFormat.TURTLE),
        (TWO, pyoxigraph.RdfFormat.TRIG),
    ]
    return text_quads(quad for text, form in parts for quad in pyoxigraph.parse(text, format=form))


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Data, Data]]:
    """The same data, with and without what is kept of it."""
    monkeypatch.setattr(known, "_APART", 3)
    for name in ("kept", "not kept"):
        (tmp_path / name).mkdir()
    with (
        closing(opened(tmp_path / "kept" / "columns", _quads(), is_wide=True)) as kept,
        closing(opened(tmp_path / "not kept" / "columns", _quads())) as other,
    ):
        yield Data(kept), Data(other)


def _terms(data: Data) -> list[Constant]:
    rows = data._connection.execute("SELECT value, datatype, language FROM terms").fetchall()
    return [Constant(*row) for row in rows]


def _standing(data: Data, ids: str) -> list[Constant]:
    found = data._connection.execute(f"SELECT value FROM terms WHERE id IN ({ids} FROM quads)").fetchall()
    return [Constant(value) for (value,) in found]


def test_every_term_is_found_and_no_other(both: tuple[Data, Data]) -> None:
    kept, other = both
    terms = _terms(other)
    absent = [Constant(f"{one.value}{end}", one.datatype, one.language) for one in terms for end in ("", "!")]
    absent += [Constant(one.value, "urn:absent") for one in terms] + [Constant(""), Constant("\U0010ffff")]
    for one in (*terms, *absent):
        assert kept.id_of(one) == other.id_of(one), one
    assert None not in {kept.id_of(one) for one in terms}


def test_what_predicates_hold_and_imply(both: tuple[Data, Data]) -> None:
    kept, other = both
    resources = [one for one in _terms(other) if one.datatype is None]
    assert {kept.objects(one) for one in resources} > {None, frozenset()}
    implied = set()
    predicates = _standing(other, "SELECT p")
    classes = [
        Constant(f"urn:{one}") for one in ("Member", "Hidden", "Scattered", "Class", "Other", "Absent")
    ]
    for one in resources:
        assert kept.objects(one) == other.objects(one), one
    for number, seen in enumerate(SEEN):
        graphs = frozenset(other.graphs[one] for one in seen)
        for data in both:
            listed = ", ".join(map(str, graphs)) or "-1"
            data._connection.execute(
                f"CREATE TEMP VIEW seen_{number} AS SELECT s, p, o FROM columns.quads WHERE g IN ({listed})"
            )
        for predicate, kind in product(predicates, classes):
            told = [data.implies(f"seen_{number}", graphs, predicate, kind) for data in both]
            assert told[0] == told[1], (seen, predicate, kind)
            implied.add(told[0])
    assert implied == {True, False}


def test_which_literals_oxigraph_would_rewrite(both: tuple[Data, Data]) -> None:
    kept, other = both
    assert kept.rewritten == other.rewritten
    assert kept.rewritten == {"urn:size": {OPEN}, "urn:two": {SECRET}}


def test_no_query_looks_at_what_is_kept(both: tuple[Data, Data]) -> None:
    kept, _ = both
    every = frozenset(kept.graphs.values())
    kept._connection.close()
    assert kept.objects(Constant("urn:day")) == {f"{XSD}date"}
    assert kept.implies("nothing", every, Constant("urn:day"), Constant("urn:Member"))
    assert not kept.implies("nothing", every, Constant("urn:name"), Constant("urn:Member"))
    assert kept.are_ids_in_order()


def test_a_fault_of_the_database_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "columns"
    opened(path, _quads(), is_wide=True).close()
    store = ColumnsStore.open(path, memory_mb=256, threads=1)
    good, bad = "ASK { ?x <urn:day> ?day }", "ASK { ?x <urn:sum> ?sum }"

    def ask(query: str) -> bytes:
        return store.query(query, default_graph=[OPEN], named_graphs=[], media_type=JSON, max_bytes=1000)

    def failing(self: ColumnsStore, asked: object, *_: object) -> bytes:
        self._connection.close()
        raise duckdb.InternalException("INTERNAL Error")

    before = ask(good)
    with monkeypatch.context() as patched:
        patched.setattr(ColumnsStore, "_answered", failing)
        with pytest.raises(Unsupported, match="DuckDB fails"):
            ask(bad)
    assert ask(good) == before
    with pytest.raises(Unsupported, match="DuckDB fails"):
        ask(bad)


def test_a_file_of_another_layout_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "columns"
    opened(path, _quads(), is_wide=True).close()
    with duckdb.connect(str(tmp_path / wide.FILE)) as made:
        made.execute("DROP TABLE marks; ALTER TABLE about RENAME made TO statistics")
        made.execute("UPDATE about SET statistics = substr(statistics, 3)")
    with Columns(path, memory_mb=256, threads=1) as columns:
        data = Data(columns)
        assert data.wide(data.graphs) == []
        assert data.id_of(Constant(RDF_TYPE)) is not None
