"""What one validation sees, as the engine asks for it."""

from collections.abc import Iterable
from typing import Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.shacl.terms import Constants, Key


class Sight(Protocol):
    """`Session` reads a columns file with DuckDB; `Part` has its tables in memory already."""

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """The terms, the triples that are judged and those that are seen with them."""
        ...

    @property
    def judges_all(self) -> bool:
        """Whether results about every node are meant, not only about subjects of what is judged."""
        ...

    @property
    def focus(self) -> npt.NDArray[np.uint32] | None:
        """The nodes that results are wanted about, in order; None for all."""
        ...

    def constants(self, keys: Iterable[Key]) -> Constants:
        """The ids and columns of these terms, which are among the terms after that."""
        ...

    def texts(self, ids: Iterable[int]) -> dict[int, Key]:
        """Terms by id."""
        ...

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Sees `terms`, and after `see_triples` also `own` and `triples`."""
        ...

    def see_triples(self) -> None: ...
