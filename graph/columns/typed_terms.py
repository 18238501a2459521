"""The typed values of literals in memory."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.connection import MEMORY_MB, THREADS, connected, spill_beside
from graph.columns.schema import LANG_STRING, XSD_STRING
from graph.columns.typed import instant_of, number_of

UNTYPED = frozenset({XSD_STRING, LANG_STRING})
"""The datatypes of what has nothing but its text."""


def typed(
    values: pa.ChunkedArray, datatypes: pa.Array, literals: npt.NDArray[np.int64]
) -> tuple[pa.Array, pa.Array]:
    """The columns `number` and `instant` of terms; `literals` are the places of those with a datatype."""
    names = pc.unique(datatypes.take(pa.array(literals))).to_pylist()
    wanted = [one for one in names if one not in UNTYPED]
    places = literals[
        pc.is_in(datatypes.take(pa.array(literals)), value_set=pa.array(wanted, pa.string())).to_numpy(
            zero_copy_only=False
        )
    ]
    table = pa.table(
        {
            "place": places,
            "value": values.take(pa.array(places)),
            "datatype": datatypes.take(pa.array(places)),
        }
    )
    with connected(spill=spill_beside(Path("typed")), memory_mb=MEMORY_MB, threads=THREADS) as connection:
        connection.register("given", table)
        found = connection.sql(
            f"SELECT place, {number_of(wanted)} AS number, {instant_of(wanted)} AS instant FROM given"
        ).to_arrow_table()
    order = np.full(len(values), -1, np.int64)
    order[found["place"].to_numpy()] = np.arange(len(found))
    rows = pa.array(order, mask=order < 0)
    number, instant = (found[name].combine_chunks().take(rows) for name in ("number", "instant"))
    return number, instant
