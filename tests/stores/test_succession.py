"""A generation made by changing the one before holds what one made by loading everything holds."""

import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph.columns import Changes, Columns, Statistics, TextQuad, difference
from graph.errors import OverlapError
from graph.sparql.columns_store import ColumnsStore
from graph.stores import way
from graph.stores.generations import Generation, Generations
from graph.stores.manifest import DatasetEntry, Manifest

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
VALUES = [
    ("http://x/o", None, None),
    ("007", f"{XSD}integer", None),
    ("7", f"{XSD}integer", None),
    ("7", f"{XSD}byte", None),
    ("1.50", f"{XSD}decimal", None),
    ('mộng\n"mơ"', f"{XSD}string", None),
    ("mộng", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "vi"),
]
NAMES = {"one": "http://www.w3.org/2000/01/rdf-schema#label", "two": "http://xmlns.com/foaf/0.1/name"}
INDEX = (
    "SELECT e.iri, g.iri, place, language, value, folded FROM texts"
    " LEFT JOIN entities e ON e.id = entity LEFT JOIN graphs g ON g.id = graph",
    "SELECT e.iri, g.iri, k.iri FROM types LEFT JOIN entities e ON e.id = entity"
    " LEFT JOIN graphs g ON g.id = graph LEFT JOIN kinds k ON k.id = kind",
    "SELECT iri FROM entities",
    "SELECT iri FROM graphs",
    "SELECT iri FROM kinds",
    "SELECT term, doc FROM temp.spelled",
    "SELECT texts.folded FROM words LEFT JOIN texts ON texts.id = words.rowid WHERE words MATCH 'm* OR 7*'",
)
SUBJECTS = ["http://x/s1", "http://x/s2"]
Version = Callable[..., Path]


def some(dice: random.Random, dataset: str, count: int) -> set[TextQuad]:
    """Quads of one data set; subjects are shared by all data sets, triples are not."""
    graph = f"http://x/graph/{dataset}/open"
    return {
        TextQuad(
            dice.choice(SUBJECTS),
            TYPE,
            f"http://x/{dataset}",
            None,
            None,
            graph,
        )
        if dice.random() < 0.2
        else TextQuad(
            dice.choice(SUBJECTS),
            NAMES[dataset] if dice.random() < 0.4 else f"http://x/{dataset}/p{dice.randrange(2)}",
            *dice.choice(VALUES),
            graph,
        )
        for _ in range(count)
    }


def changes(old: Path, new: Path) -> Path:
    path = new / "changes.duckdb"
    with difference(old / "columns.duckdb", new / "columns.duckdb") as found:
        found.write(path)
    return path


def content(generation: Generation) -> tuple[list[TextQuad], Statistics, list[str], list[list[Any]]]:
    with Columns(generation.columns) as columns:
        quads = sorted(columns.quads(), key=repr)
        statistics = columns.statistics()
    stored = sorted(str(quad) for quad in ox.Store.read_only(str(generation.oxigraph)))
    return quads, statistics, stored, index_of(generation)


def index_of(generation: Generation) -> list[list[Any]]:
    """What the search index holds, whatever its ids are."""
    with closing(sqlite3.connect(generation.search)) as index:
        index.execute("CREATE VIRTUAL TABLE temp.spelled USING fts5vocab(main, words, row)")
        return [sorted(index.execute(select), key=repr) for select in INDEX]


