"""The reports of a data folder's runs: `runs/<run>/validation/<data set>.json`.

A run writes one for each data set that it judged, published or refused; they stay when versions are removed.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from graph.shacl.reporting import as_json
from graph.shacl.reporting.report import Report

FOLDER = "validation"
RUN = re.compile(r"[0-9]{8}T[0-9]{12}Z")


def write(run: Path, report: Report) -> Path:
    """The report's file below the folder of its run."""
    path = run / FOLDER / f"{report.subject}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json.written(report), ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def newest(data_dir: Path, dataset: str, most: int) -> list[Report]:
    """The last reports of a data set, the newest first."""
    found: list[Report] = []
    for path in _paths(data_dir, dataset):
        if len(found) == most:
            break
        found.append(as_json.read(json.loads(path.read_text(encoding="utf-8"))))
    return found


def _paths(data_dir: Path, dataset: str) -> Iterator[Path]:
    runs = data_dir / "runs"
    names = sorted((one.name for one in runs.iterdir()), reverse=True) if runs.is_dir() else []
    for name in names:
        path = runs / name / FOLDER / f"{dataset}.json"
        if RUN.fullmatch(name) and path.is_file():
            yield path
