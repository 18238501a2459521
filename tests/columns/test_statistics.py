"""The counts that come with a file."""

from collections.abc import Callable
from pathlib import Path

from graph.columns import Columns, GraphStatistics, TextQuad
from graph.columns.statistics import Statistics

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
QUADS = [
    TextQuad("http://x/a", TYPE, "http://x/Unit", None, None, "http://x/g"),
    TextQuad("http://x/b", TYPE, "http://x/Unit", None, None, "http://x/g"),
    TextQuad("http://x/a", "http://x/p", "007", INTEGER, None, "http://x/g"),
    TextQuad("http://x/b", "http://x/p", "007", INTEGER, None, "http://x/g"),
    TextQuad("http://x/b", "http://x/p", "7", INTEGER, None, "http://x/g"),
    TextQuad("http://x/a", TYPE, "http://x/Unit", None, None, "http://x/h"),
    TextQuad("http://x/a", "http://x/q", "http://x/Unit", None, None, "http://x/h"),
]


def test_counts(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS)) as columns:
        assert columns.statistics() == Statistics(
            quads=7,
            terms=10,
            graphs={
                "http://x/g": GraphStatistics(5, 2, {TYPE: 2, "http://x/p": 3}, {"http://x/Unit": 2}),
                "http://x/h": GraphStatistics(2, 1, {TYPE: 1, "http://x/q": 1}, {"http://x/Unit": 1}),
            },
            overlaps=1,
            rewritten={"http://x/p": 2},
        )


def test_an_overlap_is_shown(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS)) as columns:
        overlap = columns.overlap()
    assert overlap is not None
    assert (overlap.triples, overlap.graphs) == (1, ("http://x/g", "http://x/h"))
    assert overlap.example in QUADS


def test_one_predicate_in_two_graphs_is_no_overlap(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS[1:])) as columns:
        assert columns.overlap() is None
        assert columns.statistics().overlaps == 0


def test_an_empty_file(write: Callable[..., Path]) -> None:
    with Columns(write("c", [])) as columns:
        assert columns.statistics() == Statistics(0, 0, {}, 0, {})
        assert list(columns.nquads()) == []
