"""Queries by GET, which differ in their text."""

import re
import time
from functools import partial

from api import answers
from api.forms import unquoted
from api.repeats.lookups import Outcome, Ready, Told, Varied
from graph.access import Identity, Principal
from graph.sparql.answer import Answer, Prepared
from graph.sparql.engine import Engine
from graph.sparql.outline import LONGEST
from graph.sparql.running import Asked
from graph.stores.generations import Generation

PATH = "/sparql"
_ASKED = re.compile(rb"GET /sparql\?query=([!\"$%'-~]+)( HTTP/1\.1\r\n)")


class Queries:
    own = answers.OWN
    person = b"queries"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def varied(self, request: bytes) -> Varied | None:
        """None where the address has more than a query, or one that is read in turn."""
        asked = _ASKED.match(request)
        if asked is None or len(asked[1]) > LONGEST:
            return None
        return Varied(self, asked[1], request[asked.start(2) :])

    def ready(
        self,
        varied: Varied,
        identity: Identity,
        principal: Principal,
        accept: str | None,
        generation: Generation,
    ) -> Ready | None:
        text = unquoted(varied.part).decode()
        prepared = self._engine.prepare(text, principal_graphs=principal.graphs, accept=accept)
        if prepared.guarded.volatile:
            return None
        at_once, run = partial(self._at_once, prepared), partial(self._run, prepared, identity.name)
        return Ready(PATH, prepared.format.media_type, prepared.generation, at_once, run)

    def _at_once(self, prepared: Prepared) -> Told | None:
        answer = self._engine.at_once(prepared)
        return None if answer is None or answer.size > answers.PIECE else _told(answer)

    async def _run(self, prepared: Prepared, name: str, request_id: str) -> Told | Outcome:
        """A large answer is told by the application."""
        answer = await self._engine.evaluate(prepared, Asked(name, request_id))
        return answer if answer.size > answers.PIECE else _told(answer)


def _told(answer: Answer) -> Told:
    headers = answers.own_headers(answer)
    headers.pop("Age", None)
    since = None if answer.age is None else time.monotonic() - answer.age
    return Told(answer.body, headers, since)
