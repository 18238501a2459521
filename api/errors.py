"""Errors as problem documents (RFC 9457): one table from error class to status and title.

Domain errors know no HTTP, and routes hold no `try`: whatever a route raises becomes an answer here.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api import negotiation
from graph import errors as domain
from graph.errors import Fault, LienthongError, Place
from graph.text import Language, Text

MEDIA_TYPE = "application/problem+json"

CHALLENGES: Mapping[type[LienthongError], str] = {
    domain.CredentialError: 'Bearer realm="lienthong", error="invalid_token"',
    domain.CredentialMissingError: 'Bearer realm="lienthong"',
}
"""RFC 6750 §3."""

log = logging.getLogger("lienthong.error")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is told: HTTP status, title, and seconds after which to try again."""

    status: int
    title: Text
    retry_after: int | None = None


KINDS: Mapping[type[LienthongError], Kind] = {
    LienthongError: Kind(500, Text("Lỗi của dịch vụ", "The service is at fault")),
    domain.RequestError: Kind(400, Text("Yêu cầu chưa đúng", "The request is wrong")),
    domain.QueryError: Kind(400, Text("Truy vấn SPARQL chưa đúng", "The SPARQL query is wrong")),
    domain.ParameterError: Kind(400, Text("Tham số chưa đúng", "A parameter is wrong")),
    domain.UnknownNameError: Kind(404, Text("Không tìm thấy", "Not found")),
    domain.NotAcceptableError: Kind(406, Text("Không có định dạng này", "No such format")),
    domain.UnsupportedMediaError: Kind(
        415, Text("Không đọc được kiểu nội dung này", "The body's type is not read")
    ),
    domain.ContentTooLargeError: Kind(413, Text("Yêu cầu quá lớn", "The request is too large")),
    domain.UncheckableError: Kind(
        422, Text("Không kiểm tra được những gì đã gửi", "What was sent cannot be checked")
    ),
    domain.NotKeptByUpdateError: Kind(
        409, Text("Bộ dữ liệu này không nhận cập nhật", "This data set takes no updates")
    ),
    domain.UpdateRefusedError: Kind(422, Text("Cập nhật bị từ chối", "The update is refused")),
    domain.PreconditionFailedError: Kind(412, Text("Đã khác với bản đã xem", "It is not as it was seen")),
    domain.PreconditionMissingError: Kind(428, Text("Cần nói đã xem bản nào", "Say which state was seen")),
    domain.ConflictError: Kind(409, Text("Đã có hoặc đang làm", "It exists or is being done")),
    domain.GenerationGoneError: Kind(
        410, Text("Thế hệ dữ liệu này không còn", "This generation of the data is gone")
    ),
    domain.ResultTooLargeError: Kind(422, Text("Câu trả lời quá lớn", "The answer is too large")),
    domain.QueryStoppedError: Kind(409, Text("Truy vấn đã bị dừng", "The query was stopped")),
    domain.AccessError: Kind(403, Text("Chưa được phép", "Not permitted")),
    domain.CredentialError: Kind(401, Text("Khóa hoặc mã truy cập không đúng", "The key or token is wrong")),
    domain.CredentialMissingError: Kind(401, Text("Cần khóa hoặc mã truy cập", "A key or token is needed")),
    domain.TryAgainError: Kind(503, Text("Hãy thử lại", "Try again"), 5),
    domain.DeadlineExceededError: Kind(504, Text("Truy vấn quá giờ", "The query took too long")),
    domain.BusyError: Kind(503, Text("Dịch vụ đang bận", "The service is busy"), 2),
    domain.AllowanceSpentError: Kind(429, Text("Quá nhiều yêu cầu", "Too many requests"), 2),
    domain.WorkerLostError: Kind(503, Text("Truy vấn bị ngắt", "The query was cut off"), 1),
    domain.WriterBusyError: Kind(
        503, Text("Đang có lần công bố khác", "Another publication is under way"), 5
    ),
    domain.IssuerUnavailableError: Kind(
        503, Text("Chưa hỏi được nơi cấp mã truy cập", "The issuer of tokens does not answer"), 30
    ),
    domain.NoGenerationError: Kind(503, Text("Chưa có dữ liệu", "No data yet"), 30),
    domain.ServerUnreachableError: Kind(
        503, Text("Máy chủ dữ liệu không trả lời", "The data's server does not answer"), 10
    ),
    domain.ServerRefusedError: Kind(
        503, Text("Máy chủ dữ liệu từ chối dịch vụ", "The data's server refuses this service")
    ),
    domain.ServerFailedError: Kind(503, Text("Máy chủ dữ liệu gặp lỗi", "The data's server failed"), 10),
    domain.NoSearchIndexError: Kind(503, Text("Chưa tìm kiếm được", "Nothing to search in yet"), 300),
}


def kind_of(error: type[LienthongError]) -> Kind:
    """The table's entry for the class itself or its nearest ancestor."""
    return next(KINDS[ancestor] for ancestor in error.__mro__ if ancestor in KINDS)


