"""The store port: a query's text in, the serialised answer's bytes out."""

from collections.abc import Iterable
from typing import Protocol

from graph.formats import Format


class Store(Protocol):
    """Answers SPARQL 1.1 queries over an immutable set of named graphs."""

    def query(
        self,
        text: str,
        *,
        default_graph: Iterable[str],
        named_graphs: Iterable[str],
        written: Format,
        max_bytes: int,
    ) -> bytes:
        """The answer in the format `written`.

        The two sets of graph IRIs are the whole dataset of the query (SPARQL 1.1 Query, §13), whatever its
        FROM clauses say. Raises QueryError, NotAcceptableError, ResultTooLargeError.
        """
        ...
