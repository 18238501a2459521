"""Of which moment the data is asked: now, a day, a moment (Memento, RFC 7089), or a generation by name."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request

from api.facade.filters import wrong
from api.facade.past import Past, made
from api.facade.writing import ROOT
from graph.access import VIETNAM
from graph.errors import GenerationGoneError, ParameterError, UnknownNameError
from graph.stores.generations import Generation
from graph.text import Text

TIMEMAPS = f"{ROOT}/timemaps"
CACHING = "public, no-cache"
"""Open data may be kept by shared caches, if they ask each time whether it has changed: the next publication
may come at any moment. What is answered to a caller with a key is made `private` by `api.principals`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`moment`: what was published last then; `name`: that generation. Neither: what is current.

    `is_negotiated`: the moment came in the header Accept-Datetime. `is_walking`: the name came in a cursor.
    """

    moment: datetime | None = None
    name: str | None = None
    is_negotiated: bool = False
    is_walking: bool = False

    def generation(self, past: Past, current: Generation) -> Generation:
        """Raises UnknownNameError where nothing of then is kept, GenerationGoneError on a walk."""
        if self.name is not None and self.is_walking:
            return current if self.name == current.id else _still_kept(past, self.name)
        if self.name is not None:
            return current if self.name == current.id else past.of_id(self.name)
        return current if self.moment is None else past.at(self.moment)


def asked(request: Request, day: str | None, name: str | None, walking: str | None = None) -> Asked:
    """That of a cursor first, then the name, the day (until its end in Vietnam), the header.

    Raises ParameterError.
    """
    if walking is not None:
        return Asked(name=walking, is_walking=True)
    if name is not None:
        return Asked(name=name)
    if day is not None:
        end = datetime.combine(datetime.fromisoformat(day), time.max, VIETNAM)
        return Asked(moment=end)
    header = request.headers.get("accept-datetime")
    return Asked(moment=_http_date(header), is_negotiated=True) if header else Asked()


def since(text: str) -> Asked:
    """Where `changedSince` begins: a generation by name, a moment, or a day from its first one in Vietnam.

    Raises ParameterError.
    """
    if re.fullmatch(r"g\d{6,}", text, re.ASCII):
        return Asked(name=text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is not None and found.tzinfo is None and len(text) == len("2025-07-01"):
        found = found.replace(tzinfo=VIETNAM)
    if found is None or found.tzinfo is None:
        raise wrong("changedSince", text, "g000012, 2025-07-01, 2025-07-01T08:30:00+07:00")
    return Asked(moment=found)


def headers(moment: Asked, chosen: Generation, address: str, *, is_item: bool = False) -> dict[str, str]:
    """What an answer says of its moment, and who may keep it; `address` is asked, without its parameters.

    A single resource (`is_item`) has a TimeMap (RFC 7089 §4.1, §5).
    """
    told = {"Vary": "Accept, Accept-Datetime", "Cache-Control": CACHING}
    if moment.is_negotiated:
        # Pattern 1.2 of RFC 7089 (§4.1.2): the resource is its own TimeGate, and says where this state is.
        told["Content-Location"] = f"{address}?generation={chosen.id}"
    if moment != Asked() and not moment.is_walking:
        at = format_datetime(made(chosen).astimezone(UTC), usegmt=True)
        told["Link"] = f'<{address}>; rel="original timegate"'
        if is_item:
            told["Link"] += f', <{address}?generation={chosen.id}>; rel="memento"; datetime="{at}"'
        told["Memento-Datetime"] = at
    if is_item:
        timemap = f'<{TIMEMAPS}{address.removeprefix(ROOT)}>; rel="timemap"; type="application/link-format"'
        told["Link"] = f"{told['Link']}, {timemap}" if "Link" in told else timemap
    return told


def _still_kept(past: Past, name: str) -> Generation:
    try:
        return past.of_id(name)
    except UnknownNameError as gone:
        raise GenerationGoneError(
            Text(
                f"Thế hệ {name} mà con trỏ này đi qua không còn được giữ.",
                f"Generation {name}, through which this cursor walks, is kept no longer.",
            ),
            hint=Text(
                "Bắt đầu lại từ trang đầu: bỏ cursor.", "Begin again with the first page: leave cursor out."
            ),
        ) from gone


def _http_date(header: str) -> datetime:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ParameterError(
            Text(
                f"Đầu mục Accept-Datetime: không đọc được «{header}».",
                f"Header Accept-Datetime: “{header}” cannot be read.",
            ),
            hint=Text("Ví dụ: Tue, 01 Jul 2025 00:00:00 GMT", "For example: Tue, 01 Jul 2025 00:00:00 GMT"),
        )
    return found
