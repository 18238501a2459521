"""The embedded store, opened read-only: queried within a set of graphs.

It knows nothing of columns (`graph.stores.loading` does): a query worker that was killed is back in 0.08 s
without DuckDB, in 0.3 s with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from graph.errors import SourceError
from graph.stores.streams import LimitedBuffer
from graph.text import Text

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_WITH_PREFIXES = ("text/turtle", "application/rdf+xml")


Graph = ox.NamedNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Triple = tuple[Term, Term, Term]
_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
_ASKED_EACH = 20
"""Graphs: to ask one for a quad takes 0.007 ms, to read the sixteen quads of an enterprise 0.15."""


class TermBeyondError(Exception):
    """A term that SPARQL 1.1 does not know."""


class OxigraphStore:
    """Fills the port `graph.stores.store.Store`."""

    def __init__(self, store: ox.Store, every: frozenset[str] | None = None) -> None:
        """`every`: all of its graphs, where nothing will be written into it any more."""
        self._store = store
        self._every = every

    @classmethod
    def open(cls, folder: Path) -> "OxigraphStore":
        """Read-only: any number of processes may have it open. Raises SourceError where it is no store."""
        try:
            store = ox.Store.read_only(str(folder))
        except OSError as wrong:
            raise SourceError(
                Text(f"Không mở được kho {folder}: {wrong}", f"The store {folder} cannot be opened: {wrong}")
            ) from wrong
        unnamed = next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None)
        return cls(store, None if unnamed else frozenset(cls(store).graphs()))

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
        default = tuple(default_graph)
        is_all = self.are_all(default)
        # Both lists, always: the first alone still lets `GRAPH <secret>` through. They replace FROM (NAMED).
        # That of all graphs is their union, which has one index to look into, not one for each graph. Named
        # ones are read by GRAPH alone: to look up two dozen of them took as long as a look-up, 0.05 ms.
        named = tuple(named_graphs) if "GRAPH" in text.upper() else ()
        found = self._store.query(
            text,
            base_iri=base,
            use_default_graph_as_union=is_all,
            default_graph=None if is_all else list(_nodes(default)),
            named_graphs=list(_nodes(named)),
        )
        formats = _GRAPHS if isinstance(found, ox.QueryTriples) else _RESULTS
        if media_type not in formats:
            raise ValueError(f"{media_type} is not for answers of this form")
        out = buffer(max_bytes)
        if not isinstance(found, ox.QueryTriples):
            found.serialize(out, format=_RESULTS[media_type])
        elif prefixes and media_type in _WITH_PREFIXES:
            ox.serialize(found, out, format=_GRAPHS[media_type], prefixes=dict(prefixes))
        else:
            found.serialize(out, format=_GRAPHS[media_type])
        return out.getvalue()

    def describing(self, subject: str, among: Sequence[str], most: int) -> frozenset[str] | None:
        """Those `among` some named graphs in which something is said of it; None where more than `most` quads
        would have to be read to tell, and for what is no IRI."""
        try:
            node = ox.NamedNode(subject)
        except ValueError:
            return None
        if len(among) <= _ASKED_EACH:
            each = zip(among, _nodes(tuple(among)), strict=True)
            return frozenset(name for name, graph in each if self._says(node, graph))
        found = self._store.quads_for_pattern(node, None, None, None)
        graphs = {quad.graph_name for _, quad in zip(range(most), found, strict=False)}
        if next(found, None) is not None:
            return None
        named = {graph.value for graph in graphs if isinstance(graph, ox.NamedNode)}
        return frozenset(named.intersection(among))

    def _says(self, subject: ox.NamedNode, graph: ox.NamedNode) -> bool:
        return next(self._store.quads_for_pattern(subject, None, None, graph), None) is not None

    def iri(self, value: str) -> Term:
        """Raises ValueError for what is none."""
        return ox.NamedNode(value)

    @staticmethod
    def iri_of(term: Term) -> str | None:
        """None for another term."""
        return term.value if isinstance(term, ox.NamedNode) else None

    def text(self, value: str) -> Term:
        """A plain literal."""
        return ox.Literal(value)

    def triples(
        self, subject: Term | None, predicate: Term | None, end: Term | None, graph: Graph | None, most: int
    ) -> list[Triple]:
        """Those of one named graph; of all where that is None, as often as there are graphs that hold one.
        At most so many."""
        if isinstance(subject, ox.Literal) or isinstance(predicate, ox.Literal | ox.BlankNode):
            return []
        found = self._store.quads_for_pattern(subject, predicate, end, graph)  # type: ignore[arg-type]  # no triple is a subject
        return [
            (subject or quad.subject, predicate or quad.predicate, end or quad.object)
            for quad in islice(found, most)
        ]

    @staticmethod
    def as_json(term: Term) -> str:
        """As SPARQL 1.1 Query Results JSON (§3.2.2) writes it. Raises TermBeyondError."""
        match term:
            case ox.NamedNode():
                return f'{{"type":"uri","value":{encode_basestring(term.value)}}}'
            case ox.Literal(direction=None):
                more = ""
                if term.language is not None:
                    more = f',"xml:lang":{encode_basestring(term.language)}'
                elif term.datatype != _STRING:
                    more = f',"datatype":{encode_basestring(term.datatype.value)}'
                return f'{{"type":"literal","value":{encode_basestring(term.value)}{more}}}'
            case ox.BlankNode():
                return f'{{"type":"bnode","value":{encode_basestring(term.value)}}}'
            case _:
                raise TermBeyondError

    def nodes(self, graphs: tuple[str, ...]) -> Sequence[Graph]:
        """What graphs are asked by."""
        return _nodes(graphs)

    def are_all(self, graphs: tuple[str, ...]) -> bool:
        """Whether there is nothing in any other graph, nor in the unnamed one."""
        return self._every is not None and bool(graphs) and _has_all(graphs, self._every)

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of all named graphs."""
        return tuple(graph.value for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode))


