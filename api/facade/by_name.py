"""GET and HEAD of all collections, found by name.

They are documented as routes of their own, some for each collection. To try the patterns of hundreds, and to
solve dependencies anew for each request, took more of the processor than to read a resource and write it.
"""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from api.facade.collection import CollectionRoutes
from api.facade.writing import ROOT

_PLACE = "facade"


class ByName(BaseRoute):
    """Whatever answers GET answers HEAD (RFC 9110 §9.3.2)."""

    def __init__(self, collections: Mapping[str, CollectionRoutes]) -> None:
        self._collections = collections

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        root, _, rest = scope["path"].partition(f"{ROOT}/")
        collection, slash, key = rest.partition("/")
        if root or collection not in self._collections or (slash and not key):
            return Match.NONE, {}
        return Match.FULL, {_PLACE: (self._collections[collection], key)}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """They have no names of their own: see the routes that document them."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        routes, key = scope[_PLACE]
        request = Request(scope, receive, send)
        response = await (routes.item(key, request) if key else routes.page(request))
        await response(scope, receive, send)
