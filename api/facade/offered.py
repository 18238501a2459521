"""Which parameters a collection has, as OpenAPI describes them.

Reserved names come first, then the filters of each property, one for each operator that its type has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.facade import filters, offered_formats, sorting
from api.facade.operators import MEANINGS, operators
from api.negotiation import SPOKEN
from graph.iris import Iris
from graph.resources import Property, ResourceType, ResourceTypes
from graph.text import Text
from graph.vocabulary import Vocabulary

DEFAULT_LIMIT = 20
MOST = 200
MOST_FACETS = 5

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter with its JSON Schema; `property` for a filter."""

    name: str
    description: Text
    schema: Schema
    property: Property | None = None


def of_item(resource: ResourceType, types: ResourceTypes) -> dict[str, Parameter]:
    """The parameters of one resource, by name."""
    every = (*_shaping(resource, types), *_moments(has_validity=False), _format(resource))
    return {one.name: one for one in every}


def of_list(
    resource: ResourceType, types: ResourceTypes, vocabulary: Vocabulary, iris: Iris
) -> dict[str, Parameter]:
    """The parameters of a page, by name."""
    has_validity = validity(resource, iris) is not None
    every = (
        *_shaping(resource, types),
        *_paging(resource),
        *_searching(resource, iris),
        *_moments(has_validity=has_validity),
        _CHANGED_SINCE,
        _format(resource),
        *_filters(resource, vocabulary),
    )
    return {one.name: one for one in every}


def embeddable(resource: ResourceType, types: ResourceTypes) -> tuple[Property, ...]:
    """The links to resources that have a collection themselves."""
    return tuple(
        one
        for one in resource.properties
        if one.kind == "link"
        and (target := types.of_class(one.target_class)) is not None
        and target.collection
    )


def validity(resource: ResourceType, iris: Iris) -> tuple[Property, Property] | None:
    """First and last day of validity, for resources that have both."""
    first = resource.on_path(iris.ontology("core", "validFrom"))
    last = resource.on_path(iris.ontology("core", "validUntil"))
    return (first, last) if first and last else None


def named(resource: ResourceType) -> Property | None:
    """The property that holds the resource's name."""
    return resource.on_path("http://www.w3.org/2000/01/rdf-schema#label")


def is_facet(one: Property) -> bool:
    """Whether counting by its values makes sense: codes, links, and short literals; not texts, not places."""
    return one.kind in ("code", "link") or (
        one.kind == "literal" and (bool(one.datatypes) or "eq" in operators(one))
    )


def _shaping(resource: ResourceType, types: ResourceTypes) -> Iterable[Parameter]:
    keys = [one.key for one in resource.properties]
    yield Parameter(
        "fields",
        Text("Chỉ lấy các khóa này, cách nhau bằng dấu phẩy.", "Only these keys, separated by commas."),
        {"type": "array", "items": {"type": "string", "enum": keys}},
    )
    if links := [one.key for one in embeddable(resource, types)]:
        yield Parameter(
            "include",
            Text(
                "Nhúng trọn các tài nguyên được trỏ tới bởi các khóa này.",
                "Embed the whole resources that these keys link to.",
            ),
            {"type": "array", "items": {"type": "string", "enum": links}},
        )
    yield Parameter(
        "lang",
        Text(
            "Chỉ lấy chữ của ngôn ngữ này (nếu có); cũng là ngôn ngữ để sort.",
            "Texts in this language only, where there are any; also the language of sort.",
        ),
        {"type": "string", "enum": list(SPOKEN)},
    )


