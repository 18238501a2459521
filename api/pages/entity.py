"""The page of one entity: what is shown, in which order, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from rdflib import RDF, RDFS

from api.description import Incoming, Statement
from api.knowledge import Knowledge
from api.pages.addresses import BROWSER, incoming_address, term_address
from api.pages.hierarchy import trail
from api.pages.links import Links
from api.pages.rendering import moment, number
from api.pages.texts import foreign, texts
from graph.resources import Group, ResourceType
from graph.sparql.results import Term
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """A value: its text, the language of the text where it is not the page's, its address, a small remark."""

    text: str
    language: str | None = None
    href: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with its values."""

    label: str
    href: str | None
    definition: str | None
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts shown together; no `label` for those that no shape places."""

    label: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Backlinks:
    """Entities that link here by one property; `more` is the address of all of them."""

    label: str
    count: str
    first: tuple[Shown, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class EntityPage:
    """`trail` leads here; `kinds` are the classes, most specific first; `first` and `last` the days of
    validity, and `validity` the key of the text that says so, None without any.
    """

    iri: str
    title: Shown
    trail: tuple[tuple[str, str], ...]
    kinds: tuple[Shown, ...]
    validity: str | None
    first: str | None
    last: str | None
    groups: tuple[FactGroup, ...]
    backlinks: tuple[Backlinks, ...]


@dataclass(frozen=True, slots=True)
class EntityPages:
    """Makes pages in one language."""

    known: Knowledge
    links: Links
    language: str

    def page(self, iri: str, described: Sequence[Statement], incoming: Iterable[Incoming]) -> EntityPage:
        classes = [one.value.value for one in described if one.property == str(RDF.type)]
        resource = self.known.types.of(classes)
        labels = [one.value for one in described if one.property == str(RDFS.label)]
        days = {one.property: one.value.value for one in described}
        first = days.get(self.known.iris.ontology("core", "validFrom"))
        last = days.get(self.known.iris.ontology("core", "validUntil"))
        kinds = self._kinds(classes)
        above = [self.named(*step) for step in trail(iri, described, self.known.vocabulary)]
        if iri in self.known.vocabulary.concepts:
            above.insert(0, Shown(texts()["nav_ontology"].of(self.language), href=self.links.local(BROWSER)))
        else:
            above = [*kinds[:1], *above]
        return EntityPage(
            iri,
            self.named(iri, labels),
            tuple((one.text, one.href) for one in above if one.href),
            kinds,
            VALIDITY[bool(first), bool(last)],
            first,
            last,
            tuple(self._groups(described, resource)),
            tuple(self._backlinks(iri, one) for one in sorted(incoming, key=lambda one: -one.count)),
        )

    def _groups(self, described: Sequence[Statement], resource: ResourceType | None) -> Iterable[FactGroup]:
        """Facts by the shape's groups, what the shape does not know last."""
        by_group: dict[Group | None, list[Fact]] = {}
        for path, fact in self._facts(described, resource):
            shaped = resource.on_path(path) if resource else None
            by_group.setdefault(shaped.group if shaped else None, []).append(fact)
        for group in sorted(by_group, key=lambda one: one.order if one else inf):
            yield FactGroup(group.label.of(self.language) if group else None, tuple(by_group[group]))

    def _facts(
        self, described: Sequence[Statement], resource: ResourceType | None
    ) -> Iterable[tuple[str, Fact]]:
        """With their paths, in the order of the shape; what the shape does not know comes last, by name."""
        by_path: dict[str, list[Statement]] = {}
        for one in described:
            if one.property != str(RDF.type):
                by_path.setdefault(one.property, []).append(one)
        known = [*(one.path for one in resource.properties if not one.inverse)] if resource else []
        places = {path: place for place, path in enumerate(dict.fromkeys([*known, *foreign()]))}
        for path in sorted(by_path, key=lambda path: (places.get(path, len(places)), path)):
            shaped = resource.on_path(path) if resource else None
            definition = self.known.vocabulary.definition(path)
            label = shaped.label if shaped else self.name(path)
            yield (
                path,
                Fact(
                    label.of(self.language),
                    self.links.href(path) if self.known.iris.path(path) else None,
                    definition.of(self.language) if definition else None,
                    tuple(self._told(one) for one in self._own_language_first(by_path[path])),
                ),
            )

    def name(self, iri: str) -> Text:
        """The vocabulary's name of a term, ours for a term of others, else the last part of its IRI."""
        return self.known.vocabulary.label(iri) or foreign().get(iri) or self.known.vocabulary.name(iri)

    def value(self, term: Term, labels: Sequence[Term] = ()) -> Shown:
        if term.kind == "uri":
            return self.named(term.value, labels)
        if term.kind == "bnode":
            return Shown(f"_:{term.value}")
        if term.language:
            return Shown(term.value, self._other(term.language), remark=self._other(term.language))
        if (term.datatype or "").endswith("#boolean"):
            return Shown(_BOOLEAN.get(term.value, Text(term.value, term.value)).of(self.language))
        return Shown(term.value)

    def _told(self, one: Statement) -> Shown:
        """A day as people write it."""
        if (one.value.datatype or "").endswith("#date"):
            return Shown(moment(one.value.value, self.language))
        return self.value(one.value, one.labels)

    def reference(self, iri: str) -> Shown:
        """An IRI by what the vocabulary calls it."""
        return self.named(iri, ())

    def named(self, iri: str, labels: Sequence[Term]) -> Shown:
        """By its label, in the page's language if there is one; a code or a term by the vocabulary's."""
        href = self.links.href(iri)
        told = self.known.vocabulary.label(iri) or foreign().get(iri)
        if not labels and told is not None:
            return Shown(told.of(self.language), href=href)
        for label in self._preferred(labels):
            return Shown(label.value, self._other(label.language or self.language), href)
        return Shown(self.links.short(iri), href=href)

    def _preferred(self, labels: Sequence[Term]) -> list[Term]:
        return sorted(labels, key=lambda label: (label.language or "") != self.language)

    def _own_language_first(self, several: Sequence[Statement]) -> list[Statement]:
        return sorted(several, key=lambda one: (one.value.language or self.language) != self.language)

    def _other(self, language: str) -> str | None:
        return None if language == self.language else language

    def _kinds(self, classes: Sequence[str]) -> tuple[Shown, ...]:
        depth = {iri: len(self.known.vocabulary.superclasses(iri)) for iri in classes}
        return tuple(
            Shown(
                self.name(iri).of(self.language), href=term_address(self.links, iri) or self.links.href(iri)
            )
            for iri in sorted(classes, key=lambda iri: (-depth[iri], iri))
        )

    def _backlinks(self, iri: str, one: Incoming) -> Backlinks:
        is_cut = one.count > len(one.first)
        more = incoming_address(self.links, iri, one.property) if is_cut else None
        return Backlinks(
            self.name(one.property).of(self.language),
            number(one.count, self.language),
            tuple(self.named(subject, labels) for subject, labels in one.first),
            more,
        )


VALIDITY = {
    (False, False): None,
    (True, False): "valid_from",
    (False, True): "valid_until",
    (True, True): "valid_between",
}
_BOOLEAN = {
    "true": Text("đúng", "yes"),
    "1": Text("đúng", "yes"),
    "false": Text("sai", "no"),
    "0": Text("sai", "no"),
}
