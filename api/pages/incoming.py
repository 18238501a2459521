"""`/incoming?of=…`: who links to an IRI, by property, with exact counts of what the reader may see.

With `&by=…` one property's, by IRI, a page at a time: `after` is the last IRI of the page before, so that a
later page costs no more than the first.
"""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from rdflib import RDFS

from api import conditional, description
from api.description import Incoming
from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.addresses import asking, download, incoming_address
from api.pages.cached import VARY, tag_of
from api.pages.entity import Backlinks, EntityPages
from api.pages.rendering import links_of, number
from api.pages.views import not_found
from api.reader import Reader, consistent
from graph.access import Principal
from graph.sparql import terms
from graph.sparql.engine import Engine
from graph.sparql.results import Term
from graph.text import Language

PAGE = 100
"""Entities on one page."""
_LABEL = terms.iri(str(RDFS.label))


@dataclass(frozen=True, slots=True)
class Found:
    """`labels` are those of the IRI itself, as far as the reader may see them; `following` is where the next
    page begins, None on the last one."""

    labels: tuple[Term, ...]
    groups: tuple[Incoming, ...]
    following: str | None = None


async def page(
    request: Request, known: Knowledge, engine: Engine, principal: Principal, language: Language
) -> Response:
    """404 where nothing that the reader may see links to it, but for codes, which everybody knows.

    Raises ParameterError for what is no IRI.
    """
    of = request.query_params.get("of", "")
    by = request.query_params.get("by")
    after = request.query_params.get("after", "")
    for given in (of, *((by,) if by is not None else ())):
        terms.iri(given)
    current = engine.current()
    tag = tag_of(request, known, current.id, principal, language)
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, Vary=VARY)

    async def ask(reader: Reader) -> Found:
        return await (_of_one(reader, of, by, after) if by is not None else _of_every(reader, of))

    found, answered_by = await consistent(engine, principal, ask)
    if not found.groups and of not in known.vocabulary.concepts:
        return not_found(request, known, language, of)
    tag = tag_of(request, known, answered_by, principal, language)
    return _shown(request, known, language, of, by, found, {"ETag": tag, "Lienthong-Generation": answered_by})


def _shown(
    request: Request,
    known: Knowledge,
    language: Language,
    of: str,
    by: str | None,
    found: Found,
    headers: dict[str, str],
) -> Response:
    pages = EntityPages(known, links_of(request, known), language)
    query = _query(of, by)
    groups = [_group(pages, of, one, is_alone=by is not None) for one in found.groups]
    return rendering.page(
        "incoming.html",
        request,
        known,
        language,
        headers=headers,
        iri=of,
        target=pages.named(of, found.labels),
        total=number(sum(one.count for one in found.groups), language),
        groups=groups,
        everything=incoming_address(pages.links, of) if by is not None else None,
        following=incoming_address(pages.links, of, by, found.following) if found.following else None,
        ask=asking(pages.links, query),
        answers=[(name.upper(), download(query, name)) for name in ("csv", "json")],
    )


def _group(pages: EntityPages, of: str, one: Incoming, *, is_alone: bool) -> Backlinks:
    more = one.count > len(one.first) and not is_alone
    return Backlinks(
        pages.name(one.property).of(pages.language),
        number(one.count, pages.language),
        tuple(pages.named(iri, labels) for iri, labels in one.first),
        incoming_address(pages.links, of, one.property) if more else None,
    )


async def _of_every(reader: Reader, of: str) -> Found:
    groups = await description.incoming(reader, of)
    if not groups:
        return Found((), ())
    ordered = sorted(groups, key=lambda one: (-one.count, one.property))
    return Found(await _labels(reader, of), tuple(ordered))


async def _of_one(reader: Reader, of: str, by: str, after: str) -> Found:
    pattern = f"?subject {terms.iri(by)} {terms.iri(of)} FILTER(isIRI(?subject))"
    counted = await reader.rows(f"SELECT (COUNT(DISTINCT ?subject) AS ?count) WHERE {{ {pattern} }}")
    count = int(counted[0]["count"].value)
    if not count:
        return Found((), ())
    beyond = f"FILTER(STR(?subject) > {terms.literal(after)})" if after else ""
    rows = await reader.rows(
        f"SELECT ?subject ?label WHERE {{ {{ SELECT DISTINCT ?subject WHERE {{ {pattern} {beyond} }} "
        f"ORDER BY STR(?subject) LIMIT {PAGE + 1} }} OPTIONAL {{ ?subject {_LABEL} ?label }} }}"
    )
    labels: dict[str, list[Term]] = {}
    for row in rows:
        labels.setdefault(row["subject"].value, []).extend([row["label"]] if "label" in row else [])
    ordered = sorted(labels)
    shown = ordered[:PAGE]
    first = tuple((iri, tuple(sorted(labels[iri], key=lambda one: one.value))) for iri in shown)
    following = shown[-1] if len(ordered) > PAGE else None
    return Found(await _labels(reader, of), (Incoming(by, count, first),), following)


async def _labels(reader: Reader, iri: str) -> tuple[Term, ...]:
    rows = await reader.rows(f"SELECT DISTINCT ?label WHERE {{ {terms.iri(iri)} {_LABEL} ?label }}")
    return tuple(sorted((row["label"] for row in rows), key=lambda one: one.value))


def _query(of: str, by: str | None) -> str:
    if by is not None:
        pattern, variables = f"?entity {terms.iri(by)} {terms.iri(of)}", "?entity"
    else:
        pattern, variables = f"?entity ?property {terms.iri(of)}", "?property ?entity"
    return f"SELECT DISTINCT {variables} WHERE {{\n  {pattern}\n}}\nORDER BY {variables}"
