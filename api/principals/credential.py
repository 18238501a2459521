"""The key or token that a request shows: `Authorization: Bearer …` (RFC 6750 §2.1) or `X-API-Key: …`."""

from starlette.datastructures import Headers

from graph.errors import CredentialError
from graph.text import Text

HEADERS = ("Authorization", "X-API-Key")
_HOW = Text(
    "Gửi một trong hai: Authorization: Bearer <khóa hoặc mã truy cập>, hoặc X-API-Key: <khóa>.",
    "Send one of: Authorization: Bearer <key or token>, or X-API-Key: <key>.",
)


def shown(headers: Headers) -> str | None:
    """What is shown; None where nothing is.

    Raises CredentialError for two at once, and for another scheme: whoever shows something wants to be known.
    """
    every = [(name, value.strip()) for name in HEADERS for value in headers.getlist(name)]
    if not every:
        return None
    if len(every) > 1:
        raise CredentialError(
            Text("Yêu cầu có nhiều khóa hoặc mã truy cập.", "The request shows several keys or tokens."),
            hint=_HOW,
        )
    [(name, value)] = every
    if name == "X-API-Key":
        return value
    scheme, _, credential = value.partition(" ")
    if scheme.lower() != "bearer":
        raise CredentialError(
            Text("Chỉ nhận Authorization: Bearer.", "Authorization must be of the scheme Bearer."), hint=_HOW
        )
    return credential.strip()
