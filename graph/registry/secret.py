"""The text of an API key, `lt_<id>_<secret>`, and what is kept of it: a hash (argon2id, RFC 9106)."""

import secrets
import string
from dataclasses import dataclass, field
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

PREFIX = "lt_"
_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 12
_SECRET_BYTES = 32
# What OWASP's Password Storage Cheat Sheet asks for at the least, with passwords of people. RFC 9106's second
# choice (64 MiB, 3 passes) took six times the processor, 250 ms: nobody finds 256 random bits either way, and
# a service that hashes less is not tired as easily.
MEMORY = 19 * 1024
"""KiB."""
PASSES = 2


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
    """Costs the time and the memory of a hash: `python -m bench.access`."""
    try:
        return _hasher().verify(kept, secret)
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(memory_cost=MEMORY, time_cost=PASSES, parallelism=1)
