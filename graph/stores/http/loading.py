"""A generation's graphs, taken to a server before the generation is switched to.

Each version of a graph has a name of its own there, so nothing that is being read changes, and where loading
fails the published generation goes on answering.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.columns import Columns
from graph.errors import DataError, LienthongError, ServerRefusedError, SettingError, TryAgainError
from graph.stores.http.client import Client, DeclinedError
from graph.stores.http.loaded import ABSENT, Held, Loaded, name_of
from graph.stores.http.server import Server
from graph.stores.http.store import HttpStore
from graph.stores.manifest import Manifest
from graph.text import Text

_SECONDS = 600.0
"""A server that takes a large graph says nothing until it has it."""
_SEEN, _HIDDEN = "urn:lienthong:seen", "urn:lienthong:hidden"
_JSON = "application/sparql-results+json"
_EVERYTHING = "SELECT ?s WHERE { ?s ?p ?o }"
_EVERY_GRAPH = "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }"
_ONE_GRAPH = f"SELECT ?s WHERE {{ GRAPH <{_HIDDEN}> {{ ?s ?p ?o }} }}"


def load(
    server: Server,
    columns: Path,
    manifest: Manifest,
    known: Collection[Loaded],
    *,
    memory_mb: int,
    threads: int,
    on_graph: Callable[[str], None] = lambda graph: None,
) -> Loaded:
    """Have the server hold all graphs of a generation. What other generations have there, `known`, stays as
    it is where the server still has as many triples of it.

    Raises SettingError for a server that answers from other graphs than those of the request, DataError
    where it does not keep all triples or a blank node is in two graphs, ServerUnreachableError,
    ServerRefusedError, ServerFailedError. What was loaded for this generation alone is removed then.
    """
    held = dict(pair for one in known for pair in one.graphs.values())
    versions = {graph: entry.version for entry in manifest.datasets.values() for graph in entry.graphs}
    found: dict[str, Held] = {}
    with (
        TemporaryDirectory(prefix="lienthong-") as passing,
        Client(server, seconds=_SECONDS) as client,
        Columns(columns, memory_mb=memory_mb, threads=threads) as opened,
    ):
        _refuse_shared_blank_nodes(opened)
        check(client)
        try:
            for graph, entry in manifest.graphs.items():
                on_graph(graph)
                name = name_of(graph, versions[graph])
                triples = held.get(name)
                if triples is None or _count(client, name) != triples:
                    found[graph] = Held(name, 0)
                    client.put(name, _written(Path(passing), opened.ntriples(graph)))
                    triples = _count(client, name)
                if triples > entry.quads or (triples < entry.quads and not manifest.rewritten):
                    raise _incomplete(graph, triples, entry.quads)
                found[graph] = Held(name, triples)
        except LienthongError:
            with suppress(TryAgainError):
                _remove(client, {one.name for one in found.values()} - held.keys())
            raise
    return Loaded(found)


def remove(server: Server, gone: Collection[Loaded], kept: Collection[Loaded]) -> None:
    """Remove from the server the graphs that no generation has which is kept.

    Raises ServerUnreachableError, ServerRefusedError, ServerFailedError.
    """
    names = _names(gone) - _names(kept)
    if names:
        with Client(server, seconds=_SECONDS) as client:
            _remove(client, names)


def check(client: Client) -> None:
    """Raises SettingError for a server that lets a query reach what its request does not name.

    Servers differ, and the Protocol leaves them free: some ignore these parameters.
    """
    triple = "<{0}> <{0}> <{0}> .\n"
    try:
        with TemporaryDirectory(prefix="lienthong-") as passing:
            for graph in (_SEEN, _HIDDEN):
                client.put(graph, _written(Path(passing), [triple.format(graph).encode()]))
        for text, graph, expected in (
            (_EVERYTHING, _SEEN, [_SEEN]),
            (_EVERY_GRAPH, _SEEN, [_SEEN]),
            (_ONE_GRAPH, _SEEN, []),
            (_EVERYTHING, ABSENT, []),
            (_EVERY_GRAPH, ABSENT, []),
        ):
            if [one["s"] for one in _solutions(client, text, graph)] != expected:
                raise _unguarded()
    finally:
        with suppress(TryAgainError):
            _remove(client, {_SEEN, _HIDDEN})


def _written(folder: Path, pieces: Iterable[bytes]) -> Path:
    """A file of these pieces, in the place of the one before."""
    path = folder / "graph.nt"
    with path.open("wb") as file:
        file.writelines(pieces)
    return path


def _count(client: Client, name: str) -> int:
    (row,) = _solutions(client, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", name)
    return int(row["n"])


def _solutions(client: Client, text: str, graph: str) -> list[Mapping[str, str]]:
    try:
        document = HttpStore(client).query(
            text, default_graph=[graph], named_graphs=[graph], media_type=_JSON, max_bytes=1 << 20
        )
    except DeclinedError:
        raise _no_sparql() from None
    rows = json.loads(document)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def _names(loaded: Collection[Loaded]) -> set[str]:
    return {held.name for one in loaded for held in one.graphs.values()}


def _remove(client: Client, names: Collection[str]) -> None:
    for name in sorted(names):
        client.delete(name)


def _unguarded() -> SettingError:
    return SettingError(
        Text(
            "Máy chủ ở LIENTHONG_STORE không chỉ trả lời từ những đồ thị mà yêu cầu nêu: không dùng được.",
            "The server at LIENTHONG_STORE answers from graphs that a request does not name: not usable.",
        ),
        hint=Text(
            "Cần máy chủ tuân theo default-graph-uri và named-graph-uri (SPARQL 1.1 Protocol §2.1.4).",
            "It must keep to default-graph-uri and named-graph-uri (SPARQL 1.1 Protocol §2.1.4).",
        ),
    )


def _no_sparql() -> ServerRefusedError:
    return ServerRefusedError(
        Text(
            "Máy chủ ở LIENTHONG_STORE không nhận một truy vấn SPARQL 1.1 đơn giản.",
            "The server at LIENTHONG_STORE does not take a simple query of SPARQL 1.1.",
        ),
        hint=Text("Xem lại LIENTHONG_STORE.", "Check LIENTHONG_STORE."),
    )


def _refuse_shared_blank_nodes(columns: Columns) -> None:
    """A blank node is one within its document alone (RDF 1.1 §3.4), and graphs are sent one by one."""
    node = columns.shared_blank_node()
    if node is not None:
        raise DataError(
            Text(
                f"Nút trống {node} nằm trong hai đồ thị: máy chủ SPARQL sẽ coi là hai nút khác nhau.",
                f"The blank node {node} is in two graphs: a SPARQL server would take it for two.",
            ),
            hint=Text("Cho nó một IRI trong ánh xạ.", "Give it an IRI in the mapping."),
        )


def _incomplete(graph: str, triples: int, expected: int) -> DataError:
    return DataError(
        Text(
            f"Máy chủ SPARQL giữ {triples:,} bộ ba của <{graph}>, cần {expected:,}.",
            f"The SPARQL server holds {triples:,} triples of <{graph}>, not {expected:,}.",
        )
    )
