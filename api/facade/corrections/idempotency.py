"""Idempotency-Key: a request that is sent again is done once (draft-ietf-httpapi-idempotency-key-header).

Each key of each caller is a file in the data folder, so that it holds across restarts. Its lock is held while
the request is done; it is let go by whatever ends the process.
"""

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ConflictError, LienthongError, ParameterError, Place, UpdateRefusedError
from graph.text import Text

FOLDER = "idempotency"
KEPT_SECONDS = 24 * 3600.0
HEADER = "Idempotency-Key"
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')


@dataclass(slots=True)
class Request:
    """One that carries a key. `digest` is that of the key and its sender; `made`: the IRI of what came of it,
    where it was done before; `is_repeated`: it was begun before."""

    digest: str
    made: str | None
    is_repeated: bool
    _file: int
    _body: str

    def done(self, iri: str) -> None:
        """Remember what came of it."""
        _write(self._file, {"body": self._body, "made": iri})


def read(header: str | None) -> str:
    """The key. Raises ParameterError where there is none that can be used."""
    found = _KEY.fullmatch(header.strip()) if header else None
    if found is None:
        raise ParameterError(
            Text(f"Thiếu đầu mục {HEADER}.", f"The header {HEADER} is missing."),
            hint=Text(
                f'{HEADER}: "một UUID mới cho mỗi tài nguyên mới"',
                f'{HEADER}: "a new UUID for each new resource"',
            ),
            place=Place(column=HEADER),
        )
    return found[1]


@contextmanager
def held(data_dir: Path, key: str, sender: str, body: bytes) -> Iterator[Request]:
    """Raises ConflictError while the same is being done, UpdateRefusedError for another body with the key."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget(folder)
    digest = hashlib.sha256(f"{sender}\0{key}".encode()).hexdigest()
    sent = hashlib.sha256(body).hexdigest()
    file = os.open(folder / digest, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(file)
        told = _told(file)
        _refuse_another(told, sent)
        if not told:
            _write(file, {"body": sent, "made": None})
        with _forgetting(file):
            yield Request(digest, told.get("made"), bool(told), file, sent)
    finally:
        os.close(file)


@contextmanager
def _forgetting(file: int) -> Iterator[None]:
    """Of what was refused nothing stays: the same key may come with a body that was mended."""
    try:
        yield
    except LienthongError:
        if _told(file).get("made") is None:
            os.ftruncate(file, 0)
        raise


def _refuse_another(told: dict[str, str | None], sent: str) -> None:
    if told and told["body"] != sent:
        raise UpdateRefusedError(
            Text(f"{HEADER} này đã dùng cho một phần thân khác.", f"This {HEADER} came with another body."),
            hint=Text("Dùng khóa mới cho tài nguyên mới.", "Use a new key for a new resource."),
        )


def _lock(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConflictError(
            Text("Yêu cầu này đang được làm.", "This request is being done."),
            hint=Text("Chờ rồi gửi lại.", "Wait, then send it again."),
        ) from None


def _told(file: int) -> dict[str, str | None]:
    told: dict[str, str | None] = json.loads(os.pread(file, 1 << 16, 0) or b"{}")
    return told


def _write(file: int, told: dict[str, str | None]) -> None:
    text = json.dumps(told).encode()
    os.ftruncate(file, 0)
    os.pwrite(file, text, 0)
    os.fsync(file)


def _forget(folder: Path) -> None:
    before = time.time() - KEPT_SECONDS
    for one in folder.iterdir():
        if one.stat().st_mtime < before:
            one.unlink(missing_ok=True)