@pytest.fixture
def cheap_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that these few quads may all be changed."""
    monkeypatch.setattr(way, "TURNOVER", 10)
    monkeypatch.setattr(way, "CHANGED_PER_SECOND", 10 * way.LOADED_PER_SECOND)


@pytest.mark.usefixtures("cheap_changes")
@pytest.mark.parametrize("seed", range(6))
def test_changed_is_as_loaded(generations: Generations, version: Version, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    quads = {name: some(dice, name, 12) for name in ("one", "two")}
    folders = {name: version(name, "0", its) for name, its in quads.items()}
    first = generations.publish(folders)
    before = content(first)
    for step in range(1, 3):
        changed = dice.choice([["one"], ["two"], ["one", "two"]])
        known: dict[str, Path] = {}
        for name in changed:
            gone = set(dice.sample(sorted(quads[name], key=repr), 5))
            quads[name] = (quads[name] - gone) | some(dice, name, 4)
            newer = version(name, str(step), quads[name])
            known[name] = changes(folders[name], newer)
            folders[name] = newer
        made = generations.publish(folders, changes=known)
        assert made.manifest.base is not None, made.manifest.why
        whole = Generations(tmp_path / f"whole{step}", memory_mb=256).publish(folders)
        assert whole.manifest.base is None
        assert content(made) == content(whole)
        assert made.manifest.rewritten == whole.manifest.rewritten
        assert made.manifest.graphs == whole.manifest.graphs
    assert content(first) == before


@pytest.mark.usefixtures("cheap_changes")
def test_new_terms_stand_where_they_belong_in_an_order(generations: Generations, version: Version) -> None:
    """They follow behind the old ones in the dictionary."""
    graph, name, kind = "http://x/graph/one/open", "http://x/name", f"{XSD}string"
    old, new = ("b", "d", "f"), ("a", "b", "c", "e", "g")
    versions = [
        version("one", str(n), [TextQuad(f"http://x/{t}", name, t, kind, None, graph) for t in texts])
        for n, texts in enumerate((old, new))
    ]
    for made in (
        generations.publish({"one": versions[0]}),
        generations.publish({"one": versions[1]}, changes={"one": changes(*versions)}),
    ):
        texts = sorted(old if made.manifest.base is None else new)
        store = ColumnsStore.open(made.columns, memory_mb=256, threads=1)
        for direction, expected in (("ASC", texts), ("DESC", texts[::-1])):
            for key, shown in (("?name", "{}"), ("?s", "http://x/{}")):
                query = f"SELECT {key} {{ ?s <{name}> ?name }} ORDER BY {direction}({key})"
                answer = store.query(
                    query, default_graph=[graph], named_graphs=[], media_type="text/csv", max_bytes=10_000
                )
                assert answer.decode().split()[1:] == [shown.format(one) for one in expected], query
    assert made.manifest.base is not None


def test_a_blank_node_that_stays_and_one_that_goes(
    generations: Generations, version: Version, cheap_changes: None
) -> None:
    """What is said of blank nodes is kept; where it changes, everything is loaded."""
    about = TextQuad("http://x/s1", "http://x/p", "_:b1", None, None, "http://x/graph/one/open")
    plain = about._replace(o="http://x/o")
    versions = [
        version("one", str(number), quads)
        for number, quads in enumerate([[about, plain], [about], [plain, plain._replace(s="_:b1")]])
    ]
    generations.publish({"one": versions[0]})
    second = generations.publish({"one": versions[1]}, changes={"one": changes(*versions[:2])})
    assert second.manifest.base == "g000001"
    assert [quad.startswith("<http://x/s1> <http://x/p> _:") for quad in content(second)[2]] == [True]
    third = generations.publish({"one": versions[2]}, changes={"one": changes(*versions[1:])})
    assert third.manifest.base is None
    assert len(content(third)[2]) == 2


@pytest.mark.usefixtures("cheap_changes")
def test_a_change_that_states_what_another_states(generations: Generations, version: Version) -> None:
    fact = TextQuad("http://x/s", "http://x/p", "http://x/o", None, None, "http://x/graph/one/open")
    other = fact._replace(o="http://x/other", g="http://x/graph/two/open")
    one, two = version("one", "0", [fact]), version("two", "0", [other])
    generations.publish({"one": one, "two": two})
    newer = version("two", "1", [other, fact._replace(g=other.g)])
    with pytest.raises(OverlapError):
        generations.publish({"one": one, "two": newer}, changes={"two": changes(two, newer)})
    assert generations.require_current().manifest.datasets["two"].version == "0"


def manifest(quads: int = 1_000_000, changed: int = 0) -> Manifest:
    entries = {
        name: DatasetEntry("1", quads // 2, (f"http://x/graph/{name}/open",)) for name in ("one", "two")
    }
    return Manifest("g000001", "", entries, {}, quads, quads, {}, changed=changed)


NINE = Changes(5, 4, 1)


@pytest.mark.parametrize(
    ("current", "versions", "changes", "base", "why"),
    [
        (None, {"one": "1"}, {}, None, "no generation"),
        (manifest(), {"one": "1"}, {}, None, "gone: two"),
        (manifest(), {"one": "2", "two": "1"}, {}, None, "not known: one"),
        (manifest(), {"one": "2", "two": "1"}, {"one": NINE}, "g000001", "9 changed quads cost less"),
        (manifest(), {"one": "2", "two": "1"}, {"one": Changes(150_000, 0, 1)}, None, "cost more"),
        (manifest(), {"one": "2", "two": "1"}, {"one": Changes(9, 0, 1, blank=1)}, None, "blank nodes"),
        (manifest(changed=199_999), {"one": "2", "two": "1"}, {"one": NINE}, None, "since all were loaded"),
    ],
)
def test_the_cheaper_way_is_taken(
    current: Manifest | None,
    versions: Mapping[str, str],
    changes: Mapping[str, Changes],
    base: str | None,
    why: str,
) -> None:
    graphs = {name: (f"http://x/graph/{name}/open",) for name in versions}
    chosen = way.choose(current, versions, graphs, changes)
    assert (chosen.base, why in chosen.why) == (base, True), chosen.why


def test_a_graph_of_two_data_sets_is_loaded() -> None:
    graphs = {"one": ("http://x/graph/one/open", "http://x/shared"), "two": ("http://x/shared",)}
    chosen = way.choose(manifest(), {"one": "2", "two": "1"}, graphs, {"one": NINE})
    assert (chosen.base, "http://x/shared" in chosen.why) == (None, True)