@lru_cache(maxsize=256)
def _nodes(graphs: tuple[str, ...]) -> list[ox.NamedNode]:
    return [ox.NamedNode(graph) for graph in graphs]


@lru_cache(maxsize=256)
def _has_all(graphs: tuple[str, ...], every: frozenset[str]) -> bool:
    return every <= set(graphs)


def results_document(results: BinaryIO, media_type: str, out: LimitedBuffer) -> bytes:
    """Solutions in the JSON of SPARQL in another format of results, while they are read.

    Raises SyntaxError where they are not that or not whole, ResultTooLargeError.
    """
    found = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        raise SyntaxError("no solutions")
    found.serialize(out, format=_RESULTS[media_type])
    return out.getvalue()


def boolean_document(value: bool, media_type: str) -> bytes:
    """The answer to ASK in a format of results."""
    found = ox.Store().query("ASK {}" if value else "ASK { FILTER(false) }")
    assert isinstance(found, ox.QueryBoolean)
    return found.serialize(format=_RESULTS[media_type]) or b""


def graph_document(
    ntriples: bytes | BinaryIO,
    media_type: str,
    out: LimitedBuffer,
    *,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """N-Triples in another format of graphs. Raises SyntaxError, ResultTooLargeError."""
    found = (quad.triple for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES, lenient=True))
    if prefixes and media_type in _WITH_PREFIXES:
        ox.serialize(found, out, format=_GRAPHS[media_type], prefixes=dict(prefixes))
    else:
        ox.serialize(found, out, format=_GRAPHS[media_type])
    return out.getvalue()


def in_order(ntriples: bytes) -> bytes:
    """The same lines for the same triples (RDF Dataset Canonicalization, RDFC-1.0)."""
    if b"_:" in ntriples:
        told = ox.Dataset(ox.parse(ntriples, ox.RdfFormat.N_TRIPLES, lenient=True))
        told.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        ntriples = ox.serialize(told, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(ntriples.splitlines(keepends=True)))


def variables(text: str, *, base: str | None = None) -> tuple[str, ...] | None:
    """The names of the variables that a query selects, `*` written out; None where it selects nothing.

    Raises SyntaxError for a text that is no query, RuntimeError for one with a function that is not known.
    """
    found = ox.Store().query(text, base_iri=base)
    return tuple(one.value for one in found.variables) if isinstance(found, ox.QuerySolutions) else None


def syntax_fault(text: str, *, base: str | None = None) -> str:
    """What the parser says of a query's text; empty where it is one."""
    try:
        ox.Store().query(text, base_iri=base)
    except SyntaxError as wrong:
        return str(wrong)
    return ""
