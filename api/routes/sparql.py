"""`/sparql`: the SPARQL 1.1 Protocol, query operation (§2.1); `update` has the update operation (§2.2)."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api import dependencies, forms, negotiation, sections, service_description, void
from api.answers import respond
from api.direct import DirectRoute
from api.facade import triples
from api.knowledge import knowledge
from api.limits import read_body
from api.routes import sparql_openapi, update
from api.updates.dependencies import may_write_something, updates, writer
from graph.access import Identity, Principal
from graph.errors import ParameterError, UnsupportedMediaError
from graph.formats import GRAPHS, negotiate
from graph.settings import MIB, Settings
from graph.sparql.admission import CALLER
from graph.sparql.answer import Explanation
from graph.sparql.reading import Readings
from graph.sparql.refusals import too_much
from graph.text import Text

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
# One character may take four bytes of UTF-8, each written as %XX.
BYTES_PER_CHARACTER = 12

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The protocol's parameters, and ours: `timeout` in seconds, `format` instead of an Accept header,
    `explain` for how the query would be answered instead of the answer.

    Several formats are a list as in that header: there are clients that send `format` twice.
    """

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    timeout: float | None
    format: str | None
    explain: bool = False


async def read(request: Request) -> Response:
    """Ask with the query in the address. Without a query: the description of this service."""
    asked = _asked(await _in_turn(request, request.scope["query_string"]))
    principal = await dependencies.principal(request)
    if asked.query is not None:
        return await _answer(request, principal, asked)
    if negotiation.wants_page(request):
        return RedirectResponse("/", status_code=303)
    return _described(request, principal, asked)


def _described(request: Request, principal: Principal, asked: Asked) -> Response:
    generation = dependencies.engine(request).current()
    written = negotiate(negotiation.accept(request, asked.format), GRAPHS)
    description = service_description.describe(
        knowledge(request),
        str(request.url.replace(query="")),
        generation,
        principal,
        may_update=may_write_something(request.state.identity),
    )
    return Response(
        triples.document(description, written.media_type),
        media_type=written.media_type,
        headers={
            "Vary": "Accept",
            "Link": f'<{void.ADDRESS}>; rel="describedby"',
            "Lienthong-Generation": generation.id,
        },
    )


async def submit(request: Request) -> Response:
    """Ask, or update, with the text in the body: as a form, or as it is."""
    settings, identity = dependencies.settings(request), request.state.identity
    media_type = _media_type(request, FORM, QUERY, update.UPDATE)
    if media_type == update.UPDATE:
        await writer(identity)
    parameters = await _parameters(request, media_type, _largest(identity, settings, media_type))
    if not update.is_update(parameters):
        return await _answer(request, await dependencies.principal(request), _asked(parameters))
    await writer(identity)
    given = dict(parameters).get("timeout")
    engine = dependencies.engine(request)
    seconds = engine.seconds(_seconds(given) if given is not None else None)
    return await update.perform(request, engine, updates(request), identity, settings, parameters, seconds)


def attach(app: FastAPI) -> None:
    """As direct routes, before all others: what is asked most often is found first."""
    for endpoint, method, extra in (
        (read, "GET", sparql_openapi.GET),
        (read, "HEAD", None),
        (submit, "POST", sparql_openapi.POST),
    ):
        app.router.add_api_route(
            "/sparql",
            endpoint,
            methods=[method],
            name="sparql" if method == "GET" else None,
            openapi_extra=extra,
            include_in_schema=extra is not None,
            response_class=Response,
            tags=[sections.SPARQL],
            route_class_override=DirectRoute,
        )


async def read_submitted(request: Request, settings: Settings) -> Asked:
    """The query that body and address give (§2.1.2, §2.1.3). Raises UnsupportedMediaError."""
    media_type = _media_type(request, FORM, QUERY)
    return _asked(await _parameters(request, media_type, BYTES_PER_CHARACTER * settings.query_max_length))


def _media_type(request: Request, *known: str) -> str:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in known:
        listed = ", ".join(known)
        raise UnsupportedMediaError(
            Text(f"Không đọc được «{media_type}».", f"“{media_type}” is not read here."),
            hint=Text(f"Content-Type: {listed}", f"Content-Type: {listed}"),
        )
    return media_type


async def _parameters(request: Request, media_type: str, limit: int) -> Parameters:
    body = await read_body(request, limit)
    # Those of an update are all in the body where it is a form (§2.2.1).
    found = _fields(request.scope["query_string"])
    if media_type == FORM:
        return [*found, *await _in_turn(request, body)]
    await _turn(request, len(body))
    return [*found, ("query" if media_type == QUERY else "update", _text(body))]


