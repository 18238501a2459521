"""A digest of everything a version is made from: equal digests mean an equal version."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from graph.settings import ROOT, Settings


def of_files(paths: Iterable[Path], *salt: str) -> str:
    """SHA-256 over the names and contents of the files, in the order of their names."""
    digest = hashlib.sha256("\0".join(salt).encode())
    for path in sorted(set(paths)):
        with path.open("rb") as file:
            digest.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


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
