"""The validation results of a published version, kept beside it: `results.json`."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from graph.columns import SourceRow
from graph.shacl import ValidationReport, Violation
from graph.text import Text
from ingest import versions

FILE = "results.json"


def write(folder: Path, report: ValidationReport, *, confidential: bool) -> None:
    """Without values where they are nobody's business (design: no report repeats personal data)."""
    kept = report.violations
    if confidential:
        kept = tuple(replace(one, value=None) for one in kept)
    versions.write_json(folder / FILE, asdict(replace(report, violations=kept)))


def read(folder: Path) -> ValidationReport | None:
    """None where a version keeps none."""
    path = folder / FILE
    if not path.is_file():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    violations = tuple(map(_violation, values.pop("violations")))
    return ValidationReport(violations, **values)


def _violation(values: dict[str, Any]) -> Violation:
    row = values.pop("source_row")
    return Violation(
        message=Text(**values.pop("message")),
        source_row=None if row is None else SourceRow(*row),
        **values,
    )
