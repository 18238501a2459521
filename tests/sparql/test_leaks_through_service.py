"""Through the whole service each is told what a store would tell that holds only what this one may see."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast, get_args

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph.access import parse_grant
from graph.columns import TextQuad
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.sparql.routing import EngineName
from graph.stores.generations import Generations
from tests.examples import examples
from tests.sparql.conftest import publish_quads
from tests.sparql.permitted import (
    ABSENT,
    BASE,
    GRAPHS,
    JSON,
    LABEL,
    NTRIPLES,
    SECRET,
    Question,
    Questions,
    Said,
    Seen,
    said,
    world,
)

QUERIES = int(os.environ.get("LIENTHONG_LEAK_QUERIES", examples(60)))
"""Asked of each setting of the engine."""
AT_ONCE = 6
Setting = Literal["both", "oxigraph", "columns"]
GRANTS: Mapping[str, tuple[str, ...] | None] = {
    "nobody": None,
    "a key without grants": (),
    "one data set, shared": ("a:shared",),
    "one data set, restricted": ("b:restricted",),
    "all shared": ("*:shared",),
    "a grant that has ended": ("*:restricted@2020-01-01", "a:shared"),
    "everything": ("*:restricted",),
}
OPENED: Mapping[str, tuple[int, ...]] = {
    "nobody": (0, 3),
    "a key without grants": (0, 3),
    "one data set, shared": (0, 1, 3),
    "one data set, restricted": (0, 3, 4),
    "all shared": (0, 1, 3),
    "a grant that has ended": (0, 1, 3),
    "everything": (0, 1, 2, 3, 4),
}
"""The graphs that each may read, said without the code that decides it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Published data, the keys to it, and for each principal a store of what this one may see."""

    settings: Settings
    quads: list[TextQuad]
    headers: Mapping[str, Mapping[str, str]]
    seen: Mapping[str, Seen]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("leaks")
    quads = world(int(os.environ.get("LIENTHONG_LEAK_SEED", "7")))
    publish_quads(Generations(folder / "data", memory_mb=256, threads=1), folder / "version", quads)
    registry = Registry(folder / "data")
    keys = Keys(registry)
    headers: dict[str, Mapping[str, str]] = {}
    for name, grants in GRANTS.items():
        if grants is None:
            headers[name] = {}
            continue
        _, shown = keys.create("thử", "Bộ thử", [*map(parse_grant, grants)], timedelta(days=1))
        headers[name] = {"Authorization": f"Bearer {shown.text}"}
    registry.close()
    stores: dict[tuple[int, ...], Seen] = {}
    for places in OPENED.values():
        if places not in stores:
            graphs = frozenset(GRAPHS[number] for number in places)
            stores[places] = Seen(folder / str(len(stores)), quads, graphs)
    settings = Settings(data_dir=folder / "data", query_timeout=30.0, query_memory_mb=2048)
    yield Place(settings, quads, headers, {name: stores[places] for name, places in OPENED.items()})
    for one in stores.values():
        one.close()


@asynccontextmanager
async def service(place: Place, engine: Setting) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(place.settings.model_copy(update={"query_engine": engine}))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app):
        await app.state.engine.ready()
        async with httpx.AsyncClient(transport=transport, base_url="http://t", timeout=60) as client:
            yield client


async def asked(
    client: httpx.AsyncClient, question: Question, headers: Mapping[str, str]
) -> tuple[Said, httpx.Response]:
    accept = NTRIPLES if question.text.startswith(("CONSTRUCT", "DESCRIBE")) else JSON
    answer = await client.get(
        "/sparql",
        params=[("query", question.text), *question.parameters],
        headers={"Accept": accept, "Accept-Language": "en", **headers},
    )
    if answer.status_code == 200:
        return said(answer.content, accept), answer
    problem = answer.json()
    return (problem["type"].rsplit("/", 1)[-1], problem["detail"]), answer


def permitted(question: Question, seen: Seen) -> bool:
    return question.graphs <= seen.graphs


def expected(question: Question, seen: Seen, engine: EngineName) -> Said:
    """What the engine that answered says of a store that holds nothing but what may be seen."""
    return seen.by_columns(question) if engine == "columns" else seen.by_oxigraph(question)


def is_part(found: Said, all_of_them: Said, limit: int) -> bool:
    """Whether these are `limit` solutions of those, or all where there are fewer."""
    if found[0] != "solutions":
        return found == all_of_them
    some, every = found[1], all_of_them[1]
    assert isinstance(some, Counter)
    assert isinstance(every, Counter)
    return some <= every and some.total() == min(limit, every.total())


def unlimited(question: Question) -> Question:
    text, _, _ = question.text.rpartition(" LIMIT ")
    return Question(text, question.parameters, question.graphs)


@pytest.mark.parametrize("engine", get_args(Setting))
def test_each_is_told_what_a_store_of_what_he_may_see_would_tell(place: Place, engine: Setting) -> None:
    generator = Questions(get_args(Setting).index(engine))
    names = list(GRANTS)
    cases = [(generator.question(), names[number % len(names)]) for number in range(QUERIES)]
    outcomes = asyncio.run(_all(place, engine, cases))
    print(f"\n{engine}: {QUERIES} queries: {dict(outcomes)}")
    assert outcomes["answered by oxigraph"] + outcomes["answered by columns"] > QUERIES / 2
    assert outcomes["refused: a graph"] > QUERIES / 50
    assert outcomes["out of time"] <= QUERIES / 50


async def _all(place: Place, engine: Setting, cases: list[tuple[Question, str]]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    turns = asyncio.Semaphore(AT_ONCE)

    async with service(place, engine) as client:

        async def one(question: Question, name: str) -> None:
            async with turns:
                found, answer = await asked(client, question, place.headers[name])
            outcomes[_judged(place, engine, question, name, found, answer)] += 1

        async with asyncio.TaskGroup() as group:
            for question, name in cases:
                group.create_task(one(question, name))
    return outcomes


def _judged(
    place: Place, engine: Setting, question: Question, name: str, found: Said, answer: httpx.Response
) -> str:
    """What became of a query; fails where its caller was told anything else than is his."""
    seen = place.seen[name]
    about = (engine, name, question, answer.headers.get("lienthong-engine"))
    if not permitted(question, seen) and found[0] != "query":
        assert found[0] == "graph-not-permitted", about
        assert answer.status_code == 403
        return "refused: a graph"
    if answer.status_code == 400:
        return _refused(engine, question, seen, found, about)
    if answer.status_code in (503, 504):
        return "out of time"
    assert answer.status_code == 200, (about, found)
    by: EngineName = "columns" if answer.headers["lienthong-engine"] == "columns" else "oxigraph"
    if question.limit is not None:
        assert is_part(found, expected(unlimited(question), seen, by), question.limit), about
    else:
        wanted = expected(question, seen, by)
        assert found == wanted, (about, found, wanted)
    return f"answered by {by}"


def _refused(engine: Setting, question: Question, seen: Seen, found: Said, about: object) -> str:
    """The same is wrong with it where there is only what may be seen, and in the same words."""
    if engine == "columns" and "columns cannot answer" in str(found[1]):
        assert permitted(question, seen), about
        kind, reason = seen.by_columns(question)
        assert kind == "unsupported", (about, found)
        assert str(found[1]).endswith(str(reason)), (about, reason)
        return "refused: not over columns"
    with pytest.raises(SyntaxError):
        seen.by_oxigraph(Question(question.text, question.parameters, question.graphs))
    return "refused: syntax"


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[TestClient]:
    with TestClient(create_app(place.settings)) as session:
        # The plan of a query is waited for a second; the process that plans may take longer to start.
        while session.get("/sparql", params={"query": "ASK {}", "explain": "true"}).json()["notOnColumns"]:
            time.sleep(0.1)
        yield session


OUTSIDERS = [name for name, places in OPENED.items() if 2 not in places]
ABOUT = (
    "SELECT ?v {{ ?s <{}> ?v }}",
    "SELECT ?v {{ ?s <{}> ?v ; <urn:p> ?o }}",
    "SELECT ?s {{ ?s a <{}> }}",
    "SELECT (COUNT(*) AS ?n) {{ ?s <{}> ?v . ?s ?p ?o }}",
    "SELECT ?v {{ <urn:a> (<{}>|<urn:p>)+ ?v }}",
)
"""Asked about what stands in a graph that the caller may not read, and about what is nowhere."""
NOWHERE = "urn:nowhere"


@pytest.mark.parametrize("query", ABOUT)
def test_explaining_does_not_tell_what_is_elsewhere(place: Place, client: TestClient, query: str) -> None:
    """Nor is it told by the engine, which goes by how literals are written, or by what others have asked."""

    def explained(name: str, about: str) -> dict[str, object]:
        answer = client.get(
            "/sparql", params={"query": query.format(about), "explain": "true"}, headers=place.headers[name]
        )
        assert answer.status_code == 200, answer.text
        return cast(dict[str, object], answer.json())

    before = {name: explained(name, NOWHERE) for name in OUTSIDERS}
    for _ in range(2):
        assert client.get(
            "/sparql", params={"query": query.format(SECRET)}, headers=place.headers["everything"]
        ).is_success
    for name in OUTSIDERS:
        assert explained(name, NOWHERE) == before[name]
        assert explained(name, SECRET) == before[name]


@pytest.mark.parametrize("way", ["FROM", "FROM NAMED", "default-graph-uri", "named-graph-uri"])
def test_a_refusal_is_the_same_for_a_graph_that_is_there(place: Place, client: TestClient, way: str) -> None:
    def refused(name: str, graph: str) -> tuple[int, str, list[tuple[str, str]]]:
        clause, parameters = (f"{way} <{graph}>", {}) if way.startswith("FROM") else ("", {way: graph})
        query = f"SELECT * {clause} {{ ?s ?p ?o }}"
        answer = client.get("/sparql", params={"query": query, **parameters}, headers=place.headers[name])
        headers = [one for one in answer.headers.items() if one[0] not in VARYING]
        text = re.sub(r'"requestId": "\w+"', "", answer.text).replace(graph, "GRAPH")
        return answer.status_code, text, headers

    for name in OUTSIDERS:
        there, not_there = refused(name, GRAPHS[2]), refused(name, ABSENT.replace("/c/", "/z/"))
        assert there[0] == 403
        assert there == not_there


VARYING = ("x-request-id", "server-timing", "content-length", "ratelimit")


@pytest.mark.parametrize("name", GRANTS)
def test_counts_are_of_what_is_seen(place: Place, client: TestClient, name: str) -> None:
    """In VoID for all and for each graph, in the service's description, and in `/ready`."""
    seen, headers = place.seen[name], place.headers[name]
    void = client.get("/.well-known/void", params={"format": "nt"}, headers=headers).text
    told = {int(number) for number in re.findall(r'<http://rdfs.org/ns/void#triples> "(\d+)"\S* \.', void)}
    of_graphs = Counter(quad.g for quad in seen.quads)
    assert {len(seen.quads), *of_graphs.values()} <= told
    assert f'#graph> <http://rdfs.org/ns/void#triples> "{len(seen.quads)}"' in void
    assert set(re.findall(rf"{BASE}graph/\w+/\w+", void)) == set(of_graphs)
    properties = set(re.findall(r"void#property> <([^>]*)>", void))
    assert properties == {quad.p for quad in seen.quads}
    described = client.get("/sparql", params={"format": "nt"}, headers=headers).text
    assert set(re.findall(rf"{BASE}graph/\w+/\w+", described)) == set(of_graphs)
    assert client.get("/ready", headers=headers).json()["quads"] == len(seen.quads)


