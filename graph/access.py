"""Access is a set of graphs, decided once per principal, by one function: `principal_of`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from graph.errors import ParameterError
from graph.text import Text

OPEN = "open"
CLASSES = (OPEN, "shared", "restricted")
"""The classes of access, from what anybody may read to what only a grant opens."""
EVERY = "*"
"""In the place of a data set in a grant: all there are, and all that will be."""
WRITE = "write"
"""Behind the class of access in a grant that lets its holder write."""
VIETNAM = timezone(timedelta(hours=7))
"""Where the last day of a grant ends."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and the named graphs this one may read."""

    name: str
    graphs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to read the graphs of one data set up to a class of access; to `write` them as well.

    `until` is the last day, in Vietnam; None: as long as whoever holds the grant is known.
    """

    dataset: str
    access: str
    until: date | None = None
    write: bool = False

    def opens(self, graph: str, at: datetime) -> bool:
        """Whether it lets its holder read a named graph at that moment."""
        return (
            self.is_current(at)
            and self.dataset in (EVERY, dataset_of(graph))
            and class_of(graph) in _up_to(self.access)
        )

    def is_current(self, at: datetime) -> bool:
        return self.until is None or at.astimezone(VIETNAM).date() <= self.until

    def __str__(self) -> str:
        how = f":{WRITE}" if self.write else ""
        return f"{self.dataset}:{self.access}{how}" + (f"@{self.until.isoformat()}" if self.until else "")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, as far as that was proved. `name` tells any two apart; people call this one `title`."""

    kind: Literal["anonymous", "key", "person"]
    name: str
    title: str = ""
    grants: Sequence[Grant] = ()
    expires: datetime | None = None


ANONYMOUS = Identity("anonymous", "anonymous")


def principal_of(identity: Identity, graphs: Iterable[str], at: datetime) -> Principal:
    """Those of the graphs there are that this one may read: the open ones, and what a grant opens now.

    One step for each graph, however many grants there are: every request waits for it.
    """
    reach: dict[str, int] = {}
    for grant in identity.grants:
        if grant.is_current(at):
            reach[grant.dataset] = max(reach.get(grant.dataset, 0), CLASSES.index(grant.access))
    everywhere = reach.get(EVERY, 0)
    return Principal(
        identity.name,
        frozenset(
            graph
            for graph in graphs
            if (access := class_of(graph)) == OPEN
            or (
                access in CLASSES
                and CLASSES.index(access) <= max(everywhere, reach.get(dataset_of(graph), 0))
            )
        ),
    )


def may_write(identity: Identity, graph: str, at: datetime) -> bool:
    """Whether a grant lets this one write a graph at that moment, were there such a graph."""
    return any(one.write and one.opens(graph, at) for one in identity.grants)


def class_of(graph: str) -> str:
    """The class of access of a named graph: the last segment of its IRI."""
    return graph.rsplit("/", 1)[-1]


def dataset_of(graph: str) -> str:
    """The data set of a named graph: the segment before the last; empty where there is none."""
    return graph.rsplit("/", 2)[-2] if graph.count("/") > 1 else ""


def end_of_day(at: datetime) -> datetime:
    """When the day in Vietnam is over, and with it the grants whose last day it is."""
    following = at.astimezone(VIETNAM).date() + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=VIETNAM)


def parse_grant(text: str) -> Grant:
    """`DATASET:CLASS` or `DATASET:CLASS@YYYY-MM-DD` (the last day); `DATASET:CLASS:write` to write as well.

    Raises ParameterError.
    """
    what, _, day = text.partition("@")
    write = what.endswith(f":{WRITE}")
    what = what.removesuffix(f":{WRITE}")
    dataset, _, access = what.rpartition(":")
    try:
        until = date.fromisoformat(day) if "@" in text else None
    except ValueError:
        raise _not_a_grant(text) from None
    if not dataset or access not in CLASSES:
        raise _not_a_grant(text)
    return Grant(dataset, access, until, write)


def up_to(access: str, graphs: Iterable[str]) -> Principal:
    """Whoever holds the data folder itself, and looks at it as one who may read up to a class of access."""
    seen = _up_to(access)
    return Principal(f"local:{access}", frozenset(graph for graph in graphs if class_of(graph) in seen))


def anonymous(graphs: Iterable[str]) -> Principal:
    """Somebody unknown: may read what is open, nothing else."""
    return principal_of(ANONYMOUS, graphs, datetime.now(VIETNAM))


def _up_to(access: str) -> tuple[str, ...]:
    return CLASSES[: CLASSES.index(access) + 1]


def _not_a_grant(text: str) -> ParameterError:
    return ParameterError(
        Text(f"«{text}» không phải quyền khai thác.", f"“{text}” is not a grant."),
        hint=Text(
            f"Viết BỘ-DỮ-LIỆU:LOẠI hoặc BỘ-DỮ-LIỆU:LOẠI@NGÀY-CUỐI; loại: {', '.join(CLASSES)}; "
            "ví dụ gov-dossiers:shared@2026-12-31; * là mọi bộ; :write sau loại là được ghi.",
            f"Write DATASET:CLASS or DATASET:CLASS@LAST-DAY; classes: {', '.join(CLASSES)}; "
            "for example gov-dossiers:shared@2026-12-31; * is every data set; :write behind the class is to "
            "write.",
        ),
    )
