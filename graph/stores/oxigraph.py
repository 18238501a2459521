"""The embedded store: built from columns in one stream, opened read-only, queried within a set of graphs."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS
from graph.errors import DataError, NotAcceptableError, QueryError, SourceError
from graph.formats import GRAPHS, RESULTS, Format
from graph.stores.streams import LimitedBuffer, reader
from graph.text import Text


def build(columns: Path, target: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> int:
    """Load all quads of a columns file into a new store in the folder `target`; returns how many it holds.

    Fewer than the columns hold only where literals become equal when they are rewritten. Raises SourceError
    for columns that cannot be read, DataError when quads are missing.
    """
    with Columns(columns, memory_mb=memory_mb, threads=threads) as opened:
        statistics = opened.statistics()
        store = ox.Store(str(target))
        # Lenient: this text was made here; checking every IRI again doubles the time.
        store.bulk_load(reader(opened.nquads()), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    store.flush()
    loaded = len(store)
    if loaded != statistics.quads and not statistics.rewritten:
        raise DataError(
            Text(
                f"Kho tra cứu có {loaded:,} quad, tệp cột có {statistics.quads:,}.",
                f"The store holds {loaded:,} quads, the columns {statistics.quads:,}.",
            )
        )
    return loaded


def open_read_only(folder: Path) -> ox.Store:
    """The store in `folder`; any number of processes may have it open. Raises SourceError."""
    try:
        return ox.Store.read_only(str(folder))
    except OSError as wrong:
        raise SourceError(
            Text(f"Không mở được kho {folder}: {wrong}", f"The store {folder} cannot be opened: {wrong}")
        ) from wrong


def evaluate(
    store: ox.Store,
    text: str,
    *,
    default_graph: Iterable[str],
    named_graphs: Iterable[str],
    written: Format,
    out: BinaryIO,
) -> None:
    """Write the answer to `out`, seeing nothing but the graphs given (SPARQL 1.1 Query, §13).

    Raises QueryError for a text that is no query or cannot be evaluated, NotAcceptableError where `written`
    is not for answers of this form, and what `out.write` raises.
    """
    found = _query(store, text, default_graph, named_graphs)
    forms = GRAPHS if isinstance(found, ox.QueryTriples) else RESULTS
    if written not in forms:
        raise NotAcceptableError(
            Text(
                f"Câu trả lời này không ghi được ở dạng {written.name}.",
                f"This answer cannot be written as {written.name}.",
            ),
            hint=Text(
                f"Có: {', '.join(form.name for form in forms)}",
                f"Known: {', '.join(form.name for form in forms)}",
            ),
        )
    try:
        if isinstance(found, ox.QueryTriples):
            found.serialize(out, format=ox.RdfFormat.from_media_type(written.media_type))
        else:
            found.serialize(out, format=ox.QueryResultsFormat.from_media_type(written.media_type))
    except (RuntimeError, ValueError, OSError) as wrong:
        raise _failed(wrong) from wrong


def has_rows(folder: Path, text: str) -> bool:
    """Whether a query over all graphs of the store in `folder` finds anything. Raises QueryError."""
    store = open_read_only(folder)
    graphs = [graph.value for graph in store.named_graphs()]
    found = _query(store, text, graphs, graphs)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    try:
        return next(iter(found), None) is not None
    except (RuntimeError, ValueError, OSError) as wrong:
        raise _failed(wrong) from wrong


class OxigraphStore:
    """The store port over a store on this disk."""

    def __init__(self, folder: Path) -> None:
        self._store = open_read_only(folder)

    def query(
        self,
        text: str,
        *,
        default_graph: Iterable[str],
        named_graphs: Iterable[str],
        written: Format,
        max_bytes: int,
    ) -> bytes:
        out = LimitedBuffer(max_bytes)
        evaluate(
            self._store,
            text,
            default_graph=default_graph,
            named_graphs=named_graphs,
            written=written,
            out=out,
        )
        return out.getvalue()


def _query(
    store: ox.Store, text: str, default_graph: Iterable[str], named_graphs: Iterable[str]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        # Both, always: with the default graph alone `GRAPH <any>` still reaches every graph.
        return store.query(
            text,
            default_graph=[ox.NamedNode(graph) for graph in default_graph],
            named_graphs=[ox.NamedNode(graph) for graph in named_graphs],
        )
    except (SyntaxError, RuntimeError, ValueError, OSError) as wrong:
        raise _failed(wrong) from wrong


def _failed(wrong: Exception) -> QueryError:
    return QueryError(
        Text(f"Truy vấn không thực hiện được: {wrong}", f"The query cannot be evaluated: {wrong}")
    )
