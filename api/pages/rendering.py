"""A template and its values as an HTML answer."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.knowledge import Knowledge
from api.pages.links import Links
from api.pages.texts import texts
from graph.formats import GRAPHS
from graph.text import Language, Text

HERE = Path(__file__).parent

# Nothing inline, nothing from elsewhere, nobody may frame it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
NAMES: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English"}


@cache
def environment() -> Environment:
    """The templates; what is put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def links_of(request: Request, known: Knowledge) -> Links:
    """Links that keep the language the reader chose."""
    chosen = request.query_params.get("lang")
    return Links(known.iris, known.prefixes, chosen if chosen in NAMES else None)


def page(
    template: str,
    request: Request,
    known: Knowledge,
    language: Language,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """One page. Templates also have `t(key)`, `of(text)`, `moment(iso)`, `language`, `languages`, `links`."""

    def t(key: str, **given: object) -> str:
        text = texts()[key].of(language)
        return text.format(**given) if given else text

    def of(text: Text) -> str:
        return text.of(language)

    html = (
        environment()
        .get_template(template)
        .render(
            t=t,
            of=of,
            language=language,
            languages=[(code, name, _in_language(request, code)) for code, name in NAMES.items()],
            links=links_of(request, known),
            moment=lambda iso: moment(iso, language),
            **values,
        )
    )
    return HTMLResponse(
        html,
        status_code=status,
        headers={
            "Content-Language": language,
            "Content-Security-Policy": POLICY,
            "Cache-Control": "no-cache",
            "Referrer-Policy": "same-origin",
            "Vary": "Accept, Accept-Language",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )


def graph_formats() -> list[tuple[str, str]]:
    """Name and file suffix of each format in which a graph is sent."""
    return [(one.name, one.extension) for one in GRAPHS]


def number(value: int, language: str) -> str:
    """With separators of thousands: 13.451 in Vietnamese, 13,451 in English."""
    text = f"{value:,}"
    return text if language == "en" else text.replace(",", ".")


def moment(iso: str, language: str) -> str:
    """The day of an ISO instant (UTC): 23/11/2025 in Vietnamese, 2025-11-23 in English."""
    day = iso[:10]
    return day if language == "en" else "/".join(reversed(day.split("-")))


def _in_language(request: Request, language: str) -> str:
    given = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    return f"{quote(request.url.path)}?{urlencode([*given, ('lang', language)])}"
