"""`/datasets/{name}/validation`: what was found in a data set the last time, and the times before."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.datasets import dataset
from api.dependencies import EngineDep, LanguageDep, PrincipalDep, SettingsDep
from api.documents import find
from api.knowledge import KnowledgeDep
from api.pages import validation as page
from api.pages import views
from api.pages.published import manifest
from api.validation import formats, rights
from graph.errors import UnknownNameError
from graph.formats import PAGE
from graph.shacl.reporting import kept
from graph.text import Text

router = APIRouter(include_in_schema=False)

MOST = 20
"""So many reports are compared."""


@router.api_route("/datasets/{name}/validation", methods=["GET", "HEAD"])
async def report(
    name: str,
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """The newest report, or that of `?run=`; as a page, JSON, Turtle or CSV."""
    form, published = formats.chosen(request), manifest(engine)
    found = find(f"dataset/{name}", known, settings)
    described = dataset(name, settings, published, principal) if found else None
    seen = (
        rights.classes_seen(principal, name, described.access, published, known.iris)
        if described
        else frozenset()
    )
    reports = [one.seen_with(seen) for one in kept.newest(settings.data_dir, name, MOST)] if seen else []
    asked = request.query_params.get("run")
    shown = next((one for one in reports if asked in (None, one.run)), None)
    if described is None or shown is None:
        if form == PAGE:
            return views.not_found(request, known, language, f"/datasets/{name}/validation")
        raise _unknown(name)
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "private, no-cache"}
    if form == PAGE:
        return page.validation(request, known, language, described, shown, reports, headers)
    return formats.answer(shown, form, settings.base_iri, headers)


def _unknown(name: str) -> UnknownNameError:
    """In the same words for what does not exist and for what may not be seen."""
    return UnknownNameError(
        Text(f"Không có báo cáo kiểm tra «{name}».", f"There is no validation report of “{name}”."),
        hint=Text("Danh sách bộ dữ liệu: /datasets", "The list of data sets: /datasets"),
    )
