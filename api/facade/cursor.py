"""Where a page ended, as an opaque word.

Pages are in the order of IRIs, so a cursor stays good whatever is published in between.
"""

import base64

from graph.errors import ParameterError
from graph.iris import Iris
from graph.text import Text


def write(iri: str, iris: Iris) -> str:
    """The cursor behind the entity `iri`."""
    path = iris.path(iri)
    text = f".{path}" if path is not None else iri
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, iris: Iris) -> str:
    """The IRI that `write` was given. Raises ParameterError for a word that it did not write."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    if not text:
        raise ParameterError(
            Text(f"Con trỏ «{cursor}» không dùng được.", f"The cursor “{cursor}” cannot be used."),
            hint=Text(
                "Dùng nguyên văn địa chỉ ở links.next; bỏ cursor để về trang đầu.",
                "Follow links.next as it is; leave cursor out for the first page.",
            ),
        )
    return iris.resolve(text[1:]) if text.startswith(".") else text
