"""The typed values of literals in memory."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.connection import MEMORY_MB, THREADS, connected, spill_beside
from graph.columns.typed import instant_of, number_of


def typed(
    values: pa.ChunkedArray, datatypes: pa.Array, places: npt.NDArray[np.int64]
) -> tuple[pa.Array, pa.Array]:
    """The columns `number` and `instant` of terms; `places` are those of the literals that may have one."""
    rows = pa.array(places)
    wanted = pc.unique(datatypes.take(rows)).to_pylist()
    table = pa.table(
        {
            "place": rows,
            "value": values.take(rows),
            "datatype": datatypes.take(rows),
        }
    )
    with connected(spill=spill_beside(Path("typed")), memory_mb=MEMORY_MB, threads=THREADS) as connection:
        connection.register("given", table)
        found = connection.sql(
            f"SELECT place, {number_of(wanted)} AS number, {instant_of(wanted)} AS instant FROM given"
        ).to_arrow_table()
    order = np.full(len(values), -1, np.int64)
    order[found["place"].to_numpy()] = np.arange(len(found))
    of_each = pa.array(order, mask=order < 0)
    number, instant = (found[name].combine_chunks().take(of_each) for name in ("number", "instant"))
    return number, instant
