"""What a version was made from, file by file: `inputs.json` beside its columns.

With it the next run can tell which files of changes it has applied already, and that nothing else is new.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingest import versions
from ingest.dataset import DataSet
from ingest.fingerprint import FileDigest

FILE = "inputs.json"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Digests of `files` by path (`data/…` below the folder of source files, else below the data set's), of
    the `rules` they were read by, and which of them are files of changes, by source in the order applied.

    `quarantined` are the entities that were left out, `faulty` counts the rows that were, since they cannot
    be mapped; `context` are the versions of other data sets that the version was validated with.
    """

    rules: str
    files: Mapping[str, str]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quarantined: tuple[str, ...] = ()
    faulty: int = 0
    context: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        versions.write_json(folder / FILE, asdict(self))


NO_INPUTS = Inputs("", {})
"""Of a version that no other will be made from."""


def of(dataset: DataSet, files: Mapping[Path, FileDigest], rules: str) -> Inputs:
    """What a version will be made from: these files of the data set."""
    return Inputs(rules, {_name(dataset, path): one.sha256 for path, one in sorted(files.items())})


def read(version: Path) -> Inputs | None:
    """What a version says of itself; None where it says nothing."""
    path = version / FILE
    if not path.is_file():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    values["changes"] = {name: tuple(files) for name, files in values["changes"].items()}
    return Inputs(**values | {"quarantined": tuple(values["quarantined"])})


def _name(dataset: DataSet, path: Path) -> str:
    if path.is_relative_to(dataset.data):
        return f"data/{path.relative_to(dataset.data).as_posix()}"
    return path.relative_to(dataset.folder).as_posix()