async def _in_turn(request: Request, form: bytes) -> Parameters:
    await _turn(request, len(form))
    return _fields(form)


async def _turn(request: Request, size: int) -> None:
    """Until a text of so many bytes is read for its caller. Who may write may send any. Raises
    AllowanceSpentError."""
    if may_write_something(request.state.identity):
        return
    readings: Readings = request.app.state.readings
    wait = readings.wait(CALLER.get(), size, time.monotonic())
    if wait is None:
        raise too_much()
    if wait:
        await asyncio.sleep(wait)


def _largest(identity: Identity, settings: Settings, media_type: str) -> int:
    """Bytes that a body may have: updates bring data, and come from those who may write."""
    limit = BYTES_PER_CHARACTER * settings.query_max_length
    may_update = media_type != QUERY and may_write_something(identity)
    return max(limit, settings.update_max_mb * MIB) if may_update else limit


async def _answer(request: Request, principal: Principal, asked: Asked) -> Response:
    if asked.query is None:
        raise ParameterError(
            Text("Thiếu tham số query.", "The parameter query is missing."),
            hint=Text("query=SELECT …", "query=SELECT …"),
        )
    engine = dependencies.engine(request)
    prepared = engine.prepare(
        asked.query,
        principal_graphs=principal.graphs,
        accept=negotiation.accept(request, asked.format),
        default_graph_uris=asked.default_graphs,
        named_graph_uris=asked.named_graphs,
        timeout=asked.timeout,
    )
    if asked.explain:
        return _explained(await engine.explain(prepared))
    return await respond(request, engine, prepared, principal)


def _explained(told: Explanation) -> Response:
    route = told.route
    return JSONResponse(
        {
            "form": told.form,
            "generation": told.generation,
            "defaultGraphs": told.default_graphs,
            "namedGraphs": told.named_graphs,
            "deadline": told.seconds,
            "engine": route.first,
            "then": route.second and {"engine": route.second, "afterSeconds": route.delay},
            "notOnColumns": told.reason or None,
            "rewrites": told.rewrites,
        },
        headers={"Cache-Control": "no-store"},
    )


def _asked(parameters: Parameters) -> Asked:
    single = _singles(parameters)
    return Asked(
        query=single.get("query"),
        default_graphs=tuple(value for name, value in parameters if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in parameters if name == "named-graph-uri"),
        timeout=_seconds(single["timeout"]) if "timeout" in single else None,
        format=",".join(value for name, value in parameters if name == "format") or None,
        explain=_is_true(single.get("explain", "false")),
    )


def _singles(parameters: Parameters) -> Mapping[str, str]:
    """The parameters that may be given once. Raises ParameterError for one given twice (Protocol §2.1.4)."""
    found: dict[str, str] = {}
    for name, value in parameters:
        if name in ("query", "timeout", "explain"):
            if name in found:
                raise ParameterError(
                    Text(f"Tham số {name} có hai lần.", f"The parameter {name} is given twice."),
                    hint=Text("Chỉ gửi một lần.", "Send it once."),
                )
            found[name] = value
        elif name in ("update", "using-graph-uri", "using-named-graph-uri"):
            raise ParameterError(
                Text(
                    f"Tham số {name} không đi cùng một truy vấn.",
                    f"The parameter {name} cannot go with a query.",
                ),
                hint=Text("Cập nhật được gửi bằng POST.", "Updates are sent by POST."),
            )
    return found


def _is_true(value: str) -> bool:
    if value not in ("true", "false"):
        raise ParameterError(
            Text(f"explain «{value}» không phải true hay false.", f"explain “{value}” is not true or false."),
            hint=Text("explain=true", "explain=true"),
        )
    return value == "true"


def _seconds(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ParameterError(
            Text(f"timeout «{value}» không phải số giây.", f"timeout “{value}” is not a number of seconds."),
            hint=Text("Ví dụ: timeout=2.5", "For example: timeout=2.5"),
        ) from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise _not_utf8(wrong.start) from None


def _fields(form: bytes) -> Parameters:
    try:
        return forms.fields(form)
    except UnicodeDecodeError as wrong:
        raise _not_utf8(wrong.start) from None
    except forms.TooManyFieldsError:
        raise ParameterError(
            Text("Quá nhiều tham số.", "There are too many parameters."),
            hint=Text(f"Tối đa {forms.MOST_FIELDS}.", f"At most {forms.MOST_FIELDS}."),
        ) from None


def _not_utf8(offset: int) -> ParameterError:
    return ParameterError(
        Text(f"Byte thứ {offset + 1} không phải UTF-8.", f"Byte {offset + 1} is not UTF-8."),
        hint=Text("Gửi văn bản bằng UTF-8.", "Send text as UTF-8."),
    )
