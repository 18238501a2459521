"""Whole requests and their whole responses, byte for byte, for as long as the response is still right.

Kept are responses from the cache of answers (`graph.sparql.kept`) alone. One is given again where all that
decided it is as it was: the generation, the registry (a key that was revoked, replaced or given other grants,
by whichever process), the time until which the caller's grants were looked at. What differs from one response
to the next is made each time: its request id, its age, what is left of the caller's allowance.

A request is found by a keyed hash of its bytes: they have a key in them, which is kept nowhere.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from api import allowances, request_log
from api.principals.authenticator import Authenticator, Standing
from graph.settings import MIB
from graph.sparql.engine import Engine
from graph.sparql.rate import Rates
from graph.stores.generations import Generation

SHARE = 4
"""A response is kept beside its answer: in this part of the memory for answers, on top of that."""
LARGEST_REQUEST = 16 * 1024
"""Bytes."""
_OVERHEAD = 1024
_NEW_EACH_TIME = frozenset((b"age", b"x-request-id", b"ratelimit", b"ratelimit-policy"))

STATUS = b"HTTP/1.1 200 OK\r\n"
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Repeatable:
    """Said of a response by whoever made it: the generation it was read from, and when it was evaluated
    (`time.monotonic()`)."""

    generation: Generation
    since: float


@dataclass(frozen=True, slots=True)
class Kept:
    """`head`: the status line and the headers that stay the same, without the empty line after them."""

    head: bytes
    body: bytes
    path: str
    source: Repeatable
    standing: Standing
    caller: str

    def written(self, new: Sequence[Header]) -> bytes:
        """All of it, with the headers that this response has of its own."""
        lines = b"".join([b"%b: %b\r\n" % header for header in new])
        return b"%b%b\r\n%b" % (self.head, lines, self.body)

    @property
    def size(self) -> int:
        return len(self.head) + len(self.body) + _OVERHEAD


class Repeats:
    """At most `capacity` bytes of responses; those asked for last stay. To be used in one thread."""

    def __init__(
        self, engine: Engine, authenticator: Authenticator, rates: Rates | None, limit: int, cache_mb: int
    ) -> None:
        self._engine = engine
        self._authenticator = authenticator
        self._rates = rates
        self._limit = limit
        self._capacity = cache_mb * MIB // SHARE
        self._salt = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self.size = 0

    def digest(self, request: bytes, peer: str) -> bytes | None:
        """By which a request of a peer is found; None for one that is never kept."""
        if len(request) > LARGEST_REQUEST:
            return None
        return blake2b(request, key=self._salt, digest_size=32, person=b"repeats").digest() + peer.encode()

    def response(self, digest: bytes, always: Sequence[Header]) -> bytes | None:
        """What is sent, with the headers that the server adds to every response; None where the request has
        to be answered in full, be it with an error."""
        kept = self._kept.get(digest)
        if kept is None:
            return None
        started = time.perf_counter()
        if not self._is_right(kept):
            self._drop(digest)
            return None
        now = time.monotonic()
        told = [*always, (b"age", b"%d" % (now - kept.source.since))]
        if self._rates is not None:
            spent = self._rates.spend(kept.caller, now)
            if not spent.allowed:
                return None  # told of as any other, which costs the caller nothing more
            told += allowances.headers(self._limit, spent)
        request_id = request_log.new_id()
        told.append((b"x-request-id", request_id.encode()))
        self._kept.move_to_end(digest)
        request_log.note(request_id, "GET", kept.path, 200, started)
        return kept.written(told)

    def keep(self, digest: bytes, kept: Kept) -> None:
        """Take the place of the response that was kept of the same request."""
        if kept.size > self._capacity:
            return
        if digest in self._kept:
            self._drop(digest)
        self._kept[digest] = kept
        self.size += kept.size
        while self.size > self._capacity:
            self._drop(next(iter(self._kept)))

    def _is_right(self, kept: Kept) -> bool:
        return self._engine.is_current(kept.source.generation) and self._authenticator.holds(kept.standing)

    def _drop(self, digest: bytes) -> None:
        self.size -= self._kept.pop(digest).size


def lasting(headers: Sequence[Header], without: Collection[bytes] = ()) -> bytes:
    """The lines of those that are the same in every response to a request, `without` some."""
    return b"".join(
        b"%b: %b\r\n" % (name, value)
        for name, value in headers
        if name.lower() not in _NEW_EACH_TIME and name.lower() not in without
    )
