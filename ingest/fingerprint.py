"""A digest of everything a version is made from: equal digests mean an equal version."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from graph.settings import ROOT, Settings

_FILES = 4096
"""Digests of so many files are remembered: those of the rules, which every run asks for several times."""
_SETTLED_NS = 1_000_000_000
"""A file that was written so little before may be written again without a later time."""


@dataclass(frozen=True, slots=True)
class FileDigest:
    """SHA-256 of a file's content, and its size in bytes."""

    sha256: str
    size: int


def of_each(paths: Iterable[Path]) -> dict[Path, FileDigest]:
    """The digest of each file, in the order of their paths. One that is as it was is not read again."""
    return {path: _of(path) for path in sorted(set(paths), key=str)}


def _of(path: Path) -> FileDigest:
    state = path.stat()
    if time.time_ns() - state.st_ctime_ns < _SETTLED_NS:
        return _read(path)
    return _remembered(path, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


@lru_cache(maxsize=_FILES)
def _remembered(path: Path, *state: int) -> FileDigest:
    """`state`: what is different when the file is another, or was written again."""
    return _read(path)


def _read(path: Path) -> FileDigest:
    with path.open("rb") as file:
        return FileDigest(hashlib.file_digest(file, "sha256").hexdigest(), file.tell())


def combined(files: Mapping[Path, FileDigest], *salt: str) -> str:
    """SHA-256 over the names and digests of the files, in the order of their names."""
    digest = hashlib.sha256("\0".join(salt).encode())
    for path, one in sorted(files.items(), key=lambda one: str(one[0])):
        digest.update(path.name.encode() + b"\0" + bytes.fromhex(one.sha256))
    return digest.hexdigest()


def of_files(paths: Iterable[Path], *salt: str) -> str:
    """The combined digest of files."""
    return combined(of_each(paths), *salt)


def of_rules(settings: Settings) -> str:
    """The digest of the ontology, the shapes, the programme and the settings that shape quads."""
    return of_files(
        [*settings.ontology_dir.rglob("*.ttl"), *settings.shapes_dir.rglob("*.ttl")],
        settings.base_iri,
        settings.identity_secret.get_secret_value(),
        _of_programme(),
    )


@cache
def _of_programme() -> str:
    return of_files([path for folder in ("graph", "ingest") for path in (ROOT / folder).rglob("*.py")])
