"""Entities as JSON objects, key by key as their shape says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from api.facade.entities import Entities, Entity, order
from api.facade.exact import Json
from api.facade.parameters import Selection
from graph import labels
from graph.iris import Iris
from graph.resources import Property, ResourceType, ResourceTypes
from graph.sparql.results import Term
from graph.sparql.terms import XSD
from graph.text import Language, Text
from graph.vocabulary import Vocabulary

ROOT = "/api/v1"

_WHOLE = frozenset(
    XSD + name
    for name in (
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "unsignedInt",
    )
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes entities of all resource types.

    `linked_data` is JSON-LD: decimals become strings there, because a JSON-LD processor makes an xsd:double
    of every number with a fraction (JSON-LD 1.1 API §8.2.2). Texts are of one `language` where one is named
    and there are any.
    """

    types: ResourceTypes
    vocabulary: Vocabulary
    iris: Iris
    linked_data: bool = False
    language: Language | None = None

    def resource(
        self,
        entity: Entity,
        resource: ResourceType,
        selection: Selection,
        known: Entities,
        embedded: Mapping[str, Entities],
    ) -> dict[str, Json]:
        """One resource; `embedded` holds the entities to embed by the key that links to them."""
        written = self._head(entity, resource)
        for one in selection.properties:
            values = entity.values.get((one.path, one.inverse), [])
            if not values and one.required and one.scalar and one.kind != "langString":
                continue  # the shape demands it: it is in a graph that the caller may not see
            written[one.key] = self._values(one, values, known, embedded.get(one.key))
        return written

    def href(self, iri: str, resource: ResourceType | None) -> str | None:
        """Where the service describes an entity: in its collection, else on its page; None for others'."""
        path = self.iris.path(iri)
        if path is None:
            return None
        entities = f"id/{resource.identifier}/" if resource else None
        if resource and resource.collection and entities and path.startswith(entities):
            return f"{ROOT}/{resource.collection}/{path.removeprefix(entities)}"
        return f"/{path}"

    def _head(self, entity: Entity, resource: ResourceType) -> dict[str, Json]:
        names: list[Json] = [class_name(iri, resource) for iri in entity.classes]
        return {"id": entity.iri, "href": self.href(entity.iri, resource), "type": names}

    def _values(
        self, one: Property, values: Sequence[Term], known: Entities, embedded: Entities | None
    ) -> Json:
        if one.kind == "langString":
            return texts(values, one.unique_language, self.language)
        match one.kind:
            case "link":
                written = [self._link(one, value, known, embedded) for value in values]
            case "code":
                written = [self.code(value) for value in values]
            case _ if self.linked_data and one.datatype is None:
                written = [typed(value) for value in values]
            case _:
                written = [native(value, self.linked_data) for value in values]
        return written if not one.scalar else next(iter(written), None)

    def code(self, value: Term) -> Json:
        """An entry of a code list."""
        concept = self.vocabulary.concepts.get(value.value)
        if concept is None:
            return {"id": value.value, "code": labels.local_name(value.value), "label": None}
        label = both(concept.label)
        if self.language is not None:
            label = {self.language: label[self.language]}
        return {"id": value.value, "code": concept.notation, "label": label}

    def facet_value(self, one: Property, value: Term) -> Json:
        """A value that was counted: a code, the address of a link, or a plain value."""
        match one.kind:
            case "code":
                return self.code(value)
            case "link":
                return {
                    "id": value.value,
                    "href": self.href(value.value, self.types.of_class(one.target_class)),
                }
            case _:
                return native(value, self.linked_data)

    def _link(self, one: Property, value: Term, known: Entities, embedded: Entities | None) -> Json:
        target = self.types.of_class(one.target_class)
        if embedded is not None and target is not None and (entity := embedded.get(value.value)) is not None:
            return self.resource(entity, target, Selection(target.properties, ()), embedded, {})
        label = texts(known.labels.get(value.value, []), unique=True, language=self.language)
        return {"id": value.value, "href": self.href(value.value, target), "label": label}


def typed(value: Term) -> Json:
    """A literal with its datatype, for a field of several: no context can say which (JSON-LD §4.2.1)."""
    if value.datatype is None or value.datatype == XSD + "string":
        return value.value
    return {"@value": value.value, "@type": value.datatype}


def native(value: Term, linked_data: bool = False) -> Json:
    """A term as the JSON value that comes nearest; numbers with a fraction are text in linked data."""
    if value.datatype == XSD + "boolean" and value.value in ("true", "false", "1", "0"):
        return value.value in ("true", "1")
    try:
        if value.datatype in _WHOLE:
            return int(value.value)
        if value.datatype == XSD + "decimal":
            return value.value if linked_data else _decimal(value.value)
        if value.datatype in (XSD + "double", XSD + "float"):
            return value.value if linked_data else float(value.value)
    except (ValueError, InvalidOperation):
        return value.value
    return value.value


def _decimal(text: str) -> int | float | Decimal:
    """As a type that JSON writers know, where that is written with the same digits."""
    if text.isdecimal() and text == str(int(text)):
        return int(text)
    number = float(text)
    return number if repr(number) == text else Decimal(text)


def class_name(iri: str, resource: ResourceType) -> str:
    """The local name of a class of the resource type, the whole IRI of any other."""
    return labels.local_name(iri) if iri in resource.classes else iri


def both(text: Text) -> dict[str, Json]:
    return {"vi": text.vi, "en": text.en}


def texts(values: Sequence[Term], unique: bool, language: Language | None = None) -> Json:
    """Language → text, or → texts where a language may have several; None where there is nothing.

    A text without a language has the key `@none`, as in a JSON-LD language map (§4.6.2).
    """
    found: dict[str, list[Json]] = {}
    in_order = values if len(values) < 2 else sorted(values, key=_vietnamese_first)
    for value in in_order:
        found.setdefault((value.language or "").lower() or "@none", []).append(value.value)
    if not found:
        return None
    if language in found:
        found = {language: found[language]}
    return {spoken: several[0] if unique else several for spoken, several in found.items()}


def _vietnamese_first(value: Term) -> tuple[bool, tuple[str, str, str]]:
    return value.language != "vi", order(value)
