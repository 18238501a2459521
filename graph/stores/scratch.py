"""A store in memory in which an update is tried out: nothing of it stays.

It holds what the caller may see and no more, so that no update can tell or take along anything else.
"""

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from graph.columns import TextQuad
from graph.columns.schema import LANG_STRING, XSD_STRING
from graph.errors import QueryError
from graph.text import Text

_NOWHERE = "urn:lienthong:no-such-graph"
FAILING = f"DROP GRAPH <{_NOWHERE}> ;"
"""An operation that fails in every store."""
_P = ox.NamedNode("urn:lienthong:form")
Literal = tuple[str, str]
"""Lexical form and datatype."""


class Scratch:
    """Quads in and out as text; literals come out as the store writes them (`stored_forms`)."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def add(self, quads: Iterable[TextQuad]) -> None:
        self._store.bulk_extend(map(_quad, quads))

    def make(self, graph: str) -> None:
        """An empty graph, unless there is one."""
        self._store.add_graph(ox.NamedNode(graph))

    def has(self, graph: str) -> bool:
        """Whether there is a graph of that name, be it empty."""
        return self._store.contains_named_graph(ox.NamedNode(graph))

    def update(self, text: str, base: str) -> None:
        """Raises SyntaxError, RuntimeError or OSError where it cannot be done; then nothing is changed."""
        self._store.update(text, base_iri=base)

    def graphs(self) -> list[str]:
        return [one.value for one in self._store.named_graphs() if isinstance(one, ox.NamedNode)]

    def quads(self, graph: str) -> set[TextQuad]:
        """Raises QueryError for what RDF 1.1 does not have."""
        return {_text(one) for one in self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))}


def stored_forms(literals: Collection[Literal]) -> dict[Literal, Literal]:
    """How the store writes literals: of those only that it writes in another way."""
    store, given = ox.Store(), list(literals)
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:n:{number}"), _P, ox.Literal(value, datatype=ox.NamedNode(datatype)))
        for number, (value, datatype) in enumerate(given)
        if datatype not in (XSD_STRING, LANG_STRING)
    )
    found = {}
    for quad in store:
        value = quad.object
        assert isinstance(value, ox.Literal)
        assert isinstance(quad.subject, ox.NamedNode)
        before, now = given[int(quad.subject.value[6:])], (value.value, value.datatype.value)
        if before != now:
            found[before] = now
    return found


def update_fault(text: str, *, base: str) -> str:
    """What the parser says of an update's text that begins with `FAILING`; empty where it is one.

    Nothing of it is run then: there is no parsing without evaluation, but this first operation must fail.
    """
    try:
        ox.Store().update(text, base_iri=base)
    except SyntaxError as wrong:
        return str(wrong)
    except RuntimeError as failed:
        if _NOWHERE in str(failed):
            return ""
        raise
    raise AssertionError("the first operation must fail")


def nquads(quads: Iterable[TextQuad]) -> str:
    """As a document, in the order of its lines."""
    text = ox.serialize(map(_quad, quads), format=ox.RdfFormat.N_QUADS)
    assert text is not None, "without an output the text is given back"
    return "".join(sorted(text.decode().splitlines(keepends=True)))


def canonical(quads: Iterable[TextQuad]) -> Iterator[TextQuad]:
    """The same quads, their blank nodes labelled by what is said of them (RDF Dataset Canonicalization)."""
    found = ox.Dataset(map(_quad, quads))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return map(_text, found)


def _quad(quad: TextQuad) -> ox.Quad:
    if quad.datatype is None:
        value: ox.NamedNode | ox.BlankNode | ox.Literal = _resource(quad.o)
    elif quad.language:
        value = ox.Literal(quad.o, language=quad.language)
    else:
        value = ox.Literal(quad.o, datatype=ox.NamedNode(quad.datatype))
    return ox.Quad(_resource(quad.s), ox.NamedNode(quad.p), value, ox.NamedNode(quad.g))


def _resource(text: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)


def _text(quad: ox.Quad) -> TextQuad:
    s, value, g = quad.subject, quad.object, quad.graph_name
    if isinstance(s, ox.Triple) or isinstance(value, ox.Triple):
        raise _rdf_12()
    assert isinstance(g, ox.NamedNode), "only named graphs are asked for"
    subject, predicate = _label(s), quad.predicate.value
    if not isinstance(value, ox.Literal):
        return TextQuad(subject, predicate, _label(value), None, None, g.value)
    if value.direction is not None:
        raise _rdf_12()
    if value.language:
        return TextQuad(subject, predicate, value.value, LANG_STRING, value.language.lower(), g.value)
    return TextQuad(subject, predicate, value.value, value.datatype.value, None, g.value)


def _label(node: ox.NamedNode | ox.BlankNode) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else node.value


def _rdf_12() -> QueryError:
    return QueryError(
        Text(
            "Bộ ba lồng nhau và chữ có hướng (RDF 1.2) không được giữ.",
            "Nested triples and directed text (RDF 1.2) are not kept.",
        ),
        hint=Text("Dùng RDF 1.1.", "Use RDF 1.1."),
    )
