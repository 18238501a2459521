"""Requests that differ from each other in one part of their address alone: what each kind of them is, and
how one is answered by whoever knows the rest."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from graph.access import Identity, Principal
from graph.errors import LienthongError
from graph.sparql.answer import Answer
from graph.stores.generations import Generation


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with the headers that no other one need have. `since`: when it was made
    (`time.monotonic()`), where it may be given again."""

    body: bytes
    headers: Mapping[str, str]
    since: float | None


Outcome = Answer | LienthongError
"""What came of a query, where the application has to tell it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A look-up that may be run now, given the id of its request. Raises LienthongError.

    `at_once`: what is told without anything having to be waited for; None where it is to be run.
    """

    path: str
    media_type: str
    generation: Generation
    at_once: Callable[[], Told | None]
    run: Callable[[str], Awaitable[Told | Outcome]]


@dataclass(frozen=True, slots=True)
class Varied:
    """A request: the `part` in which it differs from the others, and what is the `same` in all, besides their
    kind."""

    kind: "Kind"
    part: bytes
    same: bytes


class Kind(Protocol):
    """`own`: the headers that an answer has of its own, in lower case. `person`: tells its digests from those
    of other kinds (at most 16 bytes)."""

    own: frozenset[bytes]
    person: bytes

    def varied(self, request: bytes) -> Varied | None:
        """None where the request is of another kind."""
        ...

    def ready(
        self,
        varied: Varied,
        identity: Identity,
        principal: Principal,
        accept: str | None,
        generation: Generation,
    ) -> Ready | None:
        """None where the application is to be asked. Raises LienthongError, UnicodeDecodeError."""
        ...
