"""What a request says with the parameters of a collection (`offered`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.facade import conditions, filters, offered, sorting
from api.facade.filters import Words, wrong
from api.facade.offered import Parameter
from api.facade.operators import MEANINGS
from api.facade.sight import Sight
from api.facade.sorting import Sort
from api.negotiation import SPOKEN
from graph.errors import ParameterError
from graph.instances import Condition
from graph.iris import Iris
from graph.resources import Property, ResourceType, ResourceTypes
from graph.text import Language, Text
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Selection:
    """Which keys of a resource are wanted, which links are to be embedded, and texts of which language."""

    properties: tuple[Property, ...]
    include: tuple[Property, ...]
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A request for a page. `after` is the cursor as it came, `since` begins where `moment.since` says;
    `valid_on` and `day` are ISO dates: of the validity of what is listed, or of the data."""

    selection: Selection
    filters: tuple[Condition, ...] = ()
    sort: tuple[Sort, ...] = ()
    facets: tuple[Property, ...] = ()
    since: str | None = None
    valid_on: str | None = None
    day: str | None = None
    generation: str | None = None
    succession: bool = False
    limit: int = offered.DEFAULT_LIMIT
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A request for one resource, as it was on an ISO date or in a generation. Two are equal if they are the
    same: comparing all fields took longer than to read it."""

    selection: Selection
    day: str | None = None
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """The parameters of one collection, by name. Whoever asks is refused those of fields not to be seen."""

    resource: ResourceType
    types: ResourceTypes
    vocabulary: Vocabulary
    iris: Iris
    of_list: Mapping[str, Parameter] = field(init=False)
    of_item: Mapping[str, Parameter] = field(init=False)

    def __post_init__(self) -> None:
        listed = offered.of_list(self.resource, self.types, self.vocabulary, self.iris)
        object.__setattr__(self, "of_list", listed)
        object.__setattr__(self, "of_item", offered.of_item(self.resource, self.types))

    def listing(self, given: Iterable[tuple[str, str]], sight: Sight) -> Listing:
        """What a request for a page asks. Raises ParameterError naming what would have worked."""
        asked, found = self._asked(given, self.of_list, sight)
        seen = sight.seen(self.resource.properties)
        selection = self._selection(asked, sight)
        has_validity = offered.validity(self.resource, self.iris) is not None
        if "q" in asked and (text := asked["q"][-1].strip()):
            name = offered.named(self.resource)
            assert name is not None  # `q` is offered where there is one
            if not sight.sees(name):
                raise self._unknown("q", self.of_list, sight)
            found.append(self._read("name~", conditions.Named((name,), "contains", self.resource), [text]))
        _refuse_together(asked)
        return Listing(
            selection=selection,
            filters=tuple(found),
            sort=sorting.read(asked.get("sort", ()), seen, selection.language or "vi"),
            facets=_facets(asked, seen),
            since=_last(asked, "changedSince"),
            valid_on=_day(asked) if has_validity else None,
            day=None if has_validity else _day(asked),
            generation=_last(asked, "generation"),
            succession=_flag("succession", asked),
            limit=_limit(asked["limit"][-1]) if "limit" in asked else offered.DEFAULT_LIMIT,
            after=_last(asked, "cursor"),
            count=_flag("count", asked),
        )

    def item(self, given: Iterable[tuple[str, str]], sight: Sight) -> Item:
        """What a request for one resource asks. Raises ParameterError naming what would have worked."""
        asked, _ = self._asked(given, self.of_item, sight)
        return Item(self._selection(asked, sight), _day(asked), _last(asked, "generation"))

    def _asked(
        self, given: Iterable[tuple[str, str]], known: Mapping[str, Parameter], sight: Sight
    ) -> tuple[dict[str, list[str]], list[Condition]]:
        """Values by reserved name, and the filters."""
        asked: dict[str, list[str]] = {}
        for name, value in given:
            if name != "format":
                asked.setdefault(name, []).append(value)
        found = []
        for name in [name for name in asked if name not in known or known[name].property is not None]:
            condition = (
                conditions.named(name, self.resource, self.types, sight) if known is self.of_list else None
            )
            if condition is None:
                raise self._unknown(name, known, sight)
            found.append(self._read(name, condition, asked.pop(name)))
        return asked, found

    def _read(self, name: str, condition: conditions.Named, given: list[str]) -> Condition:
        words = Words(self.types, self.vocabulary, self.iris)
        return filters.read(
            condition.path, condition.operator, name, given, words, condition.source.identifier
        )

    def _unknown(self, name: str, known: Mapping[str, Parameter], sight: Sight) -> ParameterError:
        """The error for a name, in the same words for a field that there is not and one not to be seen."""
        names = [one.name for one in known.values() if self._is_offered(one, sight) and "[" not in one.name]
        if known is self.of_list:
            names += [f"…{meaning.suffix}" for meaning in MEANINGS.values() if meaning.suffix]
            names = conditions.near(name, self.resource, self.types, sight) or names
        offer = ", ".join(names)
        return ParameterError(
            Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
            hint=Text(f"Các tham số: {offer}", f"Parameters: {offer}"),
        )

    def _is_offered(self, one: Parameter, sight: Sight) -> bool:
        field = offered.named(self.resource) if one.name == "q" else one.property
        return field is None or sight.sees(field)

    def _selection(self, asked: Mapping[str, list[str]], sight: Sight) -> Selection:
        seen = sight.seen(self.resource.properties)
        keys = _names("fields", asked, [one.key for one in seen])
        embedded = _names(
            "include",
            asked,
            [one.key for one in offered.embeddable(self.resource, self.types) if sight.sees(one)],
        )
        spoken = asked["lang"][-1] if "lang" in asked else None
        if spoken is not None and spoken not in SPOKEN:
            raise wrong("lang", spoken, ", ".join(SPOKEN))
        return Selection(
            properties=tuple(one for one in seen if not keys or one.key in {*keys, *embedded}),
            include=tuple(one for one in seen if one.key in embedded),
            language="vi" if spoken == "vi" else "en" if spoken == "en" else None,
        )


def _refuse_together(asked: Mapping[str, list[str]]) -> None:
    """What has changed comes in the order of IRIs, and is not counted."""
    for name in ("sort", "facets", "count", "succession") if "changedSince" in asked else ():
        if name in asked:
            raise ParameterError(
                Text(
                    f"Tham số «{name}» không đi cùng changedSince.",
                    f"The parameter {name} cannot go with changedSince.",
                ),
                hint=Text(f"Bỏ {name}.", f"Leave {name} out."),
            )


def _flag(name: str, asked: Mapping[str, list[str]]) -> bool:
    return filters.boolean(name, asked[name][-1]) if name in asked else False


def _last(asked: Mapping[str, list[str]], name: str) -> str | None:
    return asked[name][-1] if name in asked else None


def _day(asked: Mapping[str, list[str]]) -> str | None:
    return filters.date("asOf", asked["asOf"][-1]) if "asOf" in asked else None


def _facets(asked: Mapping[str, list[str]], seen: Iterable[Property]) -> tuple[Property, ...]:
    known = {one.key: one for one in seen if offered.is_facet(one)}
    names = _names("facets", asked, [*known])
    if len(names) > offered.MOST_FACETS:
        raise wrong("facets", ",".join(names), f"1 … {offered.MOST_FACETS} khóa/keys")
    return tuple(known[name] for name in dict.fromkeys(names))


def _names(parameter: str, asked: Mapping[str, list[str]], known: list[str]) -> list[str]:
    names = [name.strip() for value in asked.get(parameter, []) for name in value.split(",") if name.strip()]
    for name in names:
        if name not in (*known, *(("id", "type") if parameter == "fields" else ())):
            raise wrong(parameter, name, ", ".join(known))
    return names


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= offered.MOST):
        raise wrong("limit", value, f"1 … {offered.MOST}")
    return int(value)
