"""Requests of every kind that the facade, the pages and their neighbours answer, with fields by lot."""

from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from api.facade.offered import is_facet
from api.facade.operators import MEANINGS, operators
from graph.resources import Property, ResourceType
from graph.vocabulary import Vocabulary
from tests.facade.leaks.world import EACH, WORDS, World, key

EXTENSIONS = ("json", "json", "json", "jsonld", "csv", "ttl", "geojson")
PAGES = (
    "/",
    "/ontology",
    "/datasets",
    "/.well-known/void?format=nt",
    "/catalogue?format=nt",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind` is for the count of what was asked."""

    kind: str
    path: str
    accept: str = "*/*"
    body: dict[str, str] | None = None


class Requests:
    """Whether a field may be seen is not known here: hidden ones are asked for as any other."""

    def __init__(self, seed: int, world: World, vocabulary: Vocabulary) -> None:
        self._random = Random(seed)
        self._world = world
        self._vocabulary = vocabulary

    def one(self) -> Asked:
        resource = self._random.choice(self._world.resources)
        match self._random.randrange(24):
            case 0:
                return self._entity(resource)
            case 1:
                return self._page(resource)
            case 2:
                return self._search()
            case 3:
                return self._person()
            case 4 if self._one_in(2):
                return self._export(resource)
            case 5 | 6 | 7 | 8:
                return self._item(resource)
            case _:
                return self._listing(resource)

    def _listing(self, resource: ResourceType) -> Asked:
        parts = [self._part(resource) for _ in range(self._random.choice((0, 1, 1, 2, 3)))]
        chosen = [part for part in parts if part]
        if not self._one_in(3):
            chosen.append(("format", self._random.choice(EXTENSIONS)))
        if self._one_in(3):
            chosen.append(("limit", str(self._random.randrange(1, 4))))
        return Asked("listing", f"/api/v1/{resource.collection}?{urlencode(chosen)}")

    def _part(self, resource: ResourceType) -> tuple[str, str]:
        pick = self._random.choice
        one = pick(resource.properties)
        match self._random.randrange(9):
            case 0:
                return "sort", pick(("", "-")) + one.key
            case 1:
                facets = [other.key for other in resource.properties if is_facet(other)]
                return "facets", ",".join(self._random.sample(facets, min(2, len(facets))))
            case 2:
                return "count", "true"
            case 3:
                return "fields", ",".join(self._random.sample([p.key for p in resource.properties], 2))
            case 4:
                return "include", one.key
            case 5:
                return pick(
                    (("q", pick(WORDS)[:4]), ("asOf", "2025-07-02"), ("lang", "vi"), ("colour", "red"))
                )
            case 6:
                return self._nested(resource)
            case _:
                return self._filter(one, one.key)

    def _nested(self, resource: ResourceType) -> tuple[str, str]:
        """Through a link to a field of what it leads to, be it known or not."""
        links = [one for one in resource.properties if one.kind == "link"] or list(resource.properties)
        link = self._random.choice(links)
        targets = [one for one in self._world.resources if link.target_class in one.classes]
        one = self._random.choice(self._random.choice(targets or self._world.resources).properties)
        return self._filter(one, f"{link.key}.{one.key}")

    def _filter(self, one: Property, name: str) -> tuple[str, str]:
        operator = self._random.choice(operators(one))
        text, _, _ = self._world.value(one)
        if operator == "exists":
            text = self._random.choice(("true", "false"))
        elif one.kind == "code" and text in self._vocabulary.concepts:
            text = self._vocabulary.concepts[text].notation
        elif operator == "contains":
            text = text[:4]
        return name + MEANINGS[operator].suffix, text

    def _item(self, resource: ResourceType) -> Asked:
        given = [self._part(resource)] if self._one_in(3) else []
        given = [part for part in given if part[0] in ("fields", "include", "lang", "asOf", "colour")]
        query = urlencode([*given, ("format", self._random.choice(EXTENSIONS))])
        return Asked("resource", f"/api/v1/{resource.collection}/{self._key(resource)}?{query}")

    def _entity(self, resource: ResourceType) -> Asked:
        form = self._random.choice(("html", "html", "ttl", "nt", "jsonld", "rdf"))
        return Asked("entity", f"/id/{resource.identifier}/{self._key(resource)}.{form}")

    def _page(self, resource: ResourceType) -> Asked:
        subject = self._world.subject(resource, self._random.randrange(EACH))
        module = resource.target_class.rsplit("/", 1)[-1].replace("#", "/")
        pages = (
            *PAGES,
            f"/incoming?of={quote(subject, safe='')}",
            f"/search?q={quote(self._random.choice(WORDS))}",
            f"/ontology/{module}",
        )
        return Asked("page", self._random.choice(pages), "text/html")

    def _search(self) -> Asked:
        given = {"q": self._random.choice(WORDS)[: self._random.randrange(2, 9)], "count": "true"}
        return Asked("search", f"/api/v1/search?{urlencode(given)}")

    def _person(self) -> Asked:
        persons = next(one for one in self._world.resources if one.collection == "persons")
        if self._one_in(2):
            procedure = quote(f"so-{self._random.randrange(EACH)}")
            path = f"/api/v1/persons/{self._key(persons)}/known-facts?for={procedure}"
            return Asked("known facts", path)
        body = {"number": "001188000007", "name": "Trần Mật 0", "birthDate": "1988-10-29"}
        return Asked("verification", "/api/v1/persons/verify", body=body)

    def _export(self, resource: ResourceType) -> Asked:
        form = self._random.choice(("csv", "ndjson"))
        return Asked("export", f"/api/v1/exports/{resource.collection}?format={form}")

    def _key(self, resource: ResourceType) -> str:
        return key(resource, self._random.randrange(EACH + 1))

    def _one_in(self, number: int) -> bool:
        return self._random.randrange(number) == 0