@pytest.mark.parametrize("name", GRANTS)
def test_search_finds_what_is_seen(place: Place, client: TestClient, name: str) -> None:
    named = {quad.s for quad in place.seen[name].quads if quad.p == LABEL and quad.o.startswith("Mật danh")}
    query = f'SELECT ?x {{ ?x <{BASE}search> "mat danh" }}'
    found = client.get("/sparql", params={"query": query, "format": "json"}, headers=place.headers[name])
    bindings = found.json()["results"]["bindings"]
    assert sorted(one["x"]["value"] for one in bindings) == sorted(named)
    hits = client.get(
        "/api/v1/search", params={"q": "mat danh", "count": "true"}, headers=place.headers[name]
    )
    assert hits.json()["total"] == len(named)


def test_entity_tags_follow_from_what_is_seen(place: Place, client: TestClient) -> None:
    """Who sees the same has the same tags; nobody takes a tag of somebody who sees more."""
    query = {"query": "SELECT * { ?s <urn:r> ?o }"}
    tags: dict[tuple[int, ...], set[str]] = {}
    for name, places in OPENED.items():
        tags.setdefault(places, set()).add(
            client.get("/sparql", params=query, headers=place.headers[name]).headers["etag"]
        )
    assert all(len(same) == 1 for same in tags.values())
    assert len(set().union(*tags.values())) == len(tags)
    (insiders,) = tags[OPENED["everything"]]
    for name in OUTSIDERS:
        headers = {**place.headers[name], "If-None-Match": insiders}
        assert client.get("/sparql", params=query, headers=headers).status_code == 200


def test_what_is_kept_for_one_says_nothing_to_another(place: Place, client: TestClient) -> None:
    """Not even that it was asked: whoever may read less makes, and finds, entries of his own."""
    query = {"query": "SELECT ?kept { ?s <urn:r> ?kept }"}

    def status(name: str) -> str:
        return client.get("/sparql", params=query, headers=place.headers[name]).headers["cache-status"]

    assert [status("everything") for _ in range(2)] == ["Lienthong; fwd=miss; stored", "Lienthong; hit"]
    seen = {OPENED["everything"]}
    for name in OUTSIDERS:
        assert status(name) == ("Lienthong; hit" if OPENED[name] in seen else "Lienthong; fwd=miss; stored")
        seen.add(OPENED[name])


def test_descriptions_are_the_same_for_all(place: Place, client: TestClient) -> None:
    documents = {client.get("/openapi.json", headers=headers).content for headers in place.headers.values()}
    assert len(documents) == 1
    assert SECRET.encode() not in documents.pop()
