"""The values: `ResourceTypes` ▸ `ResourceType` ▸ `Property`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from graph.text import Text

Kind = Literal["literal", "langString", "link", "code"]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that forms and pages show together (sh:PropertyGroup); the lowest `order` comes first."""

    label: Text
    order: float


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What is no longer to be used from the day `since` on, and is there until the day `sunset` at least,
    where that is known."""

    since: date
    sunset: date | None = None

    @property
    def text(self) -> Text:
        return Text(
            f"Không nên dùng nữa từ {self.since}." + (f" Còn đến {self.sunset}." if self.sunset else ""),
            f"Deprecated since {self.since}." + (f" There until {self.sunset}." if self.sunset else ""),
        )


@dataclass(frozen=True, slots=True)
class Property:
    """One key of a resource.

    `path` is the predicate's IRI, read backwards where `inverse` is true (`sh:inversePath`). `minimum` and
    `maximum` count values (`sh:minCount`, `sh:maxCount`). `values` are the allowed IRIs or lexical forms
    (`sh:in`; for a code all entries of its list), `access` the class of access of its values.
    A literal that may be of one of several datatypes (`sh:or`) has no `datatype` but `datatypes`.
    """

    key: str
    path: str
    inverse: bool
    kind: Kind
    label: Text
    description: Text
    datatype: str | None = None
    datatypes: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int | None = None
    target_class: str | None = None
    scheme: str | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None
    unique_language: bool = False
    access: str | None = None
    order: float = 0.0
    group: Group | None = None
    examples: tuple[str, ...] = ()
    deprecation: Deprecation | None = None

    @property
    def required(self) -> bool:
        return self.minimum > 0

    @property
    def scalar(self) -> bool:
        """At most one value; for texts, at most one per language."""
        return self.unique_language if self.kind == "langString" else self.maximum == 1


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A node shape: what instances of `target_class` and the classes below it (`classes`) look like.

    `collection` is the REST name, None for a shape that is not offered as a collection.
    `identifier` is the `<type>` in its entities' IRIs `id/<type>/<key>`.
    """

    shape: str
    target_class: str
    classes: tuple[str, ...]
    collection: str | None
    identifier: str
    title: Text
    description: Text
    properties: tuple[Property, ...]
    deprecation: Deprecation | None = None

    def property(self, key: str) -> Property | None:
        return next((one for one in self.properties if one.key == key), None)

    def on_path(self, path: str) -> Property | None:
        """The property that reads the predicate `path` forwards."""
        return next((one for one in self.properties if one.path == path and not one.inverse), None)


class ResourceTypes:
    """All resource types, found by collection or by class."""

    def __init__(self, types: Iterable[ResourceType]) -> None:
        self._types = tuple(types)
        self.collections = {one.collection: one for one in self._types if one.collection is not None}
        self._of_class = {
            iri: min(
                (one for one in self._types if iri in one.classes),
                key=lambda one: (one.collection is None, len(one.classes)),
            )
            for iri in {iri for one in self._types for iri in one.classes}
        }

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(self._types)

    def of_class(self, target_class: str | None) -> ResourceType | None:
        """The type whose instances are exactly or also instances of `target_class`."""
        return None if target_class is None else self._of_class.get(target_class)

    def of(self, classes: Iterable[str]) -> ResourceType | None:
        """The most specific type of an entity with these classes."""
        given = set(classes)
        fitting = [one for one in self._types if given & set(one.classes)]
        return min(fitting, key=lambda one: (one.collection is None, len(one.classes)), default=None)
