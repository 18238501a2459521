"""Which programmes and which mapping made a version: kept with every run."""

import hashlib
from functools import cache
from importlib.metadata import version

from ingest.dataset import DataSet

PROGRAMMES = ("lienthong", "duckdb", "pyoxigraph", "pyshacl", "rdflib")


@cache
def versions() -> dict[str, str]:
    """The installed version of each programme by its distribution's name."""
    return {name: version(name) for name in PROGRAMMES}


def mapping_digest(dataset: DataSet) -> str:
    """SHA-256 over the mapping documents, the views and the checks of a data set."""
    digest = hashlib.sha256()
    files = [
        dataset.mapping,
        dataset.connection,
        *sorted(dataset.folder.glob("views/*.sql")),
        *dataset.checks,
    ]
    for path in files:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
