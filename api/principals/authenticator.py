"""Identities of requests: from an API key, from a token, or nobody's."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from starlette.datastructures import Headers

from api.principals import credential
from api.principals.tokens import Tokens
from graph.access import ANONYMOUS, Identity
from graph.errors import CredentialError
from graph.registry import Keys, Registry, secret
from graph.settings import Settings
from graph.text import Text

THREADS = 4
"""So many keys are looked up at a time; each takes the memory of a hash, the first time it is shown."""


class Authenticator:
    """The one of an application: an asynchronous context manager.

    Raises SettingError where the settings of the issuer cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._registry = Registry(settings.data_dir)
        self._keys = Keys(self._registry)
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
        self._registry.close()

    async def identity(self, headers: Headers) -> Identity:
        """Raises CredentialError for whatever is shown and is not right, IssuerUnavailableError."""
        shown = credential.shown(headers)
        if shown is None:
            return ANONYMOUS
        if shown.startswith(secret.PREFIX):
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._of_key, shown)
        if "authorization" not in headers:
            raise _unknown_key()
        return await self._tokens.identity(shown)

    def _of_key(self, text: str) -> Identity:
        presented = secret.read(text)
        key = self._keys.verified(presented) if presented else None
        if key is None:
            raise _unknown_key()
        now = datetime.now(UTC)
        if not key.is_valid(now):
            ended = key.revoked or key.expires
            raise CredentialError(
                Text(
                    f"Khóa {key.id} đã hết hiệu lực từ {ended:%Y-%m-%d %H:%M} UTC.",
                    f"The key {key.id} ended on {ended:%Y-%m-%d %H:%M} UTC.",
                ),
                hint=_ASK,
            )
        self._keys.note_use(key, now)
        return Identity("key", f"key:{key.id}", key.label, key.grants, key.expires)


def _unknown_key() -> CredentialError:
    return CredentialError(Text("Khóa không đúng.", "The key is not valid."), hint=_ASK)


_ASK = Text(
    "Xin khóa mới ở người vận hành dịch vụ (lienthong key create).",
    "Ask whoever runs this service for a new one (lienthong key create).",
)
