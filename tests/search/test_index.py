"""What is found, in which order, and that nothing is found, counted or moved by what may not be seen."""

import random
import sqlite3
from pathlib import Path

import pytest

from graph.errors import DeadlineExceededError, NoSearchIndexError
from graph.search import Index, Query
from graph.search.schema import CODES, NAMES
from tests.search.conftest import BASE, OPEN, SECRET, SHARED, MakeIndex, code, kind, label

EVERY = frozenset({OPEN, SHARED, SECRET})
QUADS = [
    label("hanoi", "Thành phố Hà Nội"),
    label("hanoi", "Ha Noi City", language="en"),
    code("hanoi", "01"),
    kind("hanoi", "Province"),
    label("hanam", "Tỉnh Hà Nam"),
    kind("hanam", "Province"),
    label("dongda", "Quận Đống Đa"),
    kind("dongda", "District"),
    label("ha", "Hà Nội"),
    label("secret", "Hà Nội ngầm", SECRET),
    code("secret", "01-X", SECRET),
    kind("secret", "Province", SECRET),
    label("hanoi", "Tên mật", SECRET),
    kind("hanoi", "Capital", SECRET),
    label("shared", "Công ty Hà Nội", SHARED),
    label("person", "An"),
    label("odd", "100% 'quoted' \"double\" * AND OR NOT NEAR(x)"),
]


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    return make_index(QUADS)


def found(index: Index, text: str, graphs: frozenset[str] = EVERY, **other: frozenset[str]) -> list[str]:
    asked = Query(text, graphs, other.get("among", graphs), other.get("kinds", frozenset()))
    return [hit.iri.removeprefix(f"{BASE}id/") for hit in index.find(asked, 50)]


@pytest.mark.parametrize("text", ["ha noi", "Hà Nội", "HA NOI", "noi ha", "ha no", "hà  nội!", "nội"])
def test_with_and_without_marks_by_words_and_their_beginnings(index: Index, text: str) -> None:
    assert {"hanoi", "ha", "secret", "shared"} == set(found(index, text))


@pytest.mark.parametrize("text", ["dong da", "Đống Đa", "đong", "DONG ĐA"])
def test_d_is_d(index: Index, text: str) -> None:
    assert found(index, text) == ["dongda"]


def test_every_word_must_be_there(index: Index) -> None:
    assert found(index, "ha noi nam") == []
    assert found(index, "anoi") == []


def test_the_whole_name_comes_first_then_its_beginning_then_its_words(index: Index) -> None:
    assert found(index, "ha noi") == ["ha", "hanoi", "secret", "shared"]


def test_a_code_comes_before_everything(make_index: MakeIndex) -> None:
    index = make_index([label("name", "01"), code("code", "01"), code("longer", "01-02")])
    assert found(index, "01") == ["code", "name", "longer"]


def test_marks_that_are_typed_matter_for_the_order(make_index: MakeIndex) -> None:
    index = make_index([label("1", "Ba Đình"), label("2", "Bà Đinh")])
    assert found(index, "bà đinh") == ["2", "1"]
    assert found(index, "ba đình") == ["1", "2"]


@pytest.mark.parametrize("text", ["", "a", "…", "đ", "' \"", "*"])
def test_too_short(index: Index, text: str) -> None:
    asked = Query(text, EVERY, EVERY)
    assert asked.is_too_short
    assert index.find(asked, 10) == []
    assert index.count(asked).total == 0


@pytest.mark.parametrize(
    "text", ['100% "', "quoted'", "double* and or", "NEAR(x)", 'x" OR "ha', "ha) UNION", "nội\0", "-ha"]
)
def test_no_text_is_an_expression_of_the_index(index: Index, text: str) -> None:
    assert set(found(index, text)) <= {"odd", "hanoi", "hanam", "ha", "secret", "shared"}


def test_by_class_of_any_graph_that_may_be_read(index: Index) -> None:
    of = frozenset({f"{BASE}ont/x#Province"})
    assert found(index, "ha", kinds=of) == ["hanoi", "secret", "hanam"]
    assert found(index, "ha", frozenset({OPEN}), kinds=of) == ["hanoi", "hanam"]
    assert found(index, "ha", frozenset({OPEN}), kinds=frozenset({f"{BASE}ont/x#Capital"})) == []


def test_among_some_graphs_only(index: Index) -> None:
    assert found(index, "ha noi", among=frozenset({SHARED})) == ["shared"]
    assert found(index, "ha noi", frozenset({OPEN}), among=frozenset({SHARED})) == []


def test_pages_follow_one_another(index: Index) -> None:
    asked = Query("ha", EVERY, EVERY)
    whole = index.find(asked, 50)
    seen = index.find(asked, 1)
    while page := index.find(asked, 1, (seen[-1].rank, seen[-1].iri)):
        seen += page
    assert seen == whole
    assert len(seen) > 3


def test_a_hit_shows_only_what_may_be_seen(index: Index) -> None:
    [hit] = index.find(Query("thanh pho", frozenset({OPEN}), EVERY), 5)
    assert hit.names == {"vi": "Thành phố Hà Nội", "en": "Ha Noi City"}
    assert hit.kinds == (f"{BASE}ont/x#Province",)
    assert hit.graphs == (OPEN,)
    assert found(index, "ten mat", frozenset({OPEN, SHARED})) == []


def test_nothing_may_be_seen_nothing_is_found(index: Index) -> None:
    assert found(index, "ha noi", frozenset()) == []


WORDS = ("hà", "ha", "hạ", "nội", "noi", "nam", "đông", "dong", "01", "02-3")


@pytest.mark.parametrize("seed", range(6))
def test_the_answer_is_that_over_an_index_of_what_may_be_seen(make_index: MakeIndex, seed: int) -> None:
    """The oracle of all reading: hits, ranks, names, classes and counts, for every set of graphs."""
    chance = random.Random(seed)
    quads = {
        made(f"e{chance.randrange(12)}", value, graph)
        for graph in EVERY
        for _ in range(25)
        for made, value in [
            (label, " ".join(chance.choices(WORDS, k=chance.randrange(1, 4)))),
            (code, chance.choice(WORDS)),
            (kind, chance.choice("ABC")),
        ]
    }
    whole = make_index(sorted(quads, key=str))
    for graphs in ({OPEN}, {OPEN, SHARED}, {SECRET}, {SHARED, SECRET}):
        alone = make_index(sorted((quad for quad in quads if quad.g in graphs), key=str))
        for text in ("ha", "hà nội", "dong", "01", "02 3", "nam ha"):
            for kinds in (frozenset[str](), frozenset({f"{BASE}ont/x#A"})):
                asked = Query(text, frozenset(graphs), EVERY, kinds)
                for limit, after in ((50, None), (2, None), (3, (100_000, f"{BASE}id/e5"))):
                    assert whole.find(asked, limit, after) == alone.find(asked, limit, after)
                assert whole.count(asked) == alone.count(asked)


def test_an_index_is_asked_for_no_longer_than_its_time(make_index: MakeIndex) -> None:
    slow = make_index([label(f"e{number}", f"hà nội {number}") for number in range(3000)])
    with pytest.raises(DeadlineExceededError):
        Index(slow._path, seconds=0.0).count(Query("ha", EVERY, EVERY))


def test_a_generation_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(NoSearchIndexError, match="lienthong ingest"):
        Index(tmp_path / "search.sqlite")


def test_nobody_is_found_by_a_citizens_number() -> None:
    assert not any("citizen" in name for name in (*NAMES, *CODES))


def test_sqlite_has_what_is_needed() -> None:
    sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x, detail=none)")
