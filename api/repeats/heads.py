"""Look-ups by callers whose request differs from an earlier one in one part alone (see `lookups.Kind`).

What the application makes of a request besides that part (who asks, what that one accepts, the headers that
middlewares add) follows from the head of the request, byte for byte, and from the address it came from: it is
learned from a response, and holds as long as `Standing` does. A query or a key that comes under a known head
goes to the engine without being read as HTTP again. Whatever is not an answer of some size (an error, a large
answer) is told by the application, which is given what came of the query.

A head is found by a keyed hash: it has a key in it, which is kept nowhere.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from api import allowances, compression, request_log
from api.principals.authenticator import Authenticator, Standing
from api.principals.permitted import Permitted
from api.repeats.lookups import Kind, Outcome, Ready, Told, Varied
from api.repeats.repeats import STATUS, Header, Kept, Repeatable, Repeats
from graph.access import Identity
from graph.errors import LienthongError
from graph.sparql.admission import CALLER
from graph.sparql.engine import Engine
from graph.sparql.rate import Rates, Spent

MOST = 1024
"""Of more heads, those not used for longest are learned again."""


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
    """A request under a known head, which may be run. `request`: by what all of it is found among the
    repeated ones. `started`: by `time.perf_counter()`."""

    request: bytes
    ready: Ready
    head: Head
    id: str
    spent: Spent | None
    started: float


@dataclass(frozen=True, slots=True)
class Digests:
    """By what a whole request is found; and its head, where others may come under it (`varied`)."""

    request: bytes
    head: bytes | None
    varied: Varied | None


class Heads:
    """The heads that were used last. To be used in one thread."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        engine: Engine,
        authenticator: Authenticator,
        permitted: Permitted,
        repeats: Repeats,
        rates: Rates | None,
        limit: int,
    ) -> None:
        self._kinds = kinds
        self._engine = engine
        self._repeats = repeats
        self._authenticator = authenticator
        self._permitted = permitted
        self._rates = rates
        self._limit = limit
        self._salt = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Head] = OrderedDict()

    def digests(self, request: bytes, whole: bytes, peer: str) -> Digests:
        """Of a whole request, which is found by `whole`."""
        varied = next((found for kind in self._kinds if (found := kind.varied(request)) is not None), None)
        if varied is None:
            return Digests(whole, None, None)
        made = blake2b(varied.same, key=self._salt, digest_size=32, person=varied.kind.person)
        return Digests(whole, made.digest() + peer.encode(), varied)

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

    def lookup(self, digests: Digests) -> Lookup | None:
        """A request that may be run now; None where the application is to be asked.

        Its caller's allowance is spent then.
        """
        if digests.varied is None or digests.head is None:
            return None
        if (head := self._known.get(digests.head)) is None:
            return None
        started = time.perf_counter()
        if not self._authenticator.holds(head.standing):
            del self._known[digests.head]
            return None
        ready = self._ready(head, digests.varied)
        if ready is None or ready.media_type not in head.lines:
            return None
        spent = self._rates.spend(head.caller, time.monotonic()) if self._rates is not None else None
        if spent is not None and not spent.allowed:
            return None  # told of as any other, which costs the caller nothing more
        self._known.move_to_end(digests.head)
        return Lookup(digests.request, ready, head, request_log.new_id(), spent, started)

    def _ready(self, head: Head, varied: Varied) -> Ready | None:
        try:
            generation = self._engine.current()
            principal = self._permitted.of(head.identity, generation, datetime.now(UTC))
            return varied.kind.ready(varied, head.identity, principal, head.accept, generation)
        except (UnicodeDecodeError, LienthongError):
            return None

    def answer_at_once(self, lookup: Lookup, always: Sequence[Header]) -> bytes | None:
        """The response, with the headers that the server adds to every one; None where its answer has to be
        waited for."""
        told = lookup.ready.at_once()
        return None if told is None else self._response(lookup, told, always)

    async def answer(self, lookup: Lookup, always: Sequence[Header]) -> bytes | Outcome:
        """The same of one that is waited for; else what came of it, for the application to tell."""
        CALLER.set(lookup.head.caller)
        outcome: Told | Outcome
        try:
            outcome = await lookup.ready.run(lookup.id)
        except LienthongError as wrong:
            outcome = wrong
        if not isinstance(outcome, Told):
            if self._rates is not None:
                self._rates.give_back(lookup.head.caller)  # the application counts it
            return outcome
        return self._response(lookup, outcome, always)

    def _response(self, lookup: Lookup, outcome: Told, always: Sequence[Header]) -> bytes:
        made = _made(lookup, outcome)
        told = [*always, (b"x-request-id", lookup.id.encode())]
        if outcome.since is not None:
            self._repeats.keep(lookup.request, made)
            told.append((b"age", b"%d" % (time.monotonic() - outcome.since)))
        if lookup.spent is not None:
            told += allowances.headers(self._limit, lookup.spent)
        request_log.note(lookup.id, "GET", lookup.ready.path, 200, lookup.started)
        return made.written(told)


def _made(lookup: Lookup, outcome: Told) -> Kept:
    body, told = outcome.body, dict(outcome.headers)
    if lookup.head.packs and len(body) >= compression.SMALLEST:
        body = compression.packed(body)
        told["Content-Encoding"] = "gzip"
        if "ETag" in told:
            told["ETag"] = compression.weak(told["ETag"])
    told["Content-Length"] = str(len(body))
    lines = "".join([f"{name.lower()}: {value}\r\n" for name, value in told.items()])
    return Kept(
        head=STATUS + lookup.head.lines[lookup.ready.media_type] + lines.encode("latin-1"),
        body=body,
        path=lookup.ready.path,
        source=Repeatable(lookup.ready.generation, outcome.since or time.monotonic()),
        standing=lookup.head.standing,
        caller=lookup.head.caller,
    )
