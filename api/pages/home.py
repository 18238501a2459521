"""The first page: what is published, example questions, the editor, and the results of `?query=`."""

import json
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.datasets import datasets
from api.errors import kind_of
from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.entity import EntityPages
from api.pages.examples import examples
from api.pages.published import manifest
from api.pages.rendering import links_of, number
from api.pages.table import Table, table
from api.pages.texts import scripted
from graph.access import Principal
from graph.errors import LienthongError
from graph.formats import RESULTS
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.manifest import Manifest
from graph.text import Language, Text

START = """SELECT ?unit ?name
WHERE {
  ?unit a place:Province ; rdfs:label ?name ; core:validFrom ?from .
  FILTER(LANG(?name) = "LANGUAGE" && ?from = "2025-07-01"^^xsd:date)
}
ORDER BY ?name
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as the page shows it, like the problem document that the scripts get."""

    title: Text
    detail: Text
    hint: Text | None
    line: int | None


async def page(
    request: Request,
    known: Knowledge,
    settings: Settings,
    engine: Engine,
    principal: Principal,
    language: Language,
) -> HTMLResponse:
    current = manifest(engine)
    asked = request.query_params.get("query", "").strip()
    result: Table | None = None
    trouble: Trouble | None = None
    if asked and current is not None:
        pages = EntityPages(known, links_of(request, known), language)
        result, trouble = await _result(asked, pages, engine, principal)
    return rendering.page(
        "home.html",
        request,
        known,
        language,
        published=_counts(current, settings, principal, language) if current else None,
        examples=examples(settings),
        query=asked or _start(known, language),
        # How long the query took is told beside its answer, which nobody gets a second time.
        headers={"Cache-Control": "no-store"} if asked else None,
        asked=bool(asked),
        result=result,
        trouble=trouble,
        settings_for_scripts=json.dumps(
            {
                "base": known.iris.base,
                "prefixes": dict(known.prefixes),
                "language": language,
                "chosen": links_of(request, known).language,
                "texts": scripted(language),
            },
            ensure_ascii=False,
        ),
    )


async def _result(
    asked: str, pages: EntityPages, engine: Engine, principal: Principal
) -> tuple[Table | None, Trouble | None]:
    """The answer as a table, or what is wrong: the page shows either beside the query that was asked."""
    accept = f"{RESULTS[0].media_type}, text/turtle;q=0.9"
    try:
        answer = await engine.answer(asked, principal_graphs=principal.graphs, accept=accept)
        return table(answer, pages), None
    except LienthongError as wrong:
        line = wrong.place.line if wrong.place else None
        return None, Trouble(kind_of(type(wrong)).title, wrong.message, wrong.hint, line)


def _counts(
    current: Manifest, settings: Settings, principal: Principal, language: Language
) -> dict[str, str]:
    """Only what the caller may read is counted; the ontology and the shapes are quads, but no data sets."""
    quads = sum(entry.quads for iri, entry in current.graphs.items() if iri in principal.graphs)
    published = [one for one in datasets(settings, current, principal) if one.published]
    return {
        "datasets": number(len(published), language),
        "quads": number(quads, language),
        "created": current.created,
        "generation": current.id,
    }


def _start(known: Knowledge, language: str) -> str:
    used = ("core", "place", "rdfs", "xsd")
    declared = "".join(f"PREFIX {prefix}: <{known.prefixes[prefix]}>\n" for prefix in used)
    return f"{declared}\n{START.replace('LANGUAGE', language)}"
