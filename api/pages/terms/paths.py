"""SHACL paths in words (§2.3.1): the names of their properties, one after the other."""

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from api.pages.entity import EntityPages, Shown
from api.pages.texts import texts

_REPEATED = {SH.zeroOrMorePath: "path_any", SH.oneOrMorePath: "path_many", SH.zeroOrOnePath: "path_maybe"}


def path_in_words(graph: Graph, path: Node | None, pages: EntityPages) -> tuple[Shown, ...]:
    """The steps of a path; what is no plain step says how it is gone by a remark."""
    if isinstance(path, URIRef):
        return (pages.reference(str(path)),)
    if not isinstance(path, BNode):
        return ()
    if (path, RDF.first, None) in graph:
        return tuple(step for part in Collection(graph, path) for step in path_in_words(graph, part, pages))
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return _remarked(path_in_words(graph, inverse, pages), "path_inverse", pages)
    if (either := graph.value(path, SH.alternativePath)) is not None:
        parts = [path_in_words(graph, part, pages) for part in Collection(graph, either)]
        return _remarked(tuple(step for part in parts for step in part), "path_either", pages)
    for kind, key in _REPEATED.items():
        if (repeated := graph.value(path, kind)) is not None:
            return _remarked(path_in_words(graph, repeated, pages), key, pages)
    return ()


def _remarked(steps: tuple[Shown, ...], key: str, pages: EntityPages) -> tuple[Shown, ...]:
    remark = texts()[key].of(pages.language)
    return tuple(Shown(one.text, one.language, one.href, remark) for one in steps)
