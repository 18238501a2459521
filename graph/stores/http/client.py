"""One connection to a SPARQL server: queries with their dataset (SPARQL 1.1 Protocol §2.1), graphs (Graph
Store Protocol §5). No redirection is followed, no proxy asked: data goes where the settings say or nowhere.
"""

import ssl
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from graph.errors import ResultTooLargeError
from graph.stores.http import refusals
from graph.stores.http.server import Server
from graph.text import Text

_CONNECTING_SECONDS = 5.0
_NTRIPLES = "application/n-triples"
_PIECE = 1 << 20


class DeclinedError(Exception):
    """The server does not take a query for one, or not one that it evaluates."""


class _Credentials(httpx.Auth):
    """User and password, shown when asked for, by the scheme asked for: Virtuoso wants Digest, most Basic."""

    def __init__(self, credentials: str) -> None:
        user, _, password = credentials.partition(":")
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            response = yield request
            if response.status_code != 401:
                return
            asked = response.headers.get("WWW-Authenticate", "").lower()
            self._chosen = self._digest if "digest" in asked else self._basic
        yield from self._chosen.auth_flow(request)


class _Again:
    """The bytes of a file, from the beginning each time: a server may ask who is there when it has them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


class Client:
    """`seconds`: how long one read of an answer may take; None where the caller has a deadline of its own."""

    def __init__(self, server: Server, *, seconds: float | None) -> None:
        self._server = server
        self._client = httpx.Client(
            auth=_Credentials(server.credentials) if server.credentials else None,
            timeout=httpx.Timeout(seconds, connect=_CONNECTING_SECONDS),
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(),
            headers={"Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @contextmanager
    def asked(
        self, text: str, *, default_graphs: Sequence[str], named_graphs: Sequence[str], accept: str
    ) -> Iterator[Iterator[bytes]]:
        """The pieces of an answer of the media type `accept`.

        Raises DeclinedError, ResultTooLargeError where the server says that it leaves rows out, and what
        `graph.stores.http.refusals` has.
        """
        if not default_graphs or not named_graphs:
            # Virtuoso lets GRAPH reach every graph where there is no named one.
            raise ValueError("a dataset without graphs is that of the whole server")
        form = {"query": text, "default-graph-uri": [*default_graphs], "named-graph-uri": [*named_graphs]}
        request = self._client.build_request(
            "POST", self._server.queries, data=form, headers={"Accept": accept}
        )
        response = self._sent(request)
        try:
            _refuse(response, accept)
            yield _pieces(response)
        finally:
            response.close()

    def put(self, graph: str, triples: Path) -> None:
        """Make the graph the triples of a file of N-Triples."""
        self._graph("PUT", graph, triples)

    def delete(self, graph: str) -> None:
        """Remove the graph, if it is there."""
        self._graph("DELETE", graph)

    def _graph(self, method: str, graph: str, triples: Path | None = None) -> None:
        headers: dict[str, str] = {}
        if triples is not None:
            # With its length: of what comes in chunks Virtuoso 7.2 makes an empty graph, and says 201.
            headers = {"Content-Type": _NTRIPLES, "Content-Length": str(triples.stat().st_size)}
        request = self._client.build_request(
            method,
            self._server.graphs,
            params={"graph": graph},
            content=_Again(triples) if triples is not None else None,
            headers=headers,
        )
        response = self._sent(request)
        response.close()
        if not response.is_success and not (method == "DELETE" and response.status_code == 404):
            raise _error(response.status_code)

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            try:
                return self._client.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # A connection that was kept, and that the server closed at this very moment.
                return self._client.send(request, stream=True)
        except httpx.TransportError:
            # From None: what it says names the server.
            raise refusals.unreachable() from None


def _refuse(response: httpx.Response, accept: str) -> None:
    if response.status_code in (400, 422):
        raise DeclinedError
    if response.status_code != 200:
        raise _error(response.status_code)
    rows = response.headers.get("X-SPARQL-MaxRows")
    if rows is not None:
        # Virtuoso says so where it may have left rows out: where it sent as many as it sends.
        raise ResultTooLargeError(
            Text(
                f"Câu trả lời có từ {rows} dòng trở lên, mức máy chủ SPARQL giữ dữ liệu gửi đi.",
                f"The answer has the {rows} rows that the SPARQL server sends at most, or more.",
            ),
            hint=Text("Thêm LIMIT và OFFSET.", "Add LIMIT and OFFSET."),
        )
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    # Virtuoso says by its SQL state that time was up and solutions are missing.
    if media_type != accept or "X-SQL-State" in response.headers:
        raise refusals.incomplete()


def _error(status: int) -> Exception:
    if status in (429, 502, 503):
        return refusals.unreachable()
    return refusals.failed(status) if status >= 500 else refusals.refused(status)


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes()
    except httpx.TransportError:
        raise refusals.incomplete() from None
