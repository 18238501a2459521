"""The embedded store: built from columns, closed to all but the graphs that are given."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import TextQuad
from graph.errors import ResultTooLargeError, SourceError
from graph.formats import GRAPHS, RESULTS, Format
from graph.stores import loading
from graph.stores.oxigraph import OxigraphStore
from graph.stores.store import Store

OPEN, SECRET = "http://x/graph/units/open", "http://x/graph/units/restricted"
QUADS = [
    TextQuad("http://x/a", "http://x/p", 'Hà\n"Nội"', "http://www.w3.org/2001/XMLSchema#string", None, OPEN),
    TextQuad("http://x/b", "http://x/p", "secret", "http://www.w3.org/2001/XMLSchema#string", None, SECRET),
]
JSON = RESULTS[0].media_type
ANYWHERE = "SELECT ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.fixture
def folder(version: Callable[..., Path], tmp_path: Path) -> Path:
    assert loading.build(version("units", "1", QUADS) / "columns.duckdb", tmp_path / "store") == 2
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Store:
    return OxigraphStore.open(folder)


def asked(store: Store, text: str, media_type: str, max_bytes: int = 10_000) -> bytes:
    """The answer from the open graph alone."""
    return store.query(
        text, default_graph=[OPEN], named_graphs=[], media_type=media_type, max_bytes=max_bytes
    )


def values(body: bytes) -> list[str]:
    return [row["o"]["value"] for row in json.loads(body)["results"]["bindings"]]


@pytest.mark.parametrize(
    ("text", "default", "named", "seen"),
    [
        pytest.param(ANYWHERE, [OPEN], [OPEN], ['Hà\n"Nội"'] * 2, id="open"),
        pytest.param(ANYWHERE, [], [], [], id="nothing"),
        pytest.param(ANYWHERE, [OPEN], [], ['Hà\n"Nội"'], id="default only"),
        pytest.param(
            f"SELECT ?o FROM <{SECRET}> FROM NAMED <{SECRET}> WHERE {{ {{ ?s ?p ?o }} UNION"
            f" {{ GRAPH ?g {{ ?s ?p ?o }} }} }}",
            [OPEN],
            [],
            ['Hà\n"Nội"'],
            id="FROM changes nothing",
        ),
        pytest.param(f"SELECT ?o {{ GRAPH <{SECRET}> {{ ?s ?p ?o }} }}", [OPEN], [OPEN], [], id="by name"),
    ],
)
def test_only_the_given_graphs_are_seen(
    store: Store, text: str, default: list[str], named: list[str], seen: list[str]
) -> None:
    body = store.query(text, default_graph=default, named_graphs=named, media_type=JSON, max_bytes=10_000)
    assert values(body) == seen


@pytest.mark.parametrize("written", [*RESULTS, *GRAPHS], ids=lambda written: written.name)
def test_every_format_is_written(store: Store, written: Format) -> None:
    text = "SELECT * { ?s ?p ?o }" if written in RESULTS else "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    body = store.query(
        text, default_graph=[OPEN], named_graphs=[], media_type=written.media_type, max_bytes=10_000
    )
    assert "Hà" in json.dumps(body.decode(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "written"), [("ASK {}", GRAPHS[0]), ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", RESULTS[0])]
)
def test_a_format_of_the_other_kind_is_refused(store: Store, text: str, written: Format) -> None:
    with pytest.raises(ValueError, match="form"):
        store.query(
            text, default_graph=[OPEN], named_graphs=[], media_type=written.media_type, max_bytes=10_000
        )


def test_a_large_answer_is_refused(store: Store) -> None:
    with pytest.raises(ResultTooLargeError):
        store.query(ANYWHERE, default_graph=[OPEN], named_graphs=[], media_type=JSON, max_bytes=20)


@pytest.mark.parametrize("text", ["SELEC", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"])
def test_what_is_no_query_is_refused(store: Store, text: str) -> None:
    with pytest.raises((SyntaxError, OSError, RuntimeError)):
        store.query(text, default_graph=[OPEN], named_graphs=[], media_type=JSON, max_bytes=10_000)


def test_a_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="absent"):
        OxigraphStore.open(tmp_path / "absent")


def test_rewritten_literals_may_become_one(version: Callable[..., Path], tmp_path: Path) -> None:
    quads = [
        TextQuad("http://x/a", "http://x/p", text, "http://www.w3.org/2001/XMLSchema#integer", None, OPEN)
        for text in ("7", "07")
    ]
    assert loading.build(version("units", "1", quads) / "columns.duckdb", tmp_path / "store") == 1
