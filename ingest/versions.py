"""Versions on disk: `<data>/datasets/<name>/<version>/`, immutable once it has its name."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from graph.settings import Settings
from graph.stores.generations import Generation

COLUMNS = "columns.duckdb"
CHANGES = "changes.duckdb"
"""What the version added to and removed from the one before it; there where that is little."""
BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """What `version.json` says: when it was issued (ISO 8601, UTC), of which inputs, how many quads."""

    version: str
    dataset: str
    issued: str
    fingerprint: str
    quads: int


def folder_of(settings: Settings, name: str) -> Path:
    return settings.data_dir / "datasets" / name


def published(settings: Settings, current: Generation | None, name: str) -> Path | None:
    """The folder of a data set's version in the current generation, None where it has none."""
    if current is None or name not in current.manifest.datasets:
        return None
    return folder_of(settings, name) / current.manifest.datasets[name].version


def new_folder(parent: Path) -> Path:
    """A folder in which a version is built; it becomes one only through `keep`."""
    folder = parent / f"{BUILDING}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def keep(building: Path, record: VersionRecord) -> Path:
    """Gives a built folder its record and its name, in one rename."""
    write_json(building / "version.json", asdict(record))
    target = building.parent / record.version
    building.rename(target)
    return target


def read(folder: Path) -> VersionRecord:
    return VersionRecord(**json.loads((folder / "version.json").read_text(encoding="utf-8")))


def name_of(issued: datetime, fingerprint: str) -> str:
    return f"{issued:%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"


def discard_unfinished(settings: Settings) -> None:
    """Removes what a run that was killed left behind; only the one writer may call it."""
    for folder in (settings.data_dir / "datasets").glob(f"*/{BUILDING}*"):
        shutil.rmtree(folder)


def prune(settings: Settings, used: set[tuple[str, str]], *, dry_run: bool) -> list[Path]:
    """Removes every version that is not in `used` (data set, version); gives the folders."""
    removed = [
        folder
        for folder in sorted((settings.data_dir / "datasets").glob("*/*"))
        if not folder.name.startswith(".") and (folder.parent.name, folder.name) not in used
    ]
    if not dry_run:
        for folder in removed:
            shutil.rmtree(folder)
    return removed


def write_json(path: Path, value: object) -> None:
    """Whole or not at all: written beside, flushed to disk, renamed."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
