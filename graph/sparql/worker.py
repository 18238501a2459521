"""A worker that answers from Oxigraph: `python -m graph.sparql.worker FD STORE MEMORY_MB`, see `serving`."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ResultTooLargeError
from graph.sparql import wire
from graph.sparql.pieces import Pieces
from graph.sparql.serving import Answering, Sending, serve
from graph.stores.layout import MANIFEST
from graph.stores.manifest import Manifest
from graph.stores.oxigraph import OxigraphStore, syntax_fault
from graph.stores.store import Store

if TYPE_CHECKING:
    from graph.sparql.narrowing import Graphs, Holdings, Narrowed

# So few graphs cost less than finding out which of them matter.
FEW_GRAPHS = 4
_SHAPES = 1_000
_SUBJECTS = 4
"""Looking up more costs more than it saves."""
_MOST_QUADS = 500
"""Of one subject: to read some twenty takes 0.14 ms."""


def opened(directory: Path, _: int) -> Answering:
    """What answers from the store in `directory`."""
    store = OxigraphStore.open(directory)
    return partial(_answer, store, Narrowing(directory.with_name(MANIFEST), store))


class Narrowing:
    """`graph.sparql.narrowing` for one generation; its parser is slow to import: only when it is needed."""

    def __init__(self, manifest: Path, store: OxigraphStore) -> None:
        self._manifest = manifest
        self._store = store
        self._holdings: Holdings | None = None
        self._known: OrderedDict[str, Known] = OrderedDict()

    def __call__(self, request: wire.Request) -> tuple[str, ...]:
        """The graphs of the default graph that can matter."""
        few = len(request.default_graphs) < FEW_GRAPHS
        if few or self._store.are_all(request.default_graphs):
            return request.default_graphs
        if not request.shape:
            return self._learn(request).narrowed.graphs
        known = self._known.get(request.shape)
        if known is None:
            known = self._known[request.shape] = self._learn(request)
            if len(self._known) > _SHAPES:
                self._known.popitem(last=False)
        return known.graphs(self._store, request.things)

    def _learn(self, request: wire.Request) -> Known:
        from graph.sparql.narrowing import Holdings, Narrowed

        if self._holdings is None:
            self._holdings = Holdings.of(Manifest.load(self._manifest).graphs)
        narrowed = Narrowed.of(request.text, request.default_graphs, self._holdings, base=request.base)
        subjects = {place: thing for place, thing in enumerate(request.things) if thing in narrowed.subjects}
        return Known(narrowed, self._holdings, subjects if len(subjects) <= _SUBJECTS else {})


@dataclass(slots=True)
class Known:
    """What is known of a shape. `subjects`: by its place among a query's things, the IRI that stood there in
    the query that was read."""

    narrowed: Narrowed
    holdings: Holdings
    subjects: dict[int, str]
    found: dict[tuple[Graphs | None, ...], tuple[str, ...]] = field(default_factory=dict)

    def graphs(self, store: OxigraphStore, things: Sequence[str]) -> tuple[str, ...]:
        if not self.subjects:
            return self.narrowed.graphs
        told = tuple(
            store.describing(things[place], self.narrowed.graphs, _MOST_QUADS) for place in self.subjects
        )
        if told not in self.found:
            described = zip(self.subjects.values(), told, strict=True)
            known = {subject: graphs for subject, graphs in described if graphs is not None}
            if len(self.found) >= _SHAPES:
                self.found.clear()
            self.found[told] = self.narrowed.within(self.holdings, known)
        return self.found[told]


def _answer(store: Store, narrowing: Narrowing, request: wire.Request, send: Sending) -> bytes:
    started = time.perf_counter()
    try:
        body = store.query(
            request.text,
            default_graph=narrowing(request),
            named_graphs=request.named_graphs,
            media_type=request.media_type,
            max_bytes=request.max_bytes,
            prefixes=request.prefixes,
            base=request.base,
            buffer=partial(Pieces, send=send),
        )
    except SyntaxError as wrong:
        return _syntax(request, str(wrong))
    except ResultTooLargeError:
        return wire.pack({"failure": "too-large"})
    except MemoryError:
        return wire.pack({"failure": "memory"})
    except (ValueError, RuntimeError, OSError) as wrong:
        return wire.pack({"failure": "evaluation", "message": str(wrong)})
    return wire.pack({"seconds": time.perf_counter() - started}, body)


def _syntax(request: wire.Request, report: str) -> bytes:
    """Two reports of the parser: of the text, and of the text spread out (see graph.sparql.syntax)."""
    from graph.sparql.syntax import spread  # seldom needed, and a worker must start fast

    second = syntax_fault(spread(request.text).text, base=request.base)
    return wire.pack({"failure": "syntax", "message": report, "second": second})


if __name__ == "__main__":
    serve(sys.argv[1:], opened)
