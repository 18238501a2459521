"""What is published goes to another server first, under names that nothing else has there."""

import asyncio
import json
from collections.abc import Collection, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from graph.columns import Builder, TextQuad
from graph.errors import DataError, NotLoadedYetError, ServerUnreachableError
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generation, Generations
from graph.stores.http.server import Server
from tests import servers

OPEN, SHARED = "http://t/graph/a/open", "http://t/graph/a/shared"
OTHER = "http://t/graph/b/open"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.running(request.param, tmp_path_factory.mktemp("server") / "data") as server:
        yield server


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, which a test may end."""
    with servers.running("oxigraph", tmp_path / "server") as server:
        yield server


def quad(subject: str, graph: str) -> TextQuad:
    return TextQuad(f"http://t/{subject}", "http://t/p", "http://t/o", None, None, graph)


def version(folder: Path, dataset: str, name: str, quads: list[TextQuad]) -> Path:
    made = folder / dataset / name
    with Builder(made / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage(quads)
        builder.finish()
    return made


def of(server: Server | None, folder: Path) -> Generations:
    return Generations(folder / "data", memory_mb=256, threads=1, server=server)


def graphs_of(server: Server) -> set[str]:
    """The graphs that the server has of ours."""
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s <http://t/p> ?o } }"
    found = httpx.post(
        server.queries, data={"query": query}, headers={"Accept": "application/sparql-results+json"}
    )
    return {row["g"]["value"] for row in found.json()["results"]["bindings"]}


Rows = list[dict[str, str]]


def told(server: Server, folder: Path, *asked: tuple[str, Collection[str]]) -> list[Rows]:
    """The solutions of queries, each asked by somebody who may read these graphs."""
    chosen = Settings(
        data_dir=folder / "data",
        store=server.queries,
        store_graphs=server.graphs,
        store_credentials=SecretStr(server.credentials),
        query_memory_mb=1024,
        workers=1,
        spare_workers=0,
        query_timeout=30,
    )

    async def inside() -> list[Rows]:
        async with Engine(of(None, folder), chosen) as engine:
            found = [await engine.select(text, principal_graphs=frozenset(graphs)) for text, graphs in asked]
            return [[{name: term.value for name, term in row.items()} for row in rows] for rows in found]

    return asyncio.run(inside())


def test_two_versions_are_there_and_one_is_seen(server: Server, tmp_path: Path) -> None:
    """Each triple once, of the generation that is current; an unchanged graph is not sent again."""
    generations = of(server, tmp_path)
    other = version(tmp_path, "b", "1", [quad("z", OTHER)])
    first = version(tmp_path, "a", "1", [quad("x", OPEN), quad("y", SHARED)])
    second = version(tmp_path, "a", "2", [quad("x", OPEN), quad("w", OPEN), quad("y", SHARED)])
    every = (OPEN, SHARED, OTHER)

    generations.publish({"a": first, "b": other})
    assert told(server, tmp_path, (COUNT, every)) == [[{"n": "3"}]]
    generations.publish({"a": second, "b": other})
    named = "SELECT ?g { GRAPH ?g { ?s ?p <http://t/o> } FILTER(?g != <http://t/graph/b/open>) }"
    all_of_them, open_ones, graphs = told(server, tmp_path, (COUNT, every), (COUNT, [OPEN]), (named, every))
    assert (all_of_them, open_ones) == ([{"n": "4"}], [{"n": "2"}])
    assert sorted(one["g"] for one in graphs) == [OPEN, OPEN, SHARED]
    assert graphs_of(server) == {
        f"{OPEN}?version=1",
        f"{SHARED}?version=1",
        f"{OPEN}?version=2",
        f"{SHARED}?version=2",
        f"{OTHER}?version=1",
    }

    generations.rollback()
    assert told(server, tmp_path, (COUNT, every)) == [[{"n": "3"}]]
    generations.rollback("g000002")
    assert generations.prune(1) == ["g000001"]
    assert graphs_of(server) == {f"{OPEN}?version=2", f"{SHARED}?version=2", f"{OTHER}?version=1"}


def test_a_failed_load_leaves_what_is_published(oxigraph: Server, tmp_path: Path) -> None:
    version_1 = version(tmp_path, "a", "1", [quad("x", OPEN)])
    of(oxigraph, tmp_path).publish({"a": version_1})
    gone = Server(oxigraph.queries, "http://127.0.0.1:9/store")
    generations = of(gone, tmp_path)
    with pytest.raises(ServerUnreachableError) as failed:
        generations.publish({"a": version(tmp_path, "a", "2", [quad("y", OPEN)])})
    assert "127.0.0.1" not in str(failed.value)
    assert generations.require_current().id == "g000001"
    assert told(oxigraph, tmp_path, ("SELECT ?s { ?s ?p ?o }", [OPEN])) == [[{"s": "http://t/x"}]]


def test_half_a_load_is_taken_back(oxigraph: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.stores.http import client

    sent: list[str] = []
    put = client.Client.put

    def fourth_fails(self: client.Client, graph: str, triples: Path) -> None:
        sent.append(graph)
        if len(sent) == 4:
            raise client.refusals.unreachable()
        put(self, graph, triples)

    monkeypatch.setattr(client.Client, "put", fourth_fails)
    made = version(tmp_path, "a", "1", [quad("x", OPEN), quad("y", SHARED)])
    with pytest.raises(ServerUnreachableError):
        of(oxigraph, tmp_path).publish({"a": made})
    assert graphs_of(oxigraph) == set()
    assert of(oxigraph, tmp_path).current() is None


def test_a_server_that_lost_a_graph_gets_it_again(oxigraph: Server, tmp_path: Path) -> None:
    generations = of(oxigraph, tmp_path)
    kept = version(tmp_path, "b", "1", [quad("z", OTHER)])
    generations.publish({"b": kept})
    httpx.delete(oxigraph.graphs, params={"graph": f"{OTHER}?version=1"}).raise_for_status()
    generations.publish({"b": kept, "a": version(tmp_path, "a", "1", [quad("x", OPEN)])})
    assert told(oxigraph, tmp_path, (COUNT, [OPEN, OTHER])) == [[{"n": "2"}]]


def test_what_was_published_before_is_sent_by_the_next_run(oxigraph: Server, tmp_path: Path) -> None:
    of(None, tmp_path).publish({"a": version(tmp_path, "a", "1", [quad("x", OPEN)])})
    with pytest.raises(NotLoadedYetError):
        told(oxigraph, tmp_path, (COUNT, [OPEN]))
    of(oxigraph, tmp_path).complete()
    assert told(oxigraph, tmp_path, (COUNT, [OPEN])) == [[{"n": "1"}]]


def test_generations_stay_while_the_server_cannot_be_told(oxigraph: Server, tmp_path: Path) -> None:
    generations: Generations = of(oxigraph, tmp_path)
    for number in "12":
        generations.publish({"a": version(tmp_path, "a", number, [quad(f"x{number}", OPEN)])})
    record = next((tmp_path / "data" / "generations" / "g000001").glob("server-*.json"))
    gone = Server(oxigraph.queries, "http://127.0.0.1:9/store")
    for name in ("g000001", "g000002"):
        folder = tmp_path / "data" / "generations" / name
        (folder / gone.record).write_bytes((folder / record.name).read_bytes())
    assert of(gone, tmp_path).prune(1) == []
    assert [one.id for one in generations.list()] == ["g000001", "g000002"]
    assert generations.prune(1) == ["g000001"]


def test_a_blank_node_in_two_graphs_is_not_torn_apart(tmp_path: Path) -> None:
    quads = [
        TextQuad("http://t/x", "http://t/p", "_:b", None, None, OPEN),
        TextQuad("_:b", "http://t/p", "http://t/o", None, None, SHARED),
    ]
    with pytest.raises(DataError, match="two graphs"):
        of(Server("http://127.0.0.1:9/", "http://127.0.0.1:9/"), tmp_path).publish(
            {"a": version(tmp_path, "a", "1", quads)}
        )


def test_the_record_says_nothing_of_credentials(server: Server, tmp_path: Path) -> None:
    published: Generation = of(server, tmp_path).publish(
        {"c": version(tmp_path, "c", "1", [quad("x", OPEN)])}
    )
    text = (published.path / server.record).read_text()
    assert set(json.loads(text)) == {"graphs"}
    assert "dba" not in text
    assert "dba" not in repr(server)
