"""The text of an API key, `lt_<id>_<secret>`, and what is kept of it: a hash (argon2id, RFC 9106 §4)."""

import secrets
import string
from dataclasses import dataclass, field
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

PREFIX = "lt_"
_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 12
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Presented:
    """A key as its holder shows it: `id` is looked up, `secret` is compared with the hash."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        return f"{PREFIX}{self.id}_{self.secret}"


def new() -> Presented:
    """62 bits of id, which nobody guesses either, and 256 bits of secret."""
    return Presented(
        "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH)), secrets.token_urlsafe(_SECRET_BYTES)
    )


def read(text: str) -> Presented | None:
    """The parts of a key; None for what has another form."""
    if not text.startswith(PREFIX):
        return None
    name, _, secret = text.removeprefix(PREFIX).partition("_")
    if len(name) != _ID_LENGTH or not set(name) <= set(_LETTERS) or not secret:
        return None
    return Presented(name, secret)


def hashed(secret: str) -> str:
    """The hash with its parameters and a salt of its own, in the usual notation (`$argon2id$…`)."""
    return _hasher().hash(secret)


def is_right(secret: str, kept: str) -> bool:
    """Costs some 50 ms and 64 MiB: what makes trying secrets out dear."""
    try:
        return _hasher().verify(kept, secret)
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
