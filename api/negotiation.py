"""What the caller would like to have: language and format (RFC 9110 §12.5)."""

from collections.abc import Iterator
from typing import cast

from starlette.requests import Request

from graph.errors import ParameterError
from graph.formats import GRAPHS, PAGE, RESULTS, Format
from graph.text import Language, Text

SPOKEN: tuple[Language, ...] = ("vi", "en")


def language(request: Request) -> Language:
    """`?lang=vi|en`, else the best of Accept-Language, else the service's own language."""
    asked = request.query_params.get("lang", "").lower().split("-")[0]
    if asked in SPOKEN:
        return asked
    default = cast(Language, request.app.state.settings.language)
    return preferred_language(request.headers.get("accept-language", ""), default)


def preferred_language(header: str, default: Language) -> Language:
    """The spoken language with the highest quality in an Accept-Language header, else `default`."""
    quality: dict[str, float] = {}
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.partition("=")
        try:
            weight = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            weight = 0.0
        primary = tag.strip().lower().split("-")[0]
        quality[primary] = max(weight, quality.get(primary, 0.0))
    best = max((default, *SPOKEN), key=lambda spoken: quality.get(spoken, 0.0))
    return best if quality.get(best, 0.0) > 0 else default


def accept(request: Request, shortcut: str | None = None) -> str | None:
    """The Accept header as one string, or the media types that `shortcut` stands for.

    Raises ParameterError for a shortcut nobody knows.
    """
    if shortcut is not None:
        return _media_type(shortcut)
    values = request.headers.getlist("accept")
    return ",".join(values) if values else None


def wants_page(request: Request) -> bool:
    """Whether this looks like a person with a browser: HTML is named, and no format of ours before it."""
    for part in (accept(request) or "").lower().split(","):
        media_type = part.split(";")[0].strip()
        if PAGE.is_called(media_type):
            return True
        if any(known.is_called(media_type) for known in _OWN):
            return False
    return False


_OWN: tuple[Format, ...] = (*RESULTS, *GRAPHS)


def _names(known: Format) -> Iterator[tuple[str, tuple[str]]]:
    for name in (known.name.lower(), known.media_type.partition("/")[2]):
        yield name, (known.media_type,)


# `json` and `xml` ask for JSON and XML of either kind; whoever writes the answer takes the one it offers.
_SHORTCUTS = {known.extension: (known.media_type,) for known in _OWN} | {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
}
# SPARQLWrapper asks for `turtle` or `rdf+xml`, and then again for a list of media types.
_NAMES = {name: types for known in _OWN for name, types in _names(known)} | _SHORTCUTS


def _media_type(asked: str) -> str:
    """The media types that a list of shortcuts, names of formats and media types stands for."""
    words = [word.strip().lower() for word in asked.split(",")]
    found = [kind for word in words for kind in _NAMES.get(word, (word,) if "/" in word else ())]
    if found:
        return ", ".join(found)
    known = ", ".join(_SHORTCUTS)
    raise ParameterError(
        Text(f"Không có định dạng «{asked}».", f"There is no format “{asked}”."),
        hint=Text(f"format: {known}", f"format: {known}"),
    )
