"""What is known of a query by its outline is what reading it again would tell."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import QueryError
from graph.sparql.dataset import Dataset
from graph.sparql.guard import Guarded, Limits, guard
from graph.sparql.outline import Outlines, Read
from graph.sparql.shapes import Shapes
from graph.stores.generations import Generation
from graph.stores.manifest import Manifest

BASE = "http://base/sparql"
WORDS = {"http://t/knows": ["http://t/graph/b/open"], "http://t/name": ["http://t/graph/a/open"]}
DATASET = Dataset(("http://t/graph/a/open",), ())
SEEN = frozenset(DATASET.default)
ENTRY = SimpleNamespace(predicates=WORDS, classes=["http://t/Person"])
MANIFEST = SimpleNamespace(created="now", graphs=dict.fromkeys(DATASET.default, ENTRY))
GENERATION = Generation("g1", Path("g1"), cast(Manifest, MANIFEST))
IRIS = [
    *WORDS,
    "http://t/Person",
    "http://t/1",
    "http://t/2",
    "http://t/a/../1",
    "http://t/(1)",
    "urn:x:%20é",
    "relative",
    "",
]
PIECES = [
    "SELECT * {{",
    "ASK {{",
    "}}",
    "PREFIX t: <{}>",
    "PREFIX : <http://t/>",
    "BASE <{}>",
    "FROM <{}>",
    "<{}> ?p ?o .",
    "?s <{}> <{}> .",
    "?s a <{}> ; <{}> t:1 .",
    ":1 ?p :2 .",
    "GRAPH <{}> {{ ?s ?p ?o }}",
    'FILTER(?o = "<{}>")',
    "FILTER(?o = '1'^^<{}>)",
    "FILTER(?o = '01'^^<{}>)",
    "FILTER(<{}>(?o) && ?o<<{}>)",
    "# <{}>\n",
    "VALUES ?s {{ <{}> <{}> }}",
    "NOW()",
    "SERVICE <{}> {{}}",
]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts that differ in IRIs alone."""
    chosen = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
    around = draw(st.booleans())
    text = " ".join(
        ["PREFIX t: <http://t/> PREFIX : <http://t/> SELECT * {", *chosen, "}"] if around else chosen
    )
    count = text.count("<{}>")
    filled = [
        text.replace("{{", "{").replace("}}", "}").replace("<{}>", "<%s>")
        % tuple(draw(st.sampled_from(IRIS)) for _ in range(count))
        for _ in range(2)
    ]
    return filled[0], filled[1]


def told(outlines: Outlines, shapes: Shapes, text: str) -> tuple[object, ...]:
    try:
        read = outlines.read(text, SEEN)
    except QueryError as wrong:
        return wrong.message.en, wrong.place
    return replace(read.guarded, tokens=()), shapes.of(text, read, DATASET, GENERATION)


def anew(text: str) -> tuple[object, ...]:
    try:
        guarded = guard(text, Limits(), BASE)
    except QueryError as wrong:
        return wrong.message.en, wrong.place
    return replace(guarded, tokens=()), Shapes().of(text, Read(guarded), DATASET, GENERATION)


@given(pairs())
def test_a_text_of_a_known_outline_is_told_as_if_it_were_read(texts: tuple[str, str]) -> None:
    outlines, shapes = Outlines(partial(guard, limits=Limits(), base=BASE)), Shapes()
    first, second = texts
    assert told(outlines, shapes, first) == anew(first)
    assert told(outlines, shapes, second) == anew(second)
    assert told(outlines, shapes, first) == anew(first)


@pytest.mark.parametrize(
    ("other", "is_known"),
    [
        ("SELECT * { <http://t/2> <http://t/name> ?o }", True),
        ("SELECT * { <http://t/(2)> <http://t/name> ?o }", False),
        ("SELECT * { <http://t/a/../2> <http://t/name> ?o }", False),
        ("SELECT * { <http://t/2>  <http://t/name> ?o }", False),
    ],
)
def test_a_look_up_about_another_thing_is_not_read_again(other: str, is_known: bool) -> None:
    read: list[str] = []

    def noted(text: str) -> Guarded:
        read.append(text)
        return guard(text, Limits(), BASE)

    outlines = Outlines(noted)
    outlines.read("SELECT * { <http://t/1> <http://t/name> ?o }", SEEN)
    outlines.read(other, SEEN)
    assert (len(read) == 1) == is_known


def test_whoever_sees_other_graphs_has_it_read_again() -> None:
    """How long it takes tells nobody what is asked by those who may see more."""
    read: list[str] = []

    def noted(text: str) -> Guarded:
        read.append(text)
        return guard(text, Limits(), BASE)

    outlines = Outlines(noted)
    for seen in (SEEN, frozenset(["http://t/graph/a/restricted", *SEEN])):
        outlines.read("SELECT * { <http://t/1> <http://t/name> 'a secret' }", seen)
    assert len(read) == 2
