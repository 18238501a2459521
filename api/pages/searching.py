"""`/search`: entities by name or code. A form, a list of links, links that narrow it; no scripts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.errors import kind_of
from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.links import Links
from api.pages.published import manifest
from api.pages.rendering import links_of, number
from api.pages.texts import foreign
from api.search import asking
from api.search.asking import Asked
from api.search.finding import Found, find
from graph.access import Principal, dataset_of
from graph.errors import LienthongError
from graph.search import Hit
from graph.sparql.engine import Engine
from graph.text import Language, Text

MOST_FACETS = 12

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """`matched` where the name that is shown is not what matched; `language` of the name."""

    name: str
    language: str
    href: str | None
    short: str
    kinds: tuple[str, ...]
    datasets: tuple[str, ...]
    matched: str | None


@dataclass(frozen=True, slots=True)
class Narrower:
    """A link to those of the hits that are of a type, or in a data set."""

    name: str
    href: str
    count: str
    is_chosen: bool


async def page(
    request: Request, known: Knowledge, engine: Engine, principal: Principal, language: Language
) -> HTMLResponse:
    given = request.query_params.multi_items()
    text = request.query_params.get("q", "").strip()
    asked: Asked | None = None
    found: Found | None = None
    trouble: tuple[Text, Text, Text | None] | None = None
    current = engine.current() if manifest(engine) is not None else None
    try:
        asked = replace(asking.read(given, known, principal), count=True)
        if text and current is not None and not asked.query.is_too_short:
            found = await find(current, asked)
    except LienthongError as wrong:
        trouble = (kind_of(type(wrong)).title, wrong.message, wrong.hint)
    links = links_of(request, known)
    total = found.counts.total if found and found.counts else 0
    return rendering.page(
        "search.html",
        request,
        known,
        language,
        text=text,
        is_published=current is not None,
        is_too_short=bool(text) and asked is not None and asked.query.is_too_short,
        trouble=trouble,
        found=found,
        total=number(total, language),
        hits=[_shown(one, known, links, language) for one in found.hits] if found else [],
        kinds=_kinds(found, given, known, language),
        datasets=_datasets(found, given, language),
        unfiltered=_address((name, value) for name, value in given if name in ("q", "lang")),
        is_filtered=any(name in ("type", "dataset") for name, _ in given),
        filters=[(name, value) for name, value in given if name in ("type", "dataset", "lang") and value],
        following=_following(found, given),
    )


def _shown(hit: Hit, known: Knowledge, links: Links, language: Language) -> ShownHit:
    spoken = next((one for one in (language, "vi", "en", "", *hit.names) if one in hit.names), None)
    name = hit.names[spoken] if spoken is not None else links.short(hit.iri)
    return ShownHit(
        name,
        spoken or language,
        links.href(hit.iri),
        links.short(hit.iri),
        tuple(_name(kind, known, language) for kind in hit.kinds),
        tuple(sorted({dataset_of(graph) for graph in hit.graphs})),
        hit.matched if hit.matched != name else None,
    )


def _name(kind: str, known: Knowledge, language: Language) -> str:
    """Of a class of ours or of another vocabulary."""
    return (foreign().get(kind) or known.vocabulary.name(kind)).of(language)


def _kinds(found: Found | None, given: Pairs, known: Knowledge, language: Language) -> list[Narrower]:
    counts = found.counts.kinds if found and found.counts else {}
    return _narrower("type", counts, given, language, {iri: _name(iri, known, language) for iri in counts})


def _datasets(found: Found | None, given: Pairs, language: Language) -> list[Narrower]:
    counts = found.counts.datasets if found and found.counts else {}
    return _narrower("dataset", counts, given, language, {})


def _narrower(
    parameter: str, counts: Mapping[str, int], given: Pairs, language: Language, names: Mapping[str, str]
) -> list[Narrower]:
    kept = [pair for pair in given if pair[0] not in (parameter, "cursor")]
    return [
        Narrower(
            names.get(value, value),
            _address([*kept, (parameter, value)]),
            number(count, language),
            (parameter, value) in given,
        )
        for value, count in list(counts.items())[:MOST_FACETS]
    ]


def _following(found: Found | None, given: Pairs) -> str | None:
    if found is None or not found.more:
        return None
    last = found.hits[-1]
    kept = [pair for pair in given if pair[0] != "cursor"]
    return _address([*kept, ("cursor", asking.write_cursor(last.rank, last.iri))])


def _address(pairs: Iterable[tuple[str, str]]) -> str:
    return f"/search?{urlencode(list(pairs))}"
