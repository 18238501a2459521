"""The parameters of a collection: which there are (for OpenAPI), and what a request says with them.

Reserved names come first, then one filter for each property that can be compared: codes, links, and literals
other than texts (use `q`) and geometries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.facade import filters
from api.facade.filters import Filter
from graph.errors import ParameterError
from graph.iris import Iris
from graph.resources import Property, ResourceType, ResourceTypes
from graph.text import Text
from graph.vocabulary import Vocabulary

DEFAULT_LIMIT = 20
MOST = 200

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter with its JSON Schema; `property` for a filter."""

    name: str
    description: Text
    schema: Schema
    property: Property | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which keys of a resource are wanted, and which links are to be embedded."""

    properties: tuple[Property, ...]
    include: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A request for a page. `after` is the cursor as it came; `as_of` an ISO date."""

    selection: Selection
    filters: tuple[Filter, ...] = ()
    as_of: str | None = None
    search: str | None = None
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """The parameters of one collection, by name."""

    resource: ResourceType
    types: ResourceTypes
    vocabulary: Vocabulary
    iris: Iris
    of_list: Mapping[str, Parameter] = field(init=False)
    of_item: Mapping[str, Parameter] = field(init=False)

    def __post_init__(self) -> None:
        shaping = tuple(_shaping(self.resource, self.types))
        every = (*shaping, *_paging(), *_searching(self.resource, self.iris), *self._filters())
        object.__setattr__(self, "of_item", {one.name: one for one in shaping})
        object.__setattr__(self, "of_list", {one.name: one for one in every})

    def listing(self, given: Iterable[tuple[str, str]]) -> Listing:
        """What a request for a page asks. Raises ParameterError naming what would have worked."""
        asked = _collected(given, self.of_list)
        return Listing(
            selection=self._selection(asked),
            filters=tuple(
                filters.read(
                    parameter.property,
                    name,
                    asked[name],
                    self.types,
                    self.vocabulary,
                    self.resource,
                    self.iris,
                )
                for name, parameter in self.of_list.items()
                if parameter.property is not None and name in asked
            ),
            as_of=filters.date("asOf", asked["asOf"][-1]) if "asOf" in asked else None,
            search=asked["q"][-1].strip() or None if "q" in asked else None,
            limit=_limit(asked["limit"][-1]) if "limit" in asked else DEFAULT_LIMIT,
            after=asked["cursor"][-1] if "cursor" in asked else None,
            count=filters.boolean("count", asked["count"][-1]) if "count" in asked else False,
        )

    def selection(self, given: Iterable[tuple[str, str]]) -> Selection:
        """What a request for one resource asks. Raises ParameterError naming what would have worked."""
        return self._selection(_collected(given, self.of_item))

    def _selection(self, asked: Mapping[str, list[str]]) -> Selection:
        keys = _names("fields", asked, [one.key for one in self.resource.properties])
        embedded = _names("include", asked, [one.key for one in embeddable(self.resource, self.types)])
        return Selection(
            properties=tuple(
                one for one in self.resource.properties if not keys or one.key in {*keys, *embedded}
            ),
            include=tuple(one for one in self.resource.properties if one.key in embedded),
        )

    def _filters(self) -> Iterable[Parameter]:
        for one in self.resource.properties:
            if filters.is_filterable(one):
                yield Parameter(
                    one.key,
                    Text(
                        f"Lọc theo {one.label.vi}. {one.description.vi}",
                        f"Filter by {one.label.en}. {one.description.en}",
                    ),
                    filters.schema(one, self.vocabulary),
                    one,
                )


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


def _paging() -> Iterable[Parameter]:
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


def _collected(given: Iterable[tuple[str, str]], known: Mapping[str, Parameter]) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for name, value in given:
        if name in ("format", "lang"):
            continue
        if name not in known:
            offer = ", ".join(known)
            raise ParameterError(
                Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
                hint=Text(f"Các tham số: {offer}", f"Parameters: {offer}"),
            )
        asked.setdefault(name, []).append(value)
    return asked


def _names(parameter: str, asked: Mapping[str, list[str]], known: list[str]) -> list[str]:
    names = [name.strip() for value in asked.get(parameter, []) for name in value.split(",") if name.strip()]
    for name in names:
        if name not in (*known, *(("id", "type") if parameter == "fields" else ())):
            raise filters.wrong(parameter, name, ", ".join(known))
    return names


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST):
        raise filters.wrong("limit", value, f"1 … {MOST}")
    return int(value)
