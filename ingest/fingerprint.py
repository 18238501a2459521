"""A digest of everything a version is made from: equal digests mean an equal version."""

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from graph.settings import ROOT, Settings


def of_files(paths: Iterable[Path], *salt: str) -> str:
    """SHA-256 over the names and contents of the files, in the order of their names."""
    digest = hashlib.sha256("\0".join(salt).encode())
    for path in sorted(set(paths)):
        digest.update(path.name.encode() + b"\0" + bytes.fromhex(of_file(path)))
    return digest.hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of a file's content; read once for each state of the file."""
    state = path.stat()
    return _of_content(path, state.st_size, state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=4096)
def _of_content(path: Path, size: int, changed: int, inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
