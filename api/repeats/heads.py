"""Look-ups by callers whose request differs from an earlier one in its query alone.

What the application makes of a request besides its query (who asks, what that one accepts, the headers that
middlewares add) follows from the head of the request, byte for byte, and from the address it came from: it is
learned from a response, and holds as long as `Standing` does. A query that comes under a known head goes to
the engine without being read as HTTP again. Whatever is not an answer of some size (an error, a large answer)
is told by the application, which is given what came of the query.

A head is found by a keyed hash: it has a key in it, which is kept nowhere.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import unquote_to_bytes

from api import allowances, answers, compression, request_log
from api.pages import published
from api.principals.authenticator import Authenticator, Standing
from api.principals.permitted import Permitted
from api.repeats.repeats import LARGEST_REQUEST, STATUS, Header, Kept, Repeatable, Repeats
from graph.access import Identity
from graph.errors import LienthongError
from graph.sparql.admission import CALLER
from graph.sparql.answer import Answer, Prepared
from graph.sparql.engine import Engine
from graph.sparql.rate import Rates, Spent
from graph.sparql.running import Asked

PATH = "/sparql"
_ASKED = re.compile(rb"GET /sparql\?query=([!\"$%'-~]+)( HTTP/1\.1\r\n)")
MOST = 1024
"""Of more heads, those not used for longest are learned again."""

Outcome = Answer | LienthongError
"""What came of a query."""


@dataclass(frozen=True, slots=True)
class Head:
    """`caller`: whose allowance counts. `packs`: gzip is taken. `lines`: by the media type of an answer, the
    header lines that are not the answer's own."""

    identity: Identity
    standing: Standing
    caller: str
    accept: str | None
    packs: bool
    lines: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query under a known head, which may be run. `request`: by what all of it is found among the repeated
    ones. `started`: by `time.perf_counter()`."""

    request: bytes
    prepared: Prepared
    head: Head
    asked: Asked
    spent: Spent | None
    started: float


@dataclass(frozen=True, slots=True)
class Digests:
    """By what a whole request is found, and its head, where there is more than one query under it."""

    request: bytes
    head: bytes | None


class Heads:
    """The heads that were used last. To be used in one thread."""

    def __init__(
        self,
        engine: Engine,
        authenticator: Authenticator,
        permitted: Permitted,
        repeats: Repeats,
        rates: Rates | None,
        limit: int,
    ) -> None:
        self._repeats = repeats
        self._engine = engine
        self._authenticator = authenticator
        self._permitted = permitted
        self._rates = rates
        self._limit = limit
        self._salt = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Head] = OrderedDict()

    def digest(self, request: bytes, peer: str) -> bytes | None:
        """By which the head of a whole request is found; None where its address has more than a query."""
        asked = _ASKED.match(request)
        if asked is None or len(request) > LARGEST_REQUEST:
            return None
        made = blake2b(request[asked.start(2) :], key=self._salt, digest_size=32, person=b"heads")
        return made.digest() + peer.encode()

    def learn(self, digest: bytes, head: Head, media_type: str, lines: bytes) -> None:
        """What was seen of a head; of answers of other media types what was learned before stays."""
        known = self._known.get(digest)
        before = known.lines if known and known.standing == head.standing else {}
        self._known[digest] = Head(
            head.identity,
            head.standing,
            head.caller,
            head.accept,
            head.packs,
            {**before, media_type: lines},
        )
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def lookup(self, digests: Digests, request: bytes) -> Lookup | None:
        """The query of a request, where it may be run now; None where the application is to be asked.

        Its caller's allowance is spent then.
        """
        if digests.head is None or (head := self._known.get(digests.head)) is None:
            return None
        started = time.perf_counter()
        if not self._authenticator.holds(head.standing):
            del self._known[digests.head]
            return None
        prepared = self._prepared(head, request)
        if prepared is None or prepared.guarded.volatile or prepared.format.media_type not in head.lines:
            return None
        spent = self._rates.spend(head.caller, time.monotonic()) if self._rates is not None else None
        if spent is not None and not spent.allowed:
            return None  # told of as any other, which costs the caller nothing more
        self._known.move_to_end(digests.head)
        asked = Asked(head.identity.name, request_log.new_id())
        return Lookup(digests.request, prepared, head, asked, spent, started)

    def _prepared(self, head: Head, request: bytes) -> Prepared | None:
        asked = _ASKED.match(request)
        assert asked is not None
        try:
            text = unquote_to_bytes(asked[1].replace(b"+", b" ")).decode()
            generation = published.generation(self._engine)
            permitted = self._permitted.of(head.identity, generation, datetime.now(UTC))
            return self._engine.prepare(text, principal_graphs=permitted.graphs, accept=head.accept)
        except (UnicodeDecodeError, LienthongError):
            return None

    async def answer(self, lookup: Lookup, always: Sequence[Header]) -> bytes | Outcome:
        """The response, with the headers that the server adds to every one; else what came of the query, for
        the application to tell."""
        CALLER.set(lookup.head.caller)
        outcome: Outcome
        try:
            outcome = await self._engine.run(lookup.prepared, lookup.asked)
        except LienthongError as wrong:
            outcome = wrong
        if isinstance(outcome, LienthongError) or outcome.size > answers.PIECE:
            if self._rates is not None:
                self._rates.give_back(lookup.head.caller)  # the application counts it
            return outcome
        made = _made(lookup, outcome)
        told = [*always, (b"x-request-id", lookup.asked.id.encode())]
        if outcome.age is not None:
            self._repeats.keep(lookup.request, made)
            told.append((b"age", b"%d" % outcome.age))
        if lookup.spent is not None:
            told += allowances.headers(self._limit, lookup.spent)
        request_log.note(lookup.asked.id, "GET", PATH, 200, lookup.started)
        return made.written(told)


def _made(lookup: Lookup, answer: Answer) -> Kept:
    body, told = answer.body, answers.own_headers(answer)
    told.pop("Age", None)
    if lookup.head.packs and len(body) >= compression.SMALLEST:
        body = compression.packed(body)
        told["Content-Encoding"] = "gzip"
    told["Content-Length"] = str(len(body))
    lines = "".join([f"{name.lower()}: {value}\r\n" for name, value in told.items()])
    return Kept(
        head=STATUS + lookup.head.lines[answer.media_type] + lines.encode("latin-1"),
        body=body,
        path=PATH,
        source=Repeatable(lookup.prepared.generation, time.monotonic() - (answer.age or 0.0)),
        standing=lookup.head.standing,
        caller=lookup.head.caller,
    )
