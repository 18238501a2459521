"""Update evaluation and update syntax of the W3C's SPARQL 1.1 suite, sent over HTTP through the whole
service.

What a case changes is told by a dry run, which publishes nothing; some of all kinds are published besides,
and read again.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from tests.sparql11 import service, suite, updates
from tests.sparql11.updates import UpdateCase

KNOWN = tomllib.loads((Path(__file__).parent / "known-failures.toml").read_text(encoding="utf-8"))["update"]
DEFAULT = "http://www.example/default"
PUBLISHED_EVERY = 12
there = suite.FOLDER.is_dir()
EVALUATED = updates.evaluated() if there else []
READ = list(updates.read()) if there else []

needs_suite = pytest.mark.skipif(
    not there, reason=f"no test suites at {suite.FOLDER.parent}: set LIENTHONG_SUITES"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    names = {name for case in EVALUATED for name, _ in (*case.before, *case.after)}
    graphs = {name or DEFAULT for name in names} | {DEFAULT}
    with service.serve(tmp_path_factory.mktemp("updates") / "data", graphs, DEFAULT) as made:
        yield made


def send(client: httpx.Client, text: str, *, dry_run: bool) -> httpx.Response:
    return client.post(
        "/sparql",
        content=text.encode(),
        headers={"Content-Type": "application/sparql-update"},
        params={"dry-run": str(dry_run).lower()},
    )


def stating(case: UpdateCase) -> str:
    """An operation that makes the state before the case."""
    stated = "".join(
        f"GRAPH {quad.graph_name} {{ {quad.triple} }}\n" for quad in updates.quads(case.before, DEFAULT)
    )
    return f"INSERT DATA {{\n{stated}}} ;\n" if stated else ""


def same(given: list[ox.Quad], wanted: list[ox.Quad]) -> bool:
    """Up to the labels of blank nodes."""
    both = ox.Dataset(given), ox.Dataset(wanted)
    for one in both:
        one.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return both[0] == both[1]


def changes_as_expected(client: httpx.Client, case: UpdateCase) -> bool:
    response = send(client, stating(case) + case.text(), dry_run=True)
    if response.status_code != 200:
        return False
    changes = response.json()["changes"]
    assert not changes["removed"]
    given = list(ox.parse(changes["added"], format=ox.RdfFormat.N_QUADS))
    return same(given, updates.quads(case.after, DEFAULT))


def judge(case: UpdateCase, good: bool, count: Callable[[], None]) -> None:
    if good:
        count()
    if reason := KNOWN.get(case.name):
        assert not good, f"{case.name} passes now: take it out of known-failures.toml"
        pytest.xfail(reason)
    assert good


@needs_suite
@pytest.mark.parametrize("case", EVALUATED, ids=lambda case: case.name)
def test_evaluation(client: httpx.Client, case: UpdateCase, count_for: Callable[[str], None]) -> None:
    judge(case, changes_as_expected(client, case), lambda: count_for("sparql11/update evaluation"))


@needs_suite
@pytest.mark.parametrize("case", EVALUATED[::PUBLISHED_EVERY], ids=lambda case: case.name)
def test_publication(client: httpx.Client, case: UpdateCase, count_for: Callable[[str], None]) -> None:
    """From the columns that one generation holds to those of the next."""
    assert send(client, f"DROP ALL ;\n{stating(case)}CLEAR SILENT GRAPH <urn:none>", dry_run=False).is_success
    assert send(client, case.text(), dry_run=False).is_success
    wanted = updates.quads(case.after, DEFAULT)
    given = []
    for name in sorted({quad.graph_name.value for quad in wanted}):
        graph = client.get("/rdf-graph-store", params={"graph": name, "format": "nt"})
        parsed = ox.parse(graph.content, format=ox.RdfFormat.N_TRIPLES)
        given += [ox.Quad(*quad.triple, ox.NamedNode(name)) for quad in parsed]
    assert same(given, wanted)
    count_for("sparql11/update evaluation (published and read again)")


@needs_suite
@pytest.mark.parametrize(("case", "is_update"), READ, ids=[case.name for case, _ in READ])
def test_syntax(
    client: httpx.Client, case: UpdateCase, is_update: bool, count_for: Callable[[str], None]
) -> None:
    told = send(client, case.text(), dry_run=True)
    # A graph that is to be there and is not is told of when the text has been read.
    is_read = told.status_code == 200 or "does not exist" in told.text or "SILENT" in told.text
    judge(case, is_read is is_update, lambda: count_for("sparql11/update syntax"))


@needs_suite
def test_known_failures_are_cases() -> None:
    assert set(KNOWN) <= {case.name for case in (*EVALUATED, *(case for case, _ in READ))}