def _paging(resource: ResourceType) -> Iterable[Parameter]:
    yield Parameter(
        "limit",
        Text(f"Số tài nguyên trên một trang, nhiều nhất {MOST}.", f"Resources on a page, {MOST} at most."),
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    )
    yield Parameter(
        "cursor",
        Text("Vị trí bắt đầu trang, lấy từ links.next.", "Where the page begins, from links.next."),
        {"type": "string"},
    )
    yield Parameter(
        "count",
        Text("Đếm cả số tài nguyên phù hợp (total).", "Also count all that match (total)."),
        {"type": "boolean", "default": False},
    )
    sortable = [one.key for one in resource.properties if sorting.is_sortable(one)]
    yield Parameter(
        "sort",
        Text(
            "Thứ tự: các khóa cách nhau bằng dấu phẩy, có - đứng trước là giảm dần; thiếu giá trị đứng cuối.",
            "The order: keys separated by commas, descending with a - before; what has no value is last.",
        ),
        {
            "type": "array",
            "maxItems": sorting.MOST,
            "items": {"type": "string", "enum": [name for key in sortable for name in (key, f"-{key}")]},
        },
    )
    yield Parameter(
        "facets",
        Text(
            "Đếm theo từng giá trị của các khóa này (facets), trong những gì phù hợp.",
            "Count by each value of these keys (facets), among all that match.",
        ),
        {
            "type": "array",
            "maxItems": MOST_FACETS,
            "items": {"type": "string", "enum": [one.key for one in resource.properties if is_facet(one)]},
        },
    )


def _searching(resource: ResourceType, iris: Iris) -> Iterable[Parameter]:
    if named(resource):
        yield Parameter(
            "q",
            Text(
                "Tìm trong tên; không phân biệt chữ hoa, chữ thường; chữ không dấu khớp với mọi dấu.",
                "Search in names; case does not matter; a letter without marks finds all its marked forms.",
            ),
            {"type": "string"},
        )
    if validity(resource, iris):
        yield Parameter(
            "asOf",
            Text("Chỉ lấy những gì có hiệu lực vào ngày này.", "Only what is valid on this day."),
            {"type": "string", "format": "date", "examples": ["2025-07-02"]},
        )
        if resource.on_path(iris.ontology("core", "succeededBy")):
            yield Parameter(
                "succession",
                Text(
                    "Lấy cả những gì kế thừa, hoặc được kế thừa bởi, những gì bộ lọc tìm: với asOf, mã cũ "
                    "hay mới đều ra những gì có hiệu lực ngày ấy.",
                    "Also what succeeded, or was succeeded by, what the filters find: with asOf, an old or a "
                    "new code finds what was valid on that day.",
                ),
                {"type": "boolean", "default": False},
            )


_CHANGED_SINCE = Parameter(
    "changedSince",
    Text(
        "Chỉ những gì mới hoặc khác so với thế hệ này, hoặc với dữ liệu đã công bố lúc này, nếu còn giữ; "
        "những gì không còn: removed ở trang đầu.",
        "Only what is new or different since this generation, or since what was published at this moment, as "
        "long as that is kept; what is gone: removed, on the first page.",
    ),
    {"type": "string", "examples": ["2025-07-01", "2025-07-01T08:30:00+07:00", "g000012"]},
)


def _moments(*, has_validity: bool) -> Iterable[Parameter]:
    if not has_validity:
        yield Parameter(
            "asOf",
            Text(
                "Dữ liệu như đã công bố đến hết ngày này, nếu còn giữ.",
                "The data as it was published by the end of this day, as long as that is kept.",
            ),
            {"type": "string", "format": "date"},
        )
    yield Parameter(
        "generation",
        Text("Thế hệ dữ liệu này, nếu còn giữ.", "This generation of the data, as long as it is kept."),
        {"type": "string", "pattern": "^g[0-9]{6,}$"},
    )


def _format(resource: ResourceType) -> Parameter:
    return Parameter(
        "format",
        Text("Định dạng, thay cho Accept.", "The format, instead of Accept."),
        {"type": "string", "enum": [one.extension for one in offered_formats.offered(resource)]},
    )


def _filters(resource: ResourceType, vocabulary: Vocabulary) -> Iterable[Parameter]:
    for one in resource.properties:
        for operator in operators(one):
            meaning = MEANINGS[operator]
            about = (
                Text(
                    f"Lọc theo {one.label.vi}. {one.description.vi}",
                    f"Filter by {one.label.en}. {one.description.en}",
                )
                if operator == "eq"
                else Text(f"{one.label.vi}: {meaning.text.vi}", f"{one.label.en}: {meaning.text.en}")
            )
            name = f"{one.key}{meaning.suffix}"
            yield Parameter(name, about, filters.schema(one, operator, vocabulary), one)
