"""What a request for a saved query asks: values of its parameters, a part of the rows, a format."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.errors import ParameterError, Place
from graph.formats import RESULTS, Format
from graph.iris import Iris
from graph.queries import SavedQuery
from graph.text import Text

JSON = Format("JSON", "application/json", "json", "results", ("text/json",))
CSV = next(one for one in RESULTS if one.extension == "csv")
OFFERED = (JSON, CSV)
DEFAULT_LIMIT = 1000
MOST = 10_000
OURS = ("limit", "cursor", "format", "lang")
_BELOW_BASE = ("id/", "code/", "dataset/")


@dataclass(frozen=True, slots=True)
class Position:
    """Behind so many rows of the answer that a generation gave."""

    generation: str
    rows: int

    def written(self) -> str:
        return base64.urlsafe_b64encode(f"{self.generation}:{self.rows}".encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Asked:
    """`values` are as they came; `limit` None: all rows (CSV)."""

    values: dict[str, str] = field(default_factory=dict)
    limit: int | None = None
    after: Position | None = None


def read(query: SavedQuery, given: Iterable[tuple[str, str]], chosen: Format, iris: Iris) -> Asked:
    """What the parameters of a request say. Raises ParameterError naming the one and what would work."""
    known = {one.name: one for one in query.parameters}
    values: dict[str, str] = {}
    for name, value in given:
        if name not in known and name not in OURS:
            raise _unknown(name, query)
        if name in values:
            raise ParameterError(
                Text(f"Tham số «{name}» có hai lần.", f"The parameter “{name}” is given twice."),
                hint=Text("Chỉ gửi một lần.", "Send it once."),
                place=Place(column=name),
            )
        is_path = name in known and known[name].kind == "iri" and value.startswith(_BELOW_BASE)
        values[name] = iris.resolve(value) if is_path else value
    ours = {name: values.pop(name) for name in OURS if name in values}
    return Asked(
        values,
        _limit(ours["limit"]) if "limit" in ours else None if chosen == CSV else DEFAULT_LIMIT,
        _position(ours["cursor"]) if "cursor" in ours else None,
    )


def _unknown(name: str, query: SavedQuery) -> ParameterError:
    known = [one.name for one in query.parameters]
    offer = ", ".join((*known, *OURS))
    example = "&".join(f"{one.name}={one.example}" for one in query.parameters) or "limit=10"
    return ParameterError(
        Text(f"Không có tham số «{name[:60]}».", f"There is no parameter “{name[:60]}”."),
        hint=Text(f"Các tham số: {offer}; ví dụ: {example}", f"Parameters: {offer}; for example: {example}"),
        place=Place(column=name[:60]),
    )


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= MOST):
        raise ParameterError(
            Text("Tham số «limit» không dùng được.", "The parameter “limit” cannot be used."),
            hint=Text(f"limit: 1 … {MOST}; ví dụ: 100", f"limit: 1 … {MOST}; for example: 100"),
            place=Place(column="limit", value=value[:60]),
        )
    return int(value)


def _position(cursor: str) -> Position:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        generation, _, rows = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        if not rows.isdecimal():
            raise _not_ours(cursor)
        return Position(generation, int(rows))
    except ValueError:
        raise _not_ours(cursor) from None


def _not_ours(cursor: str) -> ParameterError:
    return ParameterError(
        Text(f"Con trỏ «{cursor[:60]}» không dùng được.", f"The cursor “{cursor[:60]}” cannot be used."),
        hint=Text(
            "Dùng nguyên văn địa chỉ ở links.next; bỏ cursor để về trang đầu.",
            "Follow links.next as it is; leave cursor out for the first page.",
        ),
        place=Place(column="cursor"),
    )


def moved_on(generation: str) -> ParameterError:
    """The error for a page behind one of another generation, whose rows may be others."""
    return ParameterError(
        Text(
            f"Dữ liệu đã được công bố lại ({generation}) từ trang trước.",
            f"The data was published anew ({generation}) since the page before.",
        ),
        hint=Text("Bỏ cursor để đọc lại từ trang đầu.", "Leave cursor out to begin with the first page."),
        place=Place(column="cursor"),
    )
