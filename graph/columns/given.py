"""What a query is given as a table.

PyArrow is imported when a table is made: it takes 0.3 of the 0.7 s in which a process starts that only reads
columns, and those are started while somebody waits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from graph.columns.schema import TextQuad

if TYPE_CHECKING:
    import pyarrow as pa


def texts(columns: Mapping[str, Collection[str | None]]) -> pa.Table:
    """Columns of texts by name."""
    import pyarrow as pa

    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def values(found: Collection[str]) -> pa.Table:
    """The one column `value`, in order."""
    return texts({"value": sorted(found)})


def quads(batch: Sequence[TextQuad], source: int | None, rows: Sequence[int | None]) -> pa.Table:
    """The columns of the table `staged`."""
    import pyarrow as pa

    s, p, o, datatype, language, g = zip(*batch, strict=True)
    lower = [tag.lower() if tag else None for tag in language]
    types = [(name, pa.string()) for name in TextQuad._fields]
    schema = pa.schema([*types, ("source", pa.uint16()), ("row", pa.uint64())])
    return pa.table([s, p, o, datatype, lower, g, [source] * len(batch), rows], schema=schema)
