"""Pages that one generation, one reader and one language decide: made once, then 304 (RFC 9110 §13.1.2)."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from api import conditional
from api.knowledge import Knowledge
from graph.access import Principal
from graph.stores.generations import Generation
from graph.text import Language

VARY = "Accept, Accept-Language"


def tag_of(request: Request, known: Knowledge, generation: str, principal: Principal, language: str) -> str:
    """The entity tag of the page at this address; before the first generation there is one as well."""
    return conditional.etag(
        generation, principal, known.digest, language, request.url.path, request.url.query
    )


def answered(
    request: Request,
    known: Knowledge,
    current: Generation | None,
    principal: Principal,
    language: Language,
    make: Callable[[dict[str, str]], Response],
) -> Response:
    """The page, or 304 where the reader has it already; `make` is given the headers."""
    generation = current.id if current else "none"
    tag = tag_of(request, known, generation, principal, language)
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, Vary=VARY)
    told = {"Lienthong-Generation": generation} if current else {}
    return make({"ETag": tag, "Vary": VARY, **told})
