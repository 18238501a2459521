"""An HTTP API as a source: the form of a Web of Things affordance (RML-IO names td:Thing), or the address of
a dcat:Distribution; our own vocabulary for paging and credentials.

A password or a token in the document is refused: `ingest:credentials` names one among the settings.
"""

from rdflib import Literal, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.document import Document
from ingest.sources.json_path import JsonPathError, parse
from ingest.sources.request import Paging, Request

TD = Namespace("https://www.w3.org/2019/wot/td#")
HCTL = Namespace("https://www.w3.org/2019/wot/hypermedia#")
HTV = Namespace("http://www.w3.org/2011/http#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")

_SECRET = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key", "apikey", "api-key"})
_PAGING = ("nextLink", "linkRelation", "nextCursor", "pageParameter", "offsetParameter")


def read_request(document: Document, node: Node, ingest: Namespace, place: Place) -> Request | None:
    """None where `node` describes no HTTP API. Raises MappingError for what is not read."""
    if isinstance(node, Literal):
        return None
    form = document.object(node, TD.hasForm)
    url = document.text_of(form, HCTL.hasTarget) if form is not None else None
    url = url or document.text_of(node, DCAT.downloadURL) or document.text_of(node, DCAT.accessURL)
    if url is None:
        return None
    method = document.text_of(form, HTV.methodName) if form is not None else None
    if not url.startswith(("http://", "https://")) or "@" in url.split("/")[2]:
        raise MappingError(
            Text(f"Địa chỉ API không dùng được: {url}", f"The API's address cannot be used: {url}"),
            hint=Text(
                "Viết https://máy-chủ/…, không có tài khoản hay mật khẩu.",
                "Write https://server/…, without user or password.",
            ),
            place=place,
        )
    if (method or "GET").upper() != "GET":
        raise MappingError(
            Text(f"Không gọi API bằng {method}.", f"An API is not called with {method}."),
            hint=Text("Chỉ dùng GET.", "GET alone may be used."),
            place=place,
        )
    sent = document.text_of(form, HCTL.forContentType) if form is not None else None
    return Request(
        url,
        sent or "",
        _headers(document, form, place) if form is not None else (),
        document.text_of(node, ingest.credentials),
        _paging(document, node, ingest, place),
    )


def _headers(document: Document, form: Node, place: Place) -> tuple[tuple[str, str], ...]:
    listed = document.object(form, HTV.headers)
    nodes = list(Collection(document.graph, listed)) if listed is not None else []
    headers = []
    for node in nodes:
        name, value = document.text_of(node, HTV.fieldName), document.text_of(node, HTV.fieldValue)
        if not name or value is None or name.lower() in _SECRET:
            raise MappingError(
                Text(f"Tiêu đề HTTP không dùng được: {name}", f"The HTTP header cannot be used: {name}"),
                hint=Text(
                    "Viết htv:fieldName và htv:fieldValue; khóa và mật khẩu đặt trong "
                    "LIENTHONG_HTTP_CREDENTIALS, ánh xạ chỉ nêu tên bằng ingest:credentials.",
                    "Write htv:fieldName and htv:fieldValue; keys and passwords are set in "
                    "LIENTHONG_HTTP_CREDENTIALS, the mapping names them with ingest:credentials.",
                ),
                place=place,
            )
        headers.append((name, value))
    return tuple(headers)


def _paging(document: Document, node: Node, ingest: Namespace, place: Place) -> Paging:
    described = document.object(node, ingest.paging)
    if described is None:
        return Paging()
    values = {local: document.text_of(described, ingest[local]) for local in _PAGING}
    given = [local for local, value in values.items() if value]
    if len(given) != 1:
        listed = ", ".join(f"ingest:{local}" for local in _PAGING)
        raise MappingError(
            Text("ingest:paging phải có đúng một cách.", "An ingest:paging has exactly one way."),
            hint=Text(f"Một trong: {listed}", f"One of: {listed}"),
            place=place,
        )
    for local in ("nextLink", "nextCursor"):
        _check_path(values[local], place)
    parameter = values["pageParameter"] or values["offsetParameter"]
    if values["nextCursor"]:
        parameter = document.text_of(described, ingest.cursorParameter)
        if not parameter:
            raise _missing("cursorParameter", place)
    step = _number(document, described, ingest, "pageSize", place) if values["offsetParameter"] else 1
    if step is None:
        raise _missing("pageSize", place)
    first = _number(document, described, ingest, "firstPage", place)
    return Paging(
        next_link=values["nextLink"],
        relation=values["linkRelation"],
        parameter=parameter,
        next_cursor=values["nextCursor"],
        first=first if first is not None else 0 if values["offsetParameter"] else 1,
        step=step,
    )


def _check_path(path: str | None, place: Place) -> None:
    try:
        parse(path or "$")
    except JsonPathError as wrong:
        raise MappingError(
            Text(f"JSONPath sai: {path}", f"Bad JSONPath: {path}"),
            hint=Text(f"Dùng được: {wrong.allowed}", f"These may be used: {wrong.allowed}"),
            place=place,
        ) from wrong


def _number(document: Document, node: Node, ingest: Namespace, local: str, place: Place) -> int | None:
    written = document.text_of(node, ingest[local])
    if written is not None and not (written.isascii() and written.isdigit()):
        raise MappingError(
            Text(f"ingest:{local} phải là số.", f"ingest:{local} must be a number."), place=place
        )
    return None if written is None else int(written)


def _missing(local: str, place: Place) -> MappingError:
    return MappingError(
        Text(f"Thiếu ingest:{local}.", f"ingest:{local} is missing."),
        place=place,
    )
