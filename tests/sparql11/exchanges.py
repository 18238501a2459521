"""Requests and the responses wanted, which the suite writes down as HTTP and Content in RDF."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from tests.sparql11.suite import Term, manifests

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_HT = "http://www.w3.org/2011/http#"
_CNT = "http://www.w3.org/2011/content#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_STATUS = "http://www.w3.org/2011/http-statusCodes#"
_CODES = {"OK": "200", "Created": "201", "NoContent": "204", "BadRequest": "400", "NotFound": "404"}


@dataclass(frozen=True)
class Exchange:
    """`statuses`: codes, or the first digits of some; `format`: boolean, tabular or RDF."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str | None
    content_type: str | None
    content: str | None

    def allows(self, status: int) -> bool:
        return not self.statuses or str(status).startswith(self.statuses)


def exchanges(kind: str) -> Iterator[tuple[str, tuple[Exchange, ...]]]:
    """The tests of a kind (`ProtocolTest`, `GraphStoreProtocolTest`) by name, in the order of the names."""
    found = {
        quad.subject.value.rpartition("#")[2]: quad.subject
        for quad in manifests().quads_for_pattern(None, ox.NamedNode(f"{_RDF}type"), ox.NamedNode(_MF + kind))
        if "/http-rdf-update/" not in quad.graph_name.value  # an older form of the same tests
    }
    for name in sorted(found):
        action = _value(found[name], f"{_MF}action")
        yield name, tuple(map(_exchange, _items(_value(action, f"{_HT}requests"))))


def _exchange(request: Term) -> Exchange:
    response = _value(request, f"{_HT}resp")
    boolean = _text(response, f"{_MF}expectedBoolean")
    wanted = dict(_headers(response))
    statuses = (one.value.removeprefix(_STATUS) for one in _values(response, f"{_MF}expectedStatus"))
    encoding = _text(_value(request, f"{_HT}body"), f"{_CNT}characterEncoding") or "UTF-8"
    return Exchange(
        _text(request, f"{_HT}methodName") or "",
        _text(request, f"{_HT}absolutePath") or "",
        tuple(_headers(request)),
        (_text(_value(request, f"{_HT}body"), f"{_CNT}chars") or "").encode(encoding),
        tuple(_CODES.get(one) or one.removeprefix("StatusCode").removesuffix("xx") for one in statuses),
        None if boolean is None else boolean == "true",
        _text(response, f"{_MF}expectedFormat"),
        wanted.get("content-type"),
        _text(_value(response, f"{_HT}body"), f"{_CNT}chars"),
    )


def _headers(message: Term | None) -> Iterator[tuple[str, str]]:
    for header in _items(_value(message, f"{_HT}headers")):
        yield _text(header, f"{_HT}fieldName") or "", _text(header, f"{_HT}fieldValue") or ""


def _items(head: Term | None) -> Iterator[Term]:
    while head is not None and (first := _value(head, f"{_RDF}first")) is not None:
        yield first
        head = _value(head, f"{_RDF}rest")


def _values(subject: Term | None, predicate: str) -> list[Term]:
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return []
    quads = manifests().quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return sorted({quad.object for quad in quads}, key=str)


def _value(subject: Term | None, predicate: str) -> Term | None:
    return next(iter(_values(subject, predicate)), None)


def _text(subject: Term | None, predicate: str) -> str | None:
    found = _value(subject, predicate)
    return None if found is None else found.value
