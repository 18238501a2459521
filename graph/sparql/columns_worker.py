"""A worker that answers from columns: `python -m graph.sparql.columns_worker FD COLUMNS MEMORY_MB`.

SIGUSR1 ends the query that it evaluates, not the process: opening columns takes half a second, and queries
that another engine answered first are many. See `serving`.
"""

import signal
import sys
import time
from functools import partial
from pathlib import Path

from graph.algebra import Unsupported
from graph.errors import ResultTooLargeError
from graph.sparql import wire
from graph.sparql.columns_store import ColumnsStore
from graph.sparql.pieces import Pieces
from graph.sparql.rewrites.templates import Templates
from graph.sparql.serving import Answering, Sending, serve

_THREADS = 2
# DuckDB does not count all that it allocates, and writes to disk what does not fit.
_SHARE, _MOST_MB = 0.5, 1024


class _Stop:
    """The handler of the signal; the store comes later, from another thread."""

    store: ColumnsStore | None = None

    def __call__(self, *_: object) -> None:
        if self.store is not None:
            self.store.interrupt()


def main(arguments: list[str]) -> None:
    stop = _Stop()
    signal.signal(signal.SIGUSR1, stop)

    def opened(path: Path, memory_mb: int) -> Answering:
        held = min(int(memory_mb * _SHARE), _MOST_MB)
        stop.store = ColumnsStore.open(path, memory_mb=held, threads=_THREADS, spill_mb=memory_mb - held)
        return partial(_answer, stop.store, Templates())

    serve(arguments, opened)


def _answer(store: ColumnsStore, templates: Templates, request: wire.Request, send: Sending) -> bytes:
    started = time.perf_counter()
    try:
        if request.only_rewritten:
            other = templates.rewritten(request.text, request.base)
            return wire.pack({"rewritten": other.text, "rules": other.rules})
        if request.only_plan:
            graphs = (*request.default_graphs, *request.named_graphs)
            return wire.pack({"exact": store.exact(request.text, graphs, base=request.base)})
        body = store.query(
            request.text,
            default_graph=request.default_graphs,
            named_graphs=request.named_graphs,
            media_type=request.media_type,
            max_bytes=request.max_bytes,
            prefixes=request.prefixes,
            base=request.base,
            buffer=partial(Pieces, send=send),
        )
    except Unsupported as refused:
        return wire.pack({"failure": "unsupported", "message": refused.reason})
    except InterruptedError:
        return wire.pack({"failure": "stopped"})
    except ResultTooLargeError:
        return wire.pack({"failure": "too-large"})
    except MemoryError:
        return wire.pack({"failure": "memory"})
    return wire.pack({"seconds": time.perf_counter() - started}, body)


if __name__ == "__main__":
    main(sys.argv[1:])
