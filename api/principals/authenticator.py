"""Identities of requests: from an API key, from a token, or nobody's."""

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from starlette.datastructures import Headers

from api.principals import credential
from api.principals.remembered import Remembered
from api.principals.tokens import Tokens
from graph.access import ANONYMOUS, Identity, end_of_day
from graph.errors import CredentialError
from graph.registry import Key, Keys, Registry, secret
from graph.registry.keys import NOTED_EVERY
from graph.registry.watch import Version, Watch
from graph.settings import Settings
from graph.text import Text

Result = TypeVar("Result")

THREADS = 4
"""So many keys are looked up at a time; each takes the memory of a hash, the first time it is shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of somebody who was identified: who it is, and what that one may do, is the same as long as the
    registry has this `version` (None: it has no say), and `until` then (seconds since 1970)."""

    version: Version | None
    until: float


class Authenticator:
    """The one of an application: an asynchronous context manager.

    Raises SettingError where the settings of the issuer cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._registry = Registry(settings.data_dir)
        self._keys = Keys(self._registry)
        self._remembered = Remembered(Watch(self._registry.path))
        self._tokens = Tokens(settings)
        self._threads: ThreadPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="keys")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is not None:
            self._threads.shutdown()
        self._remembered.close()
        self._registry.close()

    async def identity(self, headers: Headers) -> Identity:
        """Raises CredentialError for whatever is shown and is not right, IssuerUnavailableError."""
        shown = credential.shown(headers)
        if shown is None:
            return ANONYMOUS
        if shown.startswith(secret.PREFIX):
            return await self._of_key(shown)
        if "authorization" not in headers:
            raise _unknown_key()
        return await self._tokens.identity(shown)

    def standing(self, headers: Headers, identity: Identity) -> Standing | None:
        """Of whom the headers of a request just proved to be this one; None where that is to be asked each
        time, as it is of a token."""
        if identity is ANONYMOUS:
            return Standing(None, math.inf)
        shown = credential.shown(headers)
        key = self._remembered.get(shown) if shown and identity.kind == "key" else None
        version = self._remembered.version()
        if key is None or version is None or _of(key) != identity or key.last_used is None:
            return None
        # A grant ends with a day; that the key was used is noted every minute.
        ends = (key.expires, end_of_day(datetime.now(UTC)), key.last_used + NOTED_EVERY)
        return Standing(version, min(ends).timestamp())

    def holds(self, standing: Standing) -> bool:
        """Whether it still does."""
        if time.time() >= standing.until:
            return False
        return standing.version is None or standing.version == self._remembered.version()

    async def _of_key(self, text: str) -> Identity:
        now = datetime.now(UTC)
        key = self._remembered.get(text)
        if key is None:
            # Read before the key is: what is revoked meanwhile is not remembered as right.
            version = self._remembered.version()
            key = await self._apart(self._verified, text)
            self._remembered.put(text, key, version)
        if not key.is_valid(now):
            raise _ended(key)
        if key.is_use_due(now):
            await self._apart(self._keys.note_use, key, now)
        return _of(key)

    def _verified(self, text: str) -> Key:
        presented = secret.read(text)
        key = self._keys.verified(presented) if presented else None
        if key is None:
            raise _unknown_key()
        return key

    async def _apart(self, work: Callable[..., Result], *given: object) -> Result:
        """In a thread of its own: it hashes, and waits for whoever writes into the registry."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


def _of(key: Key) -> Identity:
    return Identity("key", f"key:{key.id}", key.label, key.grants, key.expires)


def _ended(key: Key) -> CredentialError:
    ended = key.revoked or key.expires
    return CredentialError(
        Text(
            f"Khóa {key.id} đã hết hiệu lực từ {ended:%Y-%m-%d %H:%M} UTC.",
            f"The key {key.id} ended on {ended:%Y-%m-%d %H:%M} UTC.",
        ),
        hint=_ASK,
    )


def _unknown_key() -> CredentialError:
    return CredentialError(Text("Khóa không đúng.", "The key is not valid."), hint=_ASK)


_ASK = Text(
    "Xin khóa mới ở người vận hành dịch vụ (lienthong key create).",
    "Ask whoever runs this service for a new one (lienthong key create).",
)
