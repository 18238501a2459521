"""A worker that answers from Oxigraph: `python -m graph.sparql.worker FD STORE MEMORY_MB`, see `serving`."""

from __future__ import annotations

import sys
import time
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
    from graph.sparql.narrowing import Holdings

# So few graphs cost less than finding out which of them matter.
FEW_GRAPHS = 4


def opened(directory: Path, _: int) -> Answering:
    """What answers from the store in `directory`."""
    narrowing = Narrowing(directory.with_name(MANIFEST))
    return partial(_answer, OxigraphStore.open(directory), narrowing)


class Narrowing:
    """`graph.sparql.narrowing` for one generation; its parser is slow to import: only when it is needed."""

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        self._holdings: Holdings | None = None

    def __call__(self, request: wire.Request) -> tuple[str, ...]:
        """The graphs of the default graph that can matter."""
        if len(request.default_graphs) < FEW_GRAPHS:
            return request.default_graphs
        from graph.sparql.narrowing import Holdings, narrow

        if self._holdings is None:
            self._holdings = Holdings.of(Manifest.load(self._manifest).graphs)
        return narrow(request.text, request.default_graphs, self._holdings, base=request.base)


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
