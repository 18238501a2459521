"""Predicates that shapes follow from object to subject: `sh:inversePath`, a SPARQL pattern into `$this`."""

import re
from pathlib import Path

from rdflib import SH, URIRef

from graph import turtle

_INTO_FOCUS = re.compile(r"<([^<>\s]+)>\s+\$this\b")


def predicates(folder: Path, base: str) -> frozenset[str]:
    """Those of all shapes of a folder. Raises OntologyError where a file is not Turtle."""
    shapes = turtle.read(*sorted(folder.glob("*.ttl")), base=base)
    inverse = {str(one) for one in shapes.objects(None, SH.inversePath) if isinstance(one, URIRef)}
    selects = {found for text in shapes.objects(None, SH.select) for found in _INTO_FOCUS.findall(str(text))}
    return frozenset(inverse | selects)
