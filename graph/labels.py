"""Texts of a term in a graph: the Vietnamese and English values of the first property that has any."""

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from graph.text import Text


def text(graph: Graph, subject: Node, *properties: URIRef) -> Text | None:
    """The values of the first of `properties` that `subject` has.

    Where one language is missing the other stands in; a value without a language tag stands for both.
    """
    for path in properties:
        values = {
            (value.language or "").split("-")[0]: str(value)
            for value in graph.objects(subject, path)
            if isinstance(value, Literal)
        }
        if values:
            spare = next(value for _, value in sorted(values.items()))
            plain = values.get("", spare)
            return Text(
                values.get("vi", values.get("", values.get("en", plain))),
                values.get("en", values.get("", values.get("vi", plain))),
            )
    return None


def local_name(iri: str) -> str:
    """What follows the last `#` or `/`: the name to show where a term has no label."""
    return iri.rstrip("#/").rsplit("#", 1)[-1].rsplit("/", 1)[-1] or iri
