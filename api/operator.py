"""The operator: whoever can read the data folder, proved by a key that lies in it."""

import logging
import os
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe

from starlette.requests import Request

from graph.errors import AccessError
from graph.settings import Settings
from graph.text import Text

HEADER = "Lienthong-Operator"

log = logging.getLogger("lienthong.operator")


def key_file(settings: Settings) -> Path:
    """Made by the first service on a data folder; only its owner may read it."""
    return settings.data_dir / "operator.key"


def make_key(settings: Settings) -> None:
    """Make the key, unless there is one; in a data folder that only reads there is no operator."""
    file = key_file(settings)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as refused:
        log.warning("%s: %s", file, refused.strerror)
        return
    try:
        os.write(descriptor, token_urlsafe(32).encode())
    finally:
        os.close(descriptor)


def require(request: Request, settings: Settings) -> None:
    """Raises AccessError unless the request brings the key."""
    if not is_operator(request, settings):
        raise AccessError(
            Text("Chỉ dành cho người vận hành.", "For the operator only."),
            hint=Text("Trên máy chủ: lienthong queries list", "On the server: lienthong queries list"),
        )


def is_operator(request: Request, settings: Settings) -> bool:
    """Whether the request brings the key."""
    given = request.headers.get(HEADER, "").encode()
    known = key(settings)
    return bool(known) and compare_digest(given, known)


def key(settings: Settings) -> bytes:
    """Empty where there is none, or it is not for this service to read."""
    try:
        return key_file(settings).read_bytes()
    except OSError:
        return b""
