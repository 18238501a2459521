"""The embedded store, built: one stream from columns into Oxigraph."""

from pathlib import Path

import pyoxigraph as ox

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS
from graph.errors import DataError
from graph.stores.streams import reader
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
