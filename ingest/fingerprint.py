"""A digest of everything a version is made from: equal digests mean an equal version."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.settings import ROOT, Settings


@dataclass(frozen=True, slots=True)
class FileDigest:
    """SHA-256 of a file's content, and its size in bytes."""

    sha256: str
    size: int


def of_each(paths: Iterable[Path]) -> dict[Path, FileDigest]:
    """The digest of each file, read once."""
    found = {}
    for path in sorted(set(paths)):
        with path.open("rb") as file:
            found[path] = FileDigest(hashlib.file_digest(file, "sha256").hexdigest(), file.tell())
    return found


def combined(files: Mapping[Path, FileDigest], *salt: str) -> str:
    """SHA-256 over the names and digests of the files, in the order of their names."""
    digest = hashlib.sha256("\0".join(salt).encode())
    for path, one in sorted(files.items()):
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
