"""Closures of predicates: paths over them are those that are walked, within what a caller sees."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest

from graph.columns import Columns, TextQuad
from graph.sparql import closures
from graph.sparql.closures import Closures
from graph.sparql.columns_store import ColumnsStore
from tests.algebra.graphs import opened

OPEN, SECRET = "urn:open", "urn:secret"
CHAIN = [(f"urn:{number}", f"urn:{number + 1}") for number in range(100)]
_random = Random(1)
MESH = {(f"urn:m{_random.randrange(12)}", f"urn:m{_random.randrange(12)}") for _ in range(16)}


def _quad(link: tuple[str, str], predicate: str, graph: str = OPEN) -> TextQuad:
    return TextQuad(link[0], predicate, link[1], None, None, graph)


QUADS = [
    *(_quad(link, "urn:chain") for link in CHAIN),
    *(_quad(link, "urn:short", SECRET if link == CHAIN[5] else OPEN) for link in CHAIN[:10]),
    *(_quad(link, "urn:mesh") for link in MESH),
]


@pytest.fixture
def columns(tmp_path: Path) -> Iterator[Columns]:
    with opened(tmp_path / "columns", QUADS) as made:
        yield made


def _walked(links: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found, newest = set(links), set(links)
    while newest:
        newest = {(s, o) for s, between in newest for other, o in links if other == between} - found
        found |= newest
    return found


def _pairs(store: ColumnsStore, path: str, *seen: str) -> Counter[tuple[str, ...]]:
    query = f"SELECT * {{ ?s {path} ?o }}"
    rows = store.query(query, default_graph=seen, named_graphs=seen, media_type="text/csv", max_bytes=1 << 20)
    return Counter(tuple(row.split(",")) for row in rows.decode().splitlines()[1:])


def test_every_pair_once(columns: Columns) -> None:
    found = _pairs(ColumnsStore(columns), "<urn:mesh>+", OPEN)
    assert found == Counter(_walked(MESH))
    assert any(s == o for s, o in found)


def test_a_link_in_a_graph_that_is_not_seen_leads_nowhere(columns: Columns) -> None:
    store = ColumnsStore(columns)
    for seen in ((OPEN, SECRET), (OPEN,), (SECRET,), (OPEN, SECRET)):
        links = {(one.s, one.o) for one in QUADS if one.p == "urn:short" and one.g in seen}
        assert _pairs(store, "<urn:short>+", *seen) == Counter(_walked(links)), seen
        turned = Counter((o, s) for s, o in _walked(links))
        assert _pairs(store, "^<urn:short>+", *seen) == turned, seen


@pytest.mark.parametrize("path", ["<urn:chain>+", "<urn:chain>*"])
def test_what_is_too_long_is_walked(columns: Columns, path: str) -> None:
    store = ColumnsStore(columns)
    assert "closure_" not in store.explain(f"SELECT * {{ ?s {path} ?o }}", [OPEN])
    assert sum(_pairs(store, path, OPEN).values()) > len(CHAIN) * len(CHAIN) / 2


@pytest.mark.parametrize(("most", "is_kept"), [(54, False), (55, True)])
def test_what_has_too_many_pairs_is_walked(
    columns: Columns, most: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closures, "MOST_PAIRS", most)
    store = ColumnsStore(columns)
    plan = store.explain("SELECT * { ?s <urn:short>+ ?o }", [OPEN, SECRET])
    assert ("closure_" in plan) is is_kept
    assert len(_pairs(store, "<urn:short>+", OPEN, SECRET)) == 55


def test_what_was_interrupted_is_begun_anew(columns: Columns) -> None:
    kept = Closures(columns)
    with pytest.raises(duckdb.Error):
        kept.of("later", 1)
    columns.connection.execute("CREATE TEMP TABLE later AS SELECT 1 AS s, 1 AS p, 2 AS o")
    table = kept.of("later", 1)
    assert columns.connection.execute(f"SELECT s, o FROM {table}").fetchall() == [(1, 2)]
    kept.clear()
    with pytest.raises(duckdb.CatalogException):
        columns.connection.execute(f"FROM {table}")
