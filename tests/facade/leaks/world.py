"""Resources whose every statement stands in a graph drawn by lot, as strict as its field at least."""

from collections.abc import Iterable, Iterator
from random import Random

from api.knowledge import Knowledge
from graph.access import CLASSES
from graph.columns import TextQuad
from graph.iris import Iris
from graph.labels import local_name
from graph.resources import Property, ResourceType
from graph.sparql.terms import XSD

BASE = "https://lienthong.gov.vn/"
DATASETS = ("gov-dossiers", "mps-population")
"""Of those that have a description, and so a page."""
GRAPHS = tuple(f"{BASE}graph/{dataset}/{access}" for dataset in DATASETS for access in CLASSES)
COLLECTIONS = (
    "units",
    "agencies",
    "persons",
    "enterprises",
    "dossiers",
    "procedures",
    "tasks",
    "observations",
)
EACH = 4
"""Resources of a collection; some of none of them are open."""
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
WORDS = ("Trần Mật", "Ba Đình", "Hồng Hà", "Quý hiếm", "Sông Cầu", "Long Biên")
NAMED = {"units": "2025-07-01/{:05}", "agencies": "2025-03-01/bo-{}", "persons": "{:032x}"}
DATED = {
    XSD + "date": ("1988-10-29", "2024-02-29", "2025-07-01"),
    XSD + "dateTime": ("2024-02-29T08:00:00Z", "2025-07-01T17:30:00+07:00"),
    XSD + "gYearMonth": ("2025-04",),
    XSD + "gYear": ("2024",),
    XSD + "integer": ("0", "7", "1200"),
    XSD + "decimal": ("1.5", "23043000.0"),
    XSD + "double": ("1.5E0",),
    XSD + "boolean": ("true", "false"),
    XSD + "string": ("001188000007", "0100109106", "Giám đốc", "TB-7"),
}
POINT = "http://www.opengis.net/ont/geosparql#wktLiteral"


def key(resource: ResourceType, number: int) -> str:
    return NAMED.get(resource.collection or "", "so-{}").format(number)


class World:
    """Made from the shapes alone: a field that is added tomorrow is in it."""

    def __init__(self, seed: int, known: Knowledge, collections: Iterable[str] = COLLECTIONS) -> None:
        self._random = Random(seed)
        self._types = known.types
        self._iris: Iris = known.iris
        self.resources = [known.types.collections[name] for name in collections]

    def quads(self) -> list[TextQuad]:
        """No triple stands in two graphs."""
        found = {quad[:5]: quad for resource in self.resources for quad in self._collection(resource)}
        return list(found.values())

    def subject(self, resource: ResourceType, number: int) -> str:
        return self._iris.entity(resource.identifier, key(resource, number))

    def value(self, one: Property) -> tuple[str, str | None, str | None]:
        """Text, datatype and language of a value that the field may have."""
        pick = self._random.choice
        if one.kind == "langString":
            return f"{pick(WORDS)} {self._random.randrange(3)}", LANG_STRING, pick(("vi", "en"))
        if one.kind == "code":
            return pick(one.values or (f"{BASE}code/made-up/x",)), None, None
        if one.kind == "link":
            target = self._types.of_class(one.target_class)
            known = target if target in self.resources else pick(self.resources)
            return self.subject(known, self._random.randrange(EACH)), None, None
        datatype = one.datatype or pick(one.datatypes or (XSD + "string",))
        if datatype == POINT:
            return f"POINT(105.{self._random.randrange(10, 99)} 21.03)", POINT, None
        return pick(one.values or DATED.get(datatype, ("x",))), datatype, None

    def _collection(self, resource: ResourceType) -> Iterator[TextQuad]:
        for number in range(EACH):
            subject = self.subject(resource, number)
            graph = self._graph(0)
            for one in {resource.target_class, self._random.choice(resource.classes)}:
                yield TextQuad(subject, TYPE, one, None, None, graph)
            for one in resource.properties:
                least = CLASSES.index(local_name(one.access)) if one.access else 0
                for _ in range(self._random.choice((0, 1, 1, 1 if one.scalar else 2))):
                    text, datatype, language = self.value(one)
                    place = self._graph(least)
                    if one.inverse:
                        yield TextQuad(text, one.path, subject, None, None, place)
                    else:
                        yield TextQuad(subject, one.path, text, datatype, language, place)

    def _graph(self, least: int) -> str:
        access = self._random.choice(CLASSES[least:])
        return f"{BASE}graph/{self._random.choice(DATASETS)}/{access}"
