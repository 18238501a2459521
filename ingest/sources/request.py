"""What a mapping says about an HTTP API: where it is, which headers to send, how its pages follow."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

_SUFFIXES = {
    "application/x-ndjson": ".ndjson",
    "application/ndjson": ".ndjson",
    "application/jsonl": ".ndjson",
    "text/tab-separated-values": ".tsv",
}


@dataclass(frozen=True, slots=True)
class Paging:
    """How the next page is found: one of a link in the body (`next_link`, a JSONPath), a link in the `Link`
    header (`relation`, RFC 8288), a cursor in the body (`next_cursor`, a JSONPath) or a counter, the last two
    sent as the query `parameter`.

    A counter starts at `first` and grows by `step`; the page that has no rows is the last.
    """

    next_link: str | None = None
    relation: str | None = None
    parameter: str | None = None
    next_cursor: str | None = None
    first: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """One GET, and those for the pages behind it. `credentials` is a name among the settings, `content_type`
    what the mapping says that the API sends."""

    url: str
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    credentials: str | None = None
    paging: Paging = field(default_factory=Paging)

    @property
    def file_name(self) -> str:
        """A name whose suffix tells lines of JSON from one document, tabs from commas."""
        name = urlsplit(self.url).path.rpartition("/")[2] or "api"
        suffix = _SUFFIXES.get(self.content_type.partition(";")[0].strip().lower(), "")
        return name if name.endswith(suffix) else name + suffix
