"""A worker that has a SPARQL server answer: `python -m graph.sparql.http_worker FD RECORD MEMORY_MB`.

Which server is in the environment (`graph.stores.http.server`). To end the worker ends its connection, and
with it what the server does for it, as far as that notices. See `serving`.
"""

import json
import os
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import LienthongError
from graph.sparql import wire
from graph.sparql.pieces import Pieces
from graph.sparql.portable import NotPortableError, portable
from graph.sparql.serving import Answering, Sending, serve
from graph.stores.http.client import Client, DeclinedError
from graph.stores.http.loaded import ABSENT, Loaded
from graph.stores.http.server import Server
from graph.stores.http.store import HttpStore
from graph.stores.layout import MANIFEST
from graph.stores.manifest import Manifest
from graph.stores.oxigraph import boolean_document, syntax_fault, variables
from graph.stores.store import Store

if TYPE_CHECKING:
    from graph.sparql.narrowing import Holdings

_JSON = "application/sparql-results+json"
_SHAPES = 1_000
FEW_GRAPHS = 4
"""So few are not worth a look at which of them matter."""


@dataclass(frozen=True)
class Place:
    """Where a generation's graphs are: the server, their names there, and what each holds. `narrowed`: by
    shape of query (of which two datasets share none), what was found out about it."""

    store: Store
    loaded: Loaded
    manifest: Path
    narrowed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def holdings(self) -> "Holdings":
        from graph.sparql.narrowing import Holdings

        return Holdings.of(Manifest.load(self.manifest).graphs)


def opened(record: Path, _: int) -> Answering:
    """What answers from the graphs of a record."""
    client = Client(Server.from_environment(os.environ), seconds=None)
    place = Place(HttpStore(client), Loaded.read(record), record.with_name(MANIFEST))
    return partial(answer, place)


def answer(place: Place, request: wire.Request, send: Sending) -> bytes:
    """The last frame of a reply."""
    started = time.perf_counter()
    try:
        body = _body(place, request, send)
    except SyntaxError as wrong:
        from graph.sparql.syntax import spread  # seldom needed, and a worker must start fast

        second = syntax_fault(spread(request.text).text, base=request.base)
        return wire.pack({"failure": "syntax", "message": str(wrong), "second": second})
    except NotPortableError as refused:
        return wire.pack({"failure": "not-portable", "message": str(refused)})
    except DeclinedError:
        return wire.pack({"failure": "declined"})
    except MemoryError:
        return wire.pack({"failure": "memory"})
    except LienthongError as told:
        return wire.pack({"failure": "told", "message": type(told).__name__, "second": _texts(told)})
    return wire.pack({"seconds": time.perf_counter() - started}, body)


def _body(place: Place, request: wire.Request, send: Sending) -> bytes:
    """Raises SyntaxError, NotPortableError, and what `HttpStore.query` does."""
    try:
        selected = variables(request.text, base=request.base)
    except RuntimeError as unknown:  # a function that is not of SPARQL
        raise NotPortableError(str(unknown)) from unknown
    named = {one: place.loaded.graphs[one].name for one in request.named_graphs if one in place.loaded.graphs}
    sent = portable(request.text, selected, named, base=request.base)
    if syntax_fault(sent.text):
        raise NotPortableError("keywords without space between them")
    asking = partial(
        place.store.query,
        sent.text,
        default_graph=place.loaded.names(_narrowed(place, request)),
        named_graphs=(*named.values(), ABSENT),
        max_bytes=request.max_bytes,
    )
    if sent.is_ask:
        is_so = bool(json.loads(asking(media_type=_JSON))["results"]["bindings"])
        return boolean_document(is_so, request.media_type)
    return asking(media_type=request.media_type, prefixes=request.prefixes, buffer=partial(Pieces, send=send))


def _narrowed(place: Place, request: wire.Request) -> tuple[str, ...]:
    """The graphs of the default graph that can matter; a shape of query is read once."""
    graphs = request.default_graphs
    if len(graphs) < FEW_GRAPHS:
        return graphs
    if request.shape in place.narrowed:
        return place.narrowed[request.shape]
    from graph.sparql.narrowing import narrow  # its parser is slow to import

    found = narrow(request.text, graphs, place.holdings, base=request.base)
    if request.shape:
        if len(place.narrowed) >= _SHAPES:
            place.narrowed.clear()
        place.narrowed[request.shape] = found
    return found


def _texts(told: LienthongError) -> str:
    return json.dumps([[one.vi, one.en] if one else None for one in (told.message, told.hint)])


if __name__ == "__main__":
    serve(sys.argv[1:], opened)
