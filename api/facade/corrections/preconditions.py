"""If-Match and If-None-Match of a change (RFC 9110 §13.1.1, §13.1.2)."""

import re
from dataclasses import dataclass

from starlette.requests import Request

from graph.errors import PreconditionFailedError, PreconditionMissingError
from graph.text import Text

_TAG = re.compile(r'"[^"]*"')
_GENERATION = re.compile(r'"(g\d+)-')


@dataclass(frozen=True, slots=True)
class Preconditions:
    """`tags`: one of these must be that of what is there; `exists`: there must be something, or nothing."""

    tags: tuple[str, ...]
    exists: bool

    @property
    def generations(self) -> tuple[str, ...]:
        """Those that the tags were given out for."""
        found = (_GENERATION.match(tag) for tag in self.tags)
        return tuple(dict.fromkeys(match[1] for match in found if match))


def read(request: Request) -> Preconditions:
    """Raises PreconditionMissingError where nothing is said of what is there."""
    match = ",".join(request.headers.getlist("if-match")).strip()
    none_match = ",".join(request.headers.getlist("if-none-match")).strip()
    if match:
        return Preconditions(() if match == "*" else tuple(_TAG.findall(match)) or (match,), exists=True)
    if none_match == "*":
        return Preconditions((), exists=False)
    raise PreconditionMissingError(
        Text("Thay đổi phải nói đã xem bản nào.", "A change must say which state of the resource was seen."),
        hint=Text(
            "Gửi ETag đã nhận ở GET làm If-Match; để tạo mới: If-None-Match: *.",
            "Send the ETag of GET as If-Match; to make what is not there: If-None-Match: *.",
        ),
    )


def failed(*, exists: bool) -> PreconditionFailedError:
    """The same words for what is not there and what may not be seen."""
    if exists:
        return PreconditionFailedError(
            Text("Đã có tài nguyên này.", "There is this resource already."),
            hint=Text("Đọc nó rồi gửi If-Match.", "Read it, then send If-Match."),
        )
    return PreconditionFailedError(
        Text("Tài nguyên không còn như bản bạn đã đọc.", "The resource is no longer as you have read it."),
        hint=Text("Đọc lại rồi gửi lại.", "Read it again, then send it again."),
    )
