"""The store port: a query's text in, the serialised answer's bytes out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from graph.stores.streams import LimitedBuffer


class Store(Protocol):
    """Answers SPARQL 1.1 queries over an immutable set of named graphs."""

    def query(
        self,
        text: str,
        *,
        default_graph: Iterable[str],
        named_graphs: Iterable[str],
        media_type: str,
        max_bytes: int,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
        buffer: Callable[[int], LimitedBuffer] = LimitedBuffer,
    ) -> bytes:
        """The answer in a format of `graph.formats`; `prefixes` shorten IRIs where the format can.

        `buffer` makes what the answer is written to, which may pass on what is written to it: what it has at
        the end is given back. Relative IRIs are resolved against `base`; without it they are errors.

        The two sets of graph IRIs are the whole dataset of the query (SPARQL 1.1 Query, §13), whatever its
        FROM clauses say. Raises SyntaxError for a text that is no query, ValueError for a media type that is
        not for answers of its form, RuntimeError or OSError where it cannot be evaluated, MemoryError, and
        ResultTooLargeError.
        """
        ...
