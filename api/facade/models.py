"""Response models, so that `/openapi.json` describes every field.

They describe; `writing` writes the JSON, and a test holds the two together.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ForwardRef, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import WithJsonSchema

from api.facade import offered
from api.facade.operators import BOOLEAN, DATE, DECIMAL, STRING
from api.facade.sight import class_of_field
from graph import labels
from graph.access import OPEN
from graph.resources import Property, ResourceType, ResourceTypes
from graph.sparql.terms import XSD
from graph.text import Text
from graph.vocabulary import Vocabulary

Models = Mapping[str, type[BaseModel]]

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
_PYTHON: Mapping[str, Any] = {
    STRING: str,
    DATE: date,
    XSD + "dateTime": datetime,
    BOOLEAN: bool,
    XSD + "integer": int,
    DECIMAL: Number,
    XSD + "double": float,
    XSD + "float": float,
}


class Localised(BaseModel):
    """Một câu chữ bằng tiếng Việt và tiếng Anh / A text in Vietnamese and English."""

    model_config = ConfigDict(extra="allow")
    vi: str | None = None
    en: str | None = None


class LocalisedLists(BaseModel):
    """Các tên gọi theo ngôn ngữ / Texts by language, several in each."""

    model_config = ConfigDict(extra="allow")
    vi: list[str] | None = None
    en: list[str] | None = None


class Link(BaseModel):
    """Trỏ tới một tài nguyên khác / A link to another resource."""

    id: str = Field(description="IRI")
    href: str | None = Field(description="Địa chỉ trên dịch vụ này / Where this service describes it")
    label: Localised | None = None


class Code(BaseModel):
    """Một mục của danh mục mã / An entry of a code list."""

    id: str = Field(description="IRI")
    code: str = Field(description="Ký hiệu trong danh mục / Its notation in the list")
    label: Localised | None = None


class PageLinks(BaseModel):
    """Liên kết giữa các trang / Links between pages."""

    self: str
    next: str | None = Field(
        None, description="Trang sau; không có ở trang cuối / The next page; absent on the last"
    )


class CollectionEntry(BaseModel):
    """Một tập tài nguyên / A collection of resources."""

    name: str
    href: str
    title: Localised
    description: Localised
    context: str = Field(description="JSON-LD")


class Index(BaseModel):
    """Các tập tài nguyên / The collections there are."""

    collections: list[CollectionEntry]


class Problem(BaseModel):
    """Lỗi, kèm gợi ý cách sửa / An error with a hint on what would have worked (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    hint: str | None = None
    language: str | None = None
    requestId: str | None = None  # noqa: N815 - the JSON key is camelCase


@lru_cache(maxsize=1)
def build(types: ResourceTypes, vocabulary: Vocabulary) -> Models:
    """The model of each collection's resources, by collection; links that can be embedded know each other."""
    names = {one.collection: labels.local_name(one.target_class) for one in types if one.collection}
    models = {
        collection: _model(names[collection], resource, types, vocabulary, names)
        for collection, resource in types.collections.items()
    }
    known = {model.__name__: model for model in models.values()}
    for model in models.values():
        model.model_rebuild(_types_namespace=known)
    return models


def page_of(model: Any, resource: ResourceType) -> type[BaseModel]:
    """The model of one page of a collection."""
    return create_model(
        f"{model.__name__}Page",
        __doc__=_both(resource.title),
        items=(list[model], Field(description=_both(resource.title))),
        total=(
            int | None,
            Field(
                None, description="Số tài nguyên phù hợp, khi có count=true / How many match, with count=true"
            ),
        ),
        removed=(
            list[str] | None,
            Field(
                None,
                description="Với changedSince: IRI đã không còn / With changedSince: IRIs that are gone",
            ),
        ),
        generation=(str, Field(description="Thế hệ dữ liệu / The generation of the data")),
        links=(PageLinks, Field()),
    )


def _model(
    name: str,
    resource: ResourceType,
    types: ResourceTypes,
    vocabulary: Vocabulary,
    names: Mapping[str, str],
) -> type[BaseModel]:
    embeddable = {one.key for one in offered.embeddable(resource, types)}
    fields: dict[str, Any] = {
        "id": (str, Field(description="IRI")),
        "href": (str, Field(description="Địa chỉ trên dịch vụ này / Its address on this service")),
        "type": (list[str], Field(description=_classes(resource, vocabulary))),
    }
    for one in resource.properties:
        target = types.of_class(one.target_class)
        collection = target.collection if target and one.key in embeddable else None
        # Keys come from shapes and may be names that pydantic uses itself (`register`).
        fields[f"field_{one.key}"] = _field(one, vocabulary, names[collection] if collection else None, name)
    return create_model(name, __doc__=_both(resource.description), **fields)


def _field(one: Property, vocabulary: Vocabulary, embedded: str | None, owner: str) -> tuple[Any, Any]:
    """No key is always there: `?fields=` leaves out what was not asked for, and who may not see a field is
    sent no key for it. What the shape demands, and all may see, is not null."""
    extra: dict[str, Any] = {}
    if one.kind == "literal" and one.scalar and one.examples:
        extra["examples"] = [_example(one, text) for text in one.examples]

    def without_default(schema: dict[str, Any]) -> None:
        schema.pop("default", None)
        schema.update(extra)

    described: dict[str, Any] = {
        "alias": one.key,
        "title": _both(one.label),
        "description": _both(one.description),
        "deprecated": one.deprecation is not None or None,
        "json_schema_extra": without_default,
    }
    if one.kind == "langString":
        many: Any = Localised if one.unique_language else LocalisedLists
        return (many | None, Field(None, **described))
    single: Any = _single(one, vocabulary, embedded, owner)
    if not one.scalar:
        return (list[single], Field(default_factory=list, **described))
    is_certain = one.required and class_of_field(one) == OPEN
    return (single if is_certain else single | None, Field(None, **described))


def _example(one: Property, text: str) -> object:
    return float(text) if one.datatype == DECIMAL else text


def _single(one: Property, vocabulary: Vocabulary, embedded: str | None, owner: str) -> Any:
    if one.kind == "link":
        return Link | _reference(embedded) if embedded else Link
    if one.kind == "code":
        notations = [vocabulary.concepts[iri].notation for iri in one.values if iri in vocabulary.concepts]
        if not notations:
            return Code
        return create_model(
            f"{owner}{one.key[0].upper()}{one.key[1:]}Code",
            __base__=Code,
            __doc__=_both(one.label),
            code=_enumeration(notations, _legend(one, vocabulary)),
        )
    if one.values:
        return Literal[one.values]
    return _PYTHON.get(one.datatype or STRING, str)


def _enumeration(notations: list[str], legend: str) -> Any:
    return (Literal[tuple(notations)], Field(description=legend))


def _reference(name: str) -> Any:
    """A model that may not be built yet, by its name."""
    return ForwardRef(name)


def _legend(one: Property, vocabulary: Vocabulary) -> str:
    found = (vocabulary.concepts[iri] for iri in one.values if iri in vocabulary.concepts)
    return "; ".join(f"{concept.notation}: {_both(concept.label)}" for concept in found)


def _classes(resource: ResourceType, vocabulary: Vocabulary) -> str:
    return "; ".join(f"{labels.local_name(iri)}: {_both(vocabulary.name(iri))}" for iri in resource.classes)


def _both(text: Text) -> str:
    return str(text)
