"""A part of a graph that is small enough to be judged in milliseconds: a session without a connection."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.columns.connection import close
from graph.shacl.session import Session
from graph.shacl.terms import Constants, Key


@dataclass
class Part:
    """What `Session` gives, of tables that are there already: `own` is judged, `more` seen with it. DuckDB is
    asked only where a shape cannot be judged without it."""

    terms: pa.Table
    own: pa.Table
    more: pa.Table
    known: Constants
    focus: npt.NDArray[np.uint32] | None
    judges_all: bool = False

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        return self.terms, self.own, self.more

    def constants(self, keys: Iterable[Key]) -> Constants:
        return self.known

    def texts(self, ids: Iterable[int]) -> dict[int, Key]:
        return self._session.texts(ids)

    def see_triples(self) -> None:
        self._session.see_triples()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._session.connection

    @cached_property
    def _session(self) -> Session:
        return Session.holding(self.terms, pa.concat_tables([self.own, self.more]))

    def close(self) -> None:
        if "_session" in self.__dict__:
            close(self._session.connection)
