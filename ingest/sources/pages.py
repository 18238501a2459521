"""The pages of an HTTP API, one after the other, and where the next one is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import json_path
from ingest.sources.request import Paging, Request
from ingest.sources.web import Answer, Web

PAGES = 100_000
"""Most pages of one source."""


class Pages:
    """Answers of one request. Whoever reads them says how many rows the last one had (`rows`): a counter ends
    with the page that has none."""

    def __init__(self, web: Web, request: Request, place: Place) -> None:
        self._web = web
        self._request = request
        self._place = place
        self.rows = 0

    def __iter__(self) -> Iterator[Answer]:
        """Raises what `Web.get` does, and SourceError where pages go round in a ring or have no end."""
        paging = self._request.paging
        counter = paging.first
        is_counted = paging.parameter is not None and paging.next_cursor is None
        url: str | None = self._request.url
        if is_counted:
            url = _with(self._request.url, paging.parameter, counter)
        seen: set[str] = set()
        size = 0
        while url is not None:
            if url in seen or len(seen) >= PAGES:
                raise self._endless(url)
            seen.add(url)
            answer = self._web.get(url, dict(self._request.headers), self._request.credentials, self._place)
            size += answer.size
            self._web.limits.check(size, size, Place(file=self._request.url))
            yield answer
            if is_counted:
                counter += paging.step
                url = _with(self._request.url, paging.parameter, counter) if self.rows else None
            else:
                url = self._next(paging, answer)

    def _next(self, paging: Paging, answer: Answer) -> str | None:
        at = httpx.URL(answer.url)
        if paging.relation is not None:
            link = _links(answer.link).get(paging.relation)
            return None if link is None else str(at.join(link))
        path = paging.next_link or paging.next_cursor
        found = None if path is None else _value(answer.body, path)
        if found in (None, "", False):
            return None
        if paging.next_link is not None:
            return str(at.join(str(found)))
        return _with(self._request.url, paging.parameter, found)

    def _endless(self, url: str) -> SourceError:
        return SourceError(
            Text("Các trang của API nối vòng hoặc không hết.", "The API's pages go in a ring, or never end."),
            hint=Text("Kiểm tra ingest:paging của nguồn.", "Look at the ingest:paging of the source."),
            place=Place(file=url),
        )


def _with(url: str, parameter: str | None, value: object) -> str:
    return str(httpx.URL(url).copy_set_param(parameter or "page", str(value)))


def _links(header: str) -> dict[str, str]:
    """Addresses by relation type (RFC 8288)."""
    answer = httpx.Response(200, headers={"link": header})
    return {relation: str(link.get("url", "")) for relation, link in answer.links.items() if relation}


def _value(body: Path, path: str) -> Any:
    """The first value at the path; None where there is none, or the body is no JSON."""
    try:
        text = body.read_text(encoding="utf-8-sig")
        found = next(json_path.values(text, json_path.parse(path).rfc), None)
    except (ValueError, RecursionError):
        return None
    return None if found is None else json.loads(found)
