"""Resources of a collection by GET, which differ in their key."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from urllib.parse import parse_qsl

from starlette.datastructures import State

from api.facade import offered_formats
from api.facade.collection import Caller, CollectionRoutes
from api.facade.kept import Written
from api.facade.moment import Asked
from api.facade.parameters import Item
from api.facade.writing import ROOT
from api.repeats.lookups import Outcome, Ready, Told, Varied
from graph.access import Identity, Principal
from graph.stores.generations import Generation

_ASKED = re.compile(
    rf"GET ({ROOT}/([a-z][a-z0-9-]*)/([\w.~/-]+))(?:\?([!\"$%&'-~]*))?( HTTP/1\.1\r\n)".encode(), re.ASCII
)
_parameters = lru_cache(maxsize=256)(lambda query: tuple(parse_qsl(query, keep_blank_values=True)))


class Resources:
    own = frozenset((b"content-encoding", b"content-length", b"etag", b"lienthong-generation", b"link"))
    person = b"resources"

    def __init__(self, collections: Mapping[str, CollectionRoutes], state: State) -> None:
        self._collections = {name.encode(): routes for name, routes in collections.items()}
        self._state = state

    def varied(self, request: bytes) -> Varied | None:
        """None where the key is written with anything that would have to be decoded."""
        asked = _ASKED.match(request)
        if asked is None or asked[2] not in self._collections:
            return None
        return Varied(self, asked[1], b"%b?%b%b" % (asked[2], asked[4] or b"", request[asked.start(5) :]))

    def ready(
        self,
        varied: Varied,
        identity: Identity,
        principal: Principal,
        accept: str | None,
        generation: Generation,
    ) -> Ready | None:
        collection, _, rest = varied.same.partition(b"?")
        routes = self._collections[collection]
        query = rest.partition(b" HTTP/")[0].decode("ascii")
        given = _parameters(query)
        chosen = offered_formats.of(dict(given).get("format"), accept, routes.resource)
        path = varied.part.decode("ascii")
        caller = Caller(self._state, principal, generation, chosen, path, query)
        wanted = routes.wanted(given, caller.sight)
        if wanted.day is not None or wanted.generation is not None:
            return None
        key = path.removeprefix(f"{ROOT}/{collection.decode('ascii')}/")
        run = partial(self._run, routes, caller, key, wanted)
        return Ready(path, chosen.media_type, generation, partial(self._at_once, routes, caller), run)

    def _at_once(self, routes: CollectionRoutes, caller: Caller) -> Told | None:
        tag = caller.tag(caller.current.id, routes.knowledge.digest)
        again = caller.given_before(Asked(), caller.current, tag)
        return None if again is None else Told(again.body, self._headers(again), again.since)

    async def _run(
        self, routes: CollectionRoutes, caller: Caller, key: str, wanted: Item, _: str
    ) -> Told | Outcome:
        written = await routes.one(caller, key, wanted, Asked(), caller.current)
        return Told(written.body, self._headers(written), None)

    def _headers(self, written: Written) -> dict[str, str]:
        return {name: value for name, value in written.headers.items() if name.lower().encode() in self.own}
