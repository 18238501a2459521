"""The key of a person in an IRI: the same in every data set, telling nothing about who it is.

HMAC-SHA256 (RFC 2104) of the citizen number with the secret of the settings, its first 128 bits as 32
hexadecimal digits. In SQL alone, so that a view over millions of rows stays in DuckDB.
"""

import hashlib
import hmac

import duckdb

BLOCK = 64
"""Bytes in a block of SHA-256."""

MACRO = """CREATE OR REPLACE MACRO person_key(number) AS
  sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(number))))[:32]"""


def create(connection: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Creates the macro `person_key(number)` in the connection; NULL where the number is NULL."""
    connection.execute(macro(secret))


def macro(secret: str) -> str:
    """The SQL that defines `person_key` for this secret, with the two padded keys worked out."""
    key = secret.encode()
    if len(key) > BLOCK:
        key = hashlib.sha256(key).digest()
    padded = key.ljust(BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in padded)
    outer = bytes(byte ^ 0x5C for byte in padded)
    return MACRO.format(inner=inner.hex(), outer=outer.hex())


def person_key(number: str, secret: str) -> str:
    """The same in Python, for whoever has one number to look up."""
    return hmac.digest(secret.encode(), number.encode(), "sha256").hex()[:32]
