"""A SPARQL server as a store of queries."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from graph.stores.http import refusals
from graph.stores.http.client import Client
from graph.stores.oxigraph import graph_document, results_document
from graph.stores.streams import LimitedBuffer, reader

_RESULTS, _GRAPH = "application/sparql-results+json", "application/n-triples"
_OF_GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
_LABEL = re.compile(rb'("type"\s?:\s?"bnode"\s?,\s?"value"\s?:\s?")nodeID://')
_OVERLAP = 64
"""Bytes; more than that pattern takes."""


class HttpStore:
    """Fills the port `graph.stores.store.Store`. Graphs are called by their names on the server.

    Every answer is read and written anew: what is no whole answer is told, and of the server's own format
    nothing is left. Raises DeclinedError, ServerUnreachableError, ServerRefusedError, ServerFailedError
    besides.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

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
        """SELECT, CONSTRUCT and DESCRIBE. Raises ValueError where there is a `base`, for which the Protocol
        has no parameter, and where a set of graphs is empty."""
        if base is not None:
            raise ValueError("relative IRIs are to be resolved before")
        is_graph = media_type in _OF_GRAPHS
        with self._client.asked(
            text,
            default_graphs=tuple(default_graph),
            named_graphs=tuple(named_graphs),
            accept=_GRAPH if is_graph else _RESULTS,
        ) as pieces:
            out = buffer(max_bytes)
            try:
                if is_graph:
                    return graph_document(reader(pieces), media_type, out, prefixes=prefixes)
                return results_document(reader(relabelled(pieces)), media_type, out)
            except SyntaxError:
                raise refusals.incomplete() from None


def relabelled(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Virtuoso writes blank nodes as IRIs of a scheme of its own, which are no labels. (Within a string the
    quotes of the pattern would have backslashes before them.)"""
    rest = b""
    for piece in pieces:
        text = _LABEL.sub(rb"\1", rest + piece)
        rest = text[-_OVERLAP:]
        yield text[: len(text) - len(rest)]
    yield rest
