"""The public keys of an issuer of tokens (OpenID Connect Discovery 1.0 §4, RFC 7517 §5), kept for a while."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from graph.errors import IssuerUnavailableError
from graph.text import Text

FRESH = 300.0
"""Seconds after which keys are asked for again."""
KEPT = 3600.0
"""Seconds for which keys are used while the issuer does not answer."""
PAUSE = 10.0
"""Seconds between two questions to the issuer, however many tokens name a key that is not known."""
TIMEOUT = 5.0
MOST_BYTES = 1 << 20

log = logging.getLogger("lienthong.principals")


def is_trustworthy(address: str) -> bool:
    """Whether nobody on the way can put keys of his own in the place of the issuer's."""
    parts = urlsplit(address)
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return parts.scheme == "https" or (parts.scheme == "http" and is_local)


class IssuerKeys:
    """Asked for when the first token comes, never before."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._keys: Sequence[PyJWK] = ()
        self._fetched = -KEPT
        self._tried = -KEPT
        self._lock = asyncio.Lock()

    async def key(self, name: str | None) -> PyJWK | None:
        """The key with this id (`kid`), or the only one there is. Raises IssuerUnavailableError."""
        async with self._lock:
            now = time.monotonic()
            found = self._find(name)
            if (found is None or now - self._fetched > FRESH) and now - self._tried > PAUSE:
                self._tried = now
                await self._refresh(now)
                found = self._find(name)
            if now - self._fetched > KEPT:
                raise IssuerUnavailableError(
                    Text("Chưa hỏi được nơi cấp mã truy cập.", "The issuer of tokens does not answer."),
                    hint=Text("Hãy thử lại sau ít phút.", "Try again in some minutes."),
                )
            return found

    def _find(self, name: str | None) -> PyJWK | None:
        if name is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == name), None)

    async def _refresh(self, now: float) -> None:
        try:
            self._keys = await self._fetch()
            self._fetched = now
        except (httpx.HTTPError, PyJWTError, ValueError, KeyError, TypeError) as wrong:
            log.warning("keys of %s: %s: %s", self._issuer, type(wrong).__name__, wrong)

    async def _fetch(self) -> Sequence[PyJWK]:
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            known = await _document(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            # Discovery §4.3: a document that speaks for another issuer is none of this one's.
            if known["issuer"] != self._issuer:
                raise ValueError(f"it calls itself {known['issuer']}")
            if not is_trustworthy(known["jwks_uri"]):
                raise ValueError("its keys are not at an https address")
            keys = PyJWKSet.from_dict(await _document(client, known["jwks_uri"])).keys
        return [key for key in keys if key.public_key_use in (None, "sig")]


async def _document(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    body = bytearray()
    async with client.stream("GET", address) as response:
        response.raise_for_status()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise ValueError(f"{address} is larger than {MOST_BYTES} bytes")
    document: dict[str, Any] = json.loads(body)
    return document
