"""`/`: ask a question. `/datasets`, `/ontology`: what there is. `/incoming`: who links to an IRI.

`/reference`: the OpenAPI document to be read. `/static/…`: the style sheet and the scripts.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from api import datasets as described
from api.dependencies import EngineDep, LanguageDep, PrincipalDep, SettingsDep
from api.knowledge import KnowledgeDep
from api.pages import home, incoming, maps, reference, rendering, searching
from api.pages.published import generation, manifest
from api.pages.terms import browser

router = APIRouter(include_in_schema=False)

_files = StaticFiles(directory=rendering.HERE / "static")


@router.api_route("/", methods=["GET", "HEAD"])
async def first(
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """The editor; with `?query=` also its results, so that the page works without scripts."""
    return await home.page(request, known, settings, engine, principal, language)


@router.api_route("/search", methods=["GET", "HEAD"])
async def search(
    request: Request,
    known: KnowledgeDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """Search in names and codes; without `?q=` the form alone."""
    return await searching.page(request, known, engine, principal, language)


@router.api_route("/datasets", methods=["GET", "HEAD"])
async def datasets(
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    current = manifest(engine)
    return rendering.page(
        "datasets.html",
        request,
        known,
        language,
        datasets=described.datasets(settings, current, principal),
        manifest=current,
        name_of=known.vocabulary.name,
        number=lambda value: rendering.number(value, language),
    )


@router.api_route("/ontology", methods=["GET", "HEAD"])
async def ontology(
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """Classes as a tree, properties, modules, code lists and shapes."""
    return browser.browser(request, known, settings, engine, principal, language)


@router.api_route("/ontology/{module}/{term}", methods=["GET", "HEAD"])
async def term(
    module: str,
    term: str,
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """One class or property."""
    iri = known.iris.ontology(module, term)
    return browser.term(request, known, settings, engine, principal, language, iri)


@router.api_route(reference.ADDRESS, methods=["GET", "HEAD"])
@router.api_route(f"{reference.ADDRESS}/{{section}}", methods=["GET", "HEAD"])
async def openapi(
    request: Request,
    known: KnowledgeDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
    section: str | None = None,
) -> Response:
    """The OpenAPI document to be read."""
    return reference.page(request, known, generation(engine), principal, language, section)


@router.api_route("/incoming", methods=["GET", "HEAD"])
async def linking(
    request: Request, known: KnowledgeDep, engine: EngineDep, principal: PrincipalDep, language: LanguageDep
) -> Response:
    """Who links to the IRI `?of=`; with `&by=` one property's, a page at a time."""
    return await incoming.page(request, known, engine, principal, language)


@router.api_route("/places.svg", methods=["GET", "HEAD"])
async def places(
    request: Request, known: KnowledgeDep, engine: EngineDep, principal: PrincipalDep, language: LanguageDep
) -> Response:
    """What is behind the small maps."""
    return await maps.places(request, known, engine, principal, language)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
async def static(name: str, request: Request) -> Response:
    """Small files that change with the service: asked for again each time, sent again only when changed."""
    response = await _files.get_response(name, request.scope)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
