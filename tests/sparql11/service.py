"""A service of its own process-wide workers, on data of the suite, for a caller who may read all of it."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import httpx
import pyoxigraph as ox
import uvicorn

from api.app import create_app
from api.updates.updates import Updates
from graph.access import Identity, Principal, parse_grant
from graph.columns import Builder, TextQuad
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.stores import publication
from graph.stores.generations import Generation, Generations

NOTHING = "http://www.w3.org/2009/sparql/docs/tests/no-graph"
"""May be read, and is not there: a default graph without triples."""

_PARSED = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}


def publish(data_dir: Path, graphs: Mapping[str, Iterable[ox.Triple]]) -> None:
    """Make these named graphs the current generation; blank nodes must be distinct among graphs."""
    generations = Generations(data_dir, memory_mb=256, threads=1)
    version = data_dir / "versions" / f"v{len(generations.list())}"
    with Builder(version / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage(_quad(triple, name) for name, triples in graphs.items() for triple in triples)
        builder.finish()
    # One generation for all tests: their graphs repeat each other's triples, which agencies' graphs may not.
    with mock.patch.object(publication, "_refuse_overlap"):
        generations.publish({"suite": version})


def triples(path: Path, iri: str) -> list[ox.Triple]:
    """The triples of a file, its blank nodes unlike those of any other."""
    parsed = ox.parse(path=path, format=_PARSED[path.suffix], base_iri=iri, rename_blank_nodes=True)
    return [quad.triple for quad in parsed]


@contextlib.contextmanager
def serve(
    data_dir: Path, permitted: Iterable[str], default_graph: str | None = None
) -> Iterator[httpx.Client]:
    """A client of the whole service over HTTP; who asks may read `permitted`, of whatever class it is.

    With a graph that stands for the default graph it takes updates, of any graph (`update_worker`).
    """
    chosen = Settings(
        data_dir=data_dir,
        workers=1,
        query_timeout=10.0,
        query_memory_mb=1024,
        columns_threads=1,
        columns_memory_mb=256,
        generations_kept=1,
        update_default_graph=default_graph or "",
    )
    headers = {}
    if default_graph is not None:
        registry = Registry(data_dir)
        grants = [parse_grant("*:restricted:write")]
        _, shown = Keys(registry).create("suite", "suite", grants, timedelta(days=1))
        registry.close()
        headers["X-API-Key"] = shown.text
    app = create_app(chosen)
    app.state.permitted = _Permitted(Principal("suite", frozenset(permitted)))
    if default_graph is not None:
        updates: Updates = app.state.updates
        updates.command = (sys.executable, "-m", "tests.sparql11.update_worker")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the service ended"
            assert time.monotonic() < deadline, "the service did not start within 30 s"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class _Permitted:
    """Instead of `api.principals.permitted.Permitted`."""

    reader: Principal

    def of(self, identity: Identity, generation: Generation | None, at: datetime) -> Principal:
        return self.reader


def _quad(triple: ox.Triple, graph: str) -> TextQuad:
    s, p, o = triple.subject, triple.predicate, triple.object
    if isinstance(o, ox.Literal):
        return TextQuad(_resource(s), p.value, o.value, o.datatype.value, o.language, graph)
    return TextQuad(_resource(s), p.value, _resource(o), None, None, graph)


def _resource(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.BlankNode)
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
