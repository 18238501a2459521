"""The one table of media types, and content negotiation over it (RFC 9110 §12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from graph.errors import NotAcceptableError
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Format:
    """A format the service writes or reads. `aliases` are other media types that mean the same."""

    name: str
    media_type: str
    extension: str
    kind: Literal["results", "graph", "page"]
    aliases: tuple[str, ...] = ()

    def is_called(self, media_type: str) -> bool:
        return media_type == self.media_type or media_type in self.aliases


RESULTS: tuple[Format, ...] = (
    Format("JSON", "application/sparql-results+json", "json", "results", ("application/json", "text/json")),
    Format("XML", "application/sparql-results+xml", "xml", "results", ("application/xml", "text/xml")),
    Format("CSV", "text/csv", "csv", "results"),
    Format("TSV", "text/tab-separated-values", "tsv", "results"),
)
GRAPHS: tuple[Format, ...] = (
    Format("Turtle", "text/turtle", "ttl", "graph", ("application/x-turtle",)),
    Format("N-Triples", "application/n-triples", "nt", "graph", ("text/plain",)),
    Format("JSON-LD", "application/ld+json", "jsonld", "graph", ("application/json",)),
    Format("RDF/XML", "application/rdf+xml", "rdf", "graph", ("application/xml", "text/xml")),
)
QUADS: tuple[Format, ...] = (
    Format("N-Quads", "application/n-quads", "nq", "graph", ("text/x-nquads",)),
    Format("TriG", "application/trig", "trig", "graph", ("application/x-trig",)),
)
DOCUMENTS = (*GRAPHS, *QUADS)
"""What RDF is read in."""
PAGE = Format("HTML", "text/html", "html", "page", ("application/xhtml+xml",))


def by_extension(extension: str, offered: Sequence[Format]) -> Format:
    """The offered format that files of this extension hold. Raises NotAcceptableError naming the offers."""
    for known in offered:
        if known.extension == extension.lower():
            return known
    raise _not_acceptable(extension, offered)


def negotiate(accept: str | None, offered: Sequence[Format]) -> Format:
    """The offered format the caller likes best; the first offer when it says nothing or `*/*`.

    Among equal weights the caller's more specific range wins, then the order of the offers.
    Raises NotAcceptableError naming the offers.
    """
    if not accept or not accept.strip():
        return offered[0]
    return _liked(accept, tuple(offered))


@lru_cache(maxsize=256)
def _liked(accept: str, offered: tuple[Format, ...]) -> Format:
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()]
    best: Format | None = None
    best_weight = 0.0
    for candidate in offered:
        weight = max((_weight(candidate, kind, quality) for kind, quality in ranges), default=(0, 0.0))[1]
        if weight > best_weight:
            best, best_weight = candidate, weight
    if best is None:
        raise _not_acceptable(accept, offered)
    return best


def _media_range(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return kind.lower(), quality


def _weight(candidate: Format, media_range: str, quality: float) -> tuple[int, float]:
    """How closely the range names the format (3 exactly … 0 not at all), and the quality it then gives."""
    if candidate.is_called(media_range):
        return (3, quality)
    if media_range.endswith("/*") and candidate.media_type.startswith(media_range[:-1]):
        return (2, quality)
    if media_range == "*/*":
        return (1, quality)
    return (0, 0.0)


def _not_acceptable(asked: str, offered: Sequence[Format]) -> NotAcceptableError:
    offers = ", ".join(f"{known.media_type} ({known.extension})" for known in offered)
    return NotAcceptableError(
        Text(f"Không trả được định dạng «{asked}».", f"The format “{asked}” cannot be written."),
        hint=Text(f"Có các định dạng: {offers}", f"Formats: {offers}"),
    )
