"""When a field or a collection is no longer to be used, and how long it is there."""

from collections.abc import Iterable
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from graph.errors import OntologyError
from graph.iris import Iris
from graph.resources.model import Deprecation
from graph.text import Text


def told(description: Text, deprecation: Deprecation | None) -> Text:
    """The description, and that what it describes is deprecated."""
    if deprecation is None:
        return description
    text = deprecation.text
    return Text(f"{description.vi} {text.vi}", f"{description.en} {text.en}")


def deprecation_of(shapes: Graph, iris: Iris, statements: Iterable[Node]) -> Deprecation | None:
    """What `facade:deprecated` and `facade:sunset` of some shapes say: the first day of each.

    Raises OntologyError for what is no day, for an end before the beginning, and for one without it.
    """
    those = [*statements]
    since, sunset = (_first(shapes, iris, those, term) for term in ("deprecated", "sunset"))
    if since is None and sunset is None:
        return None
    if since is None or (sunset is not None and sunset < since):
        raise OntologyError(
            Text(
                f"facade:sunset {sunset} phải đi cùng một facade:deprecated không muộn hơn.",
                f"facade:sunset {sunset} needs a facade:deprecated that is not later.",
            ),
            hint=Text(
                'Viết facade:deprecated "2027-01-01"^^xsd:date trong cùng hình dạng.',
                'Write facade:deprecated "2027-01-01"^^xsd:date in the same shape.',
            ),
        )
    return Deprecation(since, sunset)


def _first(shapes: Graph, iris: Iris, statements: Iterable[Node], term: str) -> date | None:
    path = URIRef(iris.ontology("facade", term))
    days = [_day(term, value) for one in statements for value in shapes.objects(one, path)]
    return min(days, default=None)


def _day(term: str, value: Node) -> date:
    day = value.toPython() if isinstance(value, Literal) else None
    # A moment is a day for Python, too.
    if type(day) is not date:
        raise OntologyError(
            Text(f"facade:{term} phải là một ngày, không phải «{value}».",
                 f"facade:{term} must be a day, not “{value}”."),
            hint=Text('Ví dụ "2027-01-01"^^xsd:date.', 'For example "2027-01-01"^^xsd:date.'),
        )  # fmt: skip
    return day