def register(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.add_exception_handler(LienthongError, domain_problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    request: Request,
    *,
    status: int,
    title: Text,
    name: str | None = None,
    detail: Text | None = None,
    hint: Text | None = None,
    place: Place | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document in the caller's language. `name` becomes its `type`; without it, `about:blank`."""
    language = negotiation.language(request)
    document: dict[str, Any] = {
        "type": f"{request.app.state.settings.base_iri}problem/{name}" if name else "about:blank",
        "title": title.of(language),
        "status": status,
        "detail": detail.of(language) if detail else None,
        "hint": hint.of(language) if hint else None,
        "place": _place(place),
        "errors": [_fault(one, language) for one in faults] or None,
        "language": language,
        "requestId": request.scope.get("state", {}).get("request_id"),
    }
    return Response(
        json.dumps({key: value for key, value in document.items() if value is not None}, ensure_ascii=False),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={
            "Content-Language": language,
            "Vary": "Accept, Accept-Language",
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )


def domain_problem(request: Request, error: Exception) -> Response:
    """The problem document of an error of ours."""
    assert isinstance(error, LienthongError)
    kind = kind_of(type(error))
    name = _name(type(error))
    seconds = (isinstance(error, domain.AllowanceSpentError) and error.retry_after) or kind.retry_after
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if kind.status == 401:
        headers["WWW-Authenticate"] = CHALLENGES[type(error)]
    if kind.status >= 500 and not isinstance(error, domain.TryAgainError):
        # Ours to mend, and the message may name files of this machine: it goes to the log, not to the caller.
        log.error("%s: %s", _request_id(request), error)
        return problem(request, status=kind.status, title=kind.title, name=name, hint=_REPORT)
    return problem(
        request,
        status=kind.status,
        title=kind.title,
        name=name,
        detail=error.message,
        hint=error.hint,
        place=error.place,
        faults=error.faults if isinstance(error, domain.UpdateRefusedError) else (),
        headers=headers,
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title, hint = _HTTP.get(error.status_code, (None, None))
    phrase = HTTPStatus(error.status_code).phrase
    detail: object = error.detail
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem(
        request,
        status=error.status_code,
        title=title or Text(phrase, phrase),
        detail=detail if isinstance(detail, Text) else None,
        hint=hint,
        headers=headers,
    )


def _allowed(request: Request) -> str:
    """The methods of all routes at this path (RFC 9110 §10.2.1): the framework tells those of one of them."""
    path = request.scope["path"]
    contexts = iter_route_contexts(request.app.routes)
    found = (one.methods or () for one in contexts if one.path and one.path_regex.match(path))
    return ", ".join(sorted({method for methods in found for method in methods}))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(
        request,
        status=422,
        title=KINDS[domain.ParameterError].title,
        name=_name(domain.ParameterError),
        detail=Text(f"{where}: {first['msg']}", f"{where}: {first['msg']}"),
        hint=Text("Xem /openapi.json", "See /openapi.json"),
        place=Place(column=where),
    )


def _gone(request: Request, error: Exception) -> Response:
    """Nobody reads it: its caller left before the whole request had come."""
    return Response(status_code=499)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s: %s", _request_id(request), type(error).__name__, exc_info=error)
    return problem(
        request,
        status=500,
        title=KINDS[LienthongError].title,
        hint=_REPORT,
        headers={"X-Request-Id": _request_id(request)},
    )


def _request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", "-"))


def _name(error: type[LienthongError]) -> str:
    """GraphNotPermittedError → graph-not-permitted."""
    words = error.__name__.removesuffix("Error")
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in words).lstrip("-")


def _place(place: Place | None) -> dict[str, Any] | None:
    """The place without its file: files are of this machine, and nobody else's business."""
    if place is None:
        return None
    known = {key: value for key, value in asdict(place).items() if value is not None and key != "file"}
    return known or None


def _fault(fault: Fault, language: Language) -> dict[str, str]:
    """One of several reasons, as RFC 9457 §3 tells them: a JSON Pointer where the field is a key."""
    told = {"field": fault.field, "detail": fault.message.of(language)}
    if ":" not in fault.field:
        told["pointer"] = "#/" + fault.field.replace("~", "~0").replace("/", "~1")
    return told if fault.value is None else told | {"value": fault.value}


_REPORT = Text(
    "Hãy báo cho người vận hành kèm theo requestId.", "Tell whoever runs this service; quote the requestId."
)
_HTTP: Mapping[int, tuple[Text, Text | None]] = {
    404: (
        Text("Không tìm thấy", "Not found"),
        Text("Các đường dẫn: /openapi.json", "The paths there are: /openapi.json"),
    ),
    405: (
        Text("Không dùng được phương thức này", "Method not allowed"),
        Text("Xem đầu mục Allow.", "See the Allow header."),
    ),
    413: (Text("Yêu cầu quá lớn", "The request is too large"), None),
}
