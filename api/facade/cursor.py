"""Where a page ended, as an opaque word: it needs nothing that the service would have to remember.

It holds the generation that the first page was read from, the order, and the last resource, whose place in
that order of that generation never changes. So a walk through a collection neither skips nor repeats,
whatever is published meanwhile.
"""

import base64
import json
from dataclasses import dataclass

from graph.errors import ParameterError
from graph.iris import Iris
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Position:
    """Behind the resource `iri` in the order `sort`."""

    generation: str
    iri: str
    sort: str = ""


def write(position: Position, iris: Iris) -> str:
    path = iris.path(position.iri)
    where = f".{path}" if path is not None else position.iri
    told = json.dumps([position.generation, where, position.sort], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read(cursor: str, sort: str, iris: Iris) -> Position:
    """What `write` was given, for the same order. Raises ParameterError for a word that it did not write."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        generation, where, made_for = json.loads(text)
        str(where).encode()  # JSON can escape what is no text
    except (ValueError, TypeError, RecursionError):
        raise _unusable(cursor) from None
    told = (generation, where, made_for)
    if not all(isinstance(one, str) for one in told) or made_for != sort or not where:
        raise _unusable(cursor)
    return Position(generation, iris.resolve(where[1:]) if where.startswith(".") else where, made_for)


def _unusable(cursor: str) -> ParameterError:
    return ParameterError(
        Text(
            f"Tham số «cursor»: không dùng được «{cursor}».",
            f"Parameter “cursor”: “{cursor}” cannot be used.",
        ),
        hint=Text(
            "Dùng nguyên văn địa chỉ ở links.next, không đổi sort; bỏ cursor để về trang đầu.",
            "Follow links.next as it is, with the same sort; leave cursor out for the first page.",
        ),
    )
