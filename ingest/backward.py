"""Predicates that shapes follow from object to subject: `sh:inversePath`, a SPARQL pattern into `$this`."""

import re

from rdflib import SH, Graph, URIRef

_INTO_FOCUS = re.compile(r"<([^<>\s]+)>\s+\$this\b")


def predicates(shapes: Graph) -> frozenset[str]:
    """Those of a shapes graph."""
    inverse = {str(one) for one in shapes.objects(None, SH.inversePath) if isinstance(one, URIRef)}
    selects = {found for text in shapes.objects(None, SH.select) for found in _INTO_FOCUS.findall(str(text))}
    return frozenset(inverse | selects)
