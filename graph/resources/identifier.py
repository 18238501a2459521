"""The `<type>` in the IRIs `id/<type>/<key>` of a shape's entities."""

import re
from collections.abc import Sequence

from rdflib import SH, Graph, URIRef

from graph import labels
from graph.iris import Iris


def identifier_of(shapes: Graph, iris: Iris, every: Sequence[URIRef], topmost: URIRef) -> str:
    """What the first `sh:pattern` on focus nodes says, else the name of the topmost class in kebab case.

    A pattern is a regular expression, so only its plain beginning `^{base}id/<type>/` is looked at.
    """
    for shape in every:
        for pattern in shapes.objects(shape, SH.pattern):
            plain = str(pattern).replace("\\", "").removeprefix("^")
            if match := re.match(re.escape(iris.base) + r"id/([a-z0-9-]+)/", plain):
                return match.group(1)
    return kebab(labels.local_name(topmost))


def kebab(name: str) -> str:
    """`UnitSuccession` → `unit-succession`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
