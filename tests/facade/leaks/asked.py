"""Requests of every kind that the facade, the pages and their neighbours answer, with fields by lot.

SPARQL has a test of its own (`tests/sparql/test_leaks_through_service.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

from api.facade.offered import is_facet
from api.facade.operators import MEANINGS, operators
from graph.resources import Property, ResourceType
from graph.vocabulary import Vocabulary
from tests.facade.leaks.world import BASE, DATASETS, EACH, WORDS, World, key

EXTENSIONS = ("json", "json", "json", "jsonld", "csv", "ttl", "geojson")
PAGES = (
    "/",
    "/?query=SELECT+?s+{+?s+?p+?o+}+ORDER+BY+?s+?p+?o",
    "/ontology",
    "/datasets",
    "/places.svg",
    "/reference",
)
FORMS = ("html", "html", "ttl", "nt", "jsonld", "rdf")
WITHOUT_DATA = ("/api/v1", "/api/v1/queries", "/openapi.json", "/health")
COUNTING = ("/ready", "/.well-known/void?format=ttl", "/.well-known/void?format=nt", "/sparql?format=nt")
WRITTEN = {"label": {"vi": "Sửa"}, "colour": "red"}


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind` is for the count of what was asked."""

    kind: str
    path: str
    accept: str = "*/*"
    method: str = "GET"
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Requests:
    """Whether a field may be seen is not known here: hidden ones are asked for as any other."""

    def __init__(self, seed: int, world: World, vocabulary: Vocabulary, saved: Sequence[str]) -> None:
        """`saved`: addresses of saved queries."""
        self._random = Random(seed)
        self._world = world
        self._vocabulary = vocabulary
        self._saved = saved

    def one(self) -> Asked:
        resource = self._random.choice(self._world.resources)
        match self._random.randrange(30):
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
            case 9 | 10:
                return self._document(resource)
            case 11:
                return self._change(resource)
            case 12:
                return self._counts()
            case 13:
                return Asked("saved query", self._random.choice(self._saved))
            case 14:
                path = f"/api/v1/timemaps/{resource.collection}/{self._key(resource)}"
                return Asked("time map", path)
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
        form = self._random.choice(FORMS)
        return Asked("entity", f"/id/{resource.identifier}/{self._key(resource)}.{form}")

    def _document(self, resource: ResourceType) -> Asked:
        """Modules, shapes, code lists with their entries, data sets: of the ontology, with counts of data."""
        module = resource.target_class.rsplit("/", 1)[-1].partition("#")[0]
        pick = self._random.choice
        concept = pick([*self._vocabulary.concepts]).removeprefix(BASE)
        name = pick((f"ont/{module}", f"shape/{module}", concept, concept.rpartition("/")[0], *self._sets()))
        return Asked("document", f"/{name}.{pick(FORMS)}")

    def _sets(self) -> list[str]:
        return [f"dataset/{name}" for name in DATASETS]

    def _counts(self) -> Asked:
        """What counts, and what tells no data."""
        dataset = self._random.choice(DATASETS)
        return Asked(
            "counts",
            self._random.choice(
                (
                    *WITHOUT_DATA,
                    *COUNTING,
                    f"/datasets/{dataset}/validation",
                    "/catalogue?format=nt",
                )
            ),
        )

    def _change(self, resource: ResourceType) -> Asked:
        """By those who may only read: no refusal depends on what there is."""
        method = self._random.choice(("PUT", "PATCH", "POST", "DELETE"))
        path = f"/api/v1/{resource.collection}"
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Content-Type": kind, "Idempotency-Key": str(self._random.random())}
        if method != "POST":
            path = f"{path}/{self._key(resource)}"
            headers |= {"If-Match": "*"} if self._one_in(2) else {"If-None-Match": "*"}
        return Asked("change", path, method=method, body=WRITTEN, headers=headers)

    def _page(self, resource: ResourceType) -> Asked:
        subject = self._world.subject(resource, self._random.randrange(EACH))
        module = resource.target_class.rsplit("/", 1)[-1].replace("#", "/")
        path = self._random.choice(resource.properties).path
        pages = (
            *PAGES,
            f"/incoming?of={quote(subject, safe='')}",
            f"/incoming?of={quote(subject, safe='')}&by={quote(path, safe='')}",
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
        return Asked("verification", "/api/v1/persons/verify", method="POST", body=body)

    def _export(self, resource: ResourceType) -> Asked:
        form = self._random.choice(("csv", "ndjson"))
        return Asked("export", f"/api/v1/exports/{resource.collection}?format={form}")

    def _key(self, resource: ResourceType) -> str:
        return key(resource, self._random.randrange(EACH + 1))

    def _one_in(self, number: int) -> bool:
        return self._random.randrange(number) == 0
