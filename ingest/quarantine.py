"""What was left out of a version, as a file that its steward can open and work through.

One line for each fault: file, row, column, value, what is wrong and what to do, in Vietnamese and English.
Of a data set that is not open the value stays out; file, row and column say where it stands.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from graph.shacl import Severity
from graph.text import Text

Kind = Literal["unreadable", "unmapped", "entity"]
FOLDER = "quarantine"
HEADER = (
    "tệp / file",
    "bản ghi / row",
    "cột / column",
    "giá trị / value",
    "lý do",
    "reason",
    "cách sửa",
    "remedy",
    "thực thể / entity",
    "quy tắc / rule",
    "hệ quả / consequence",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault. `rows` are data rows of `file` counted from 1, of a duplicate key all of them.

    `kind`: a row that cannot be read, one of which no term can be made, or an entity that breaks a shape; of
    that its IRI, that of the constraint component, the path and the severity.
    `is_consequence`: the entity is sound, but refers to one that was left out.
    """

    kind: Kind
    rule: str
    file: str
    rows: tuple[int, ...]
    column: str | None
    value: str | None
    reason: Text
    remedy: Text
    entity: str | None = None
    is_consequence: bool = False
    shape: str = ""
    constraint: str = ""
    path: str | None = None
    severity: Severity = "violation"

    def without_value(self) -> "Entry":
        return replace(self, value=None)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the two files of one data set are."""

    csv: Path
    json: Path


def write(folder: Path, dataset: str, entries: Sequence[Entry]) -> Files:
    """`<folder>/<data set>.csv`, UTF-8 with a byte order mark so that Excel reads it, and `.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder / f"{dataset}.csv", folder / f"{dataset}.json")
    files.csv.write_bytes(table(entries).encode("utf-8-sig"))
    content = json.dumps([as_json(one) for one in entries], ensure_ascii=False, indent=1)
    files.json.write_text(content + "\n", encoding="utf-8")
    return files


def table(entries: Iterable[Entry]) -> str:
    """The entries as CSV with a header (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for one in entries:
        writer.writerow([_cell(value) for value in _line(one)])
    return text.getvalue()


def as_json(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"rows": list(entry.rows)}


def read(path: Path) -> list[Entry]:
    """The entries of a `.json` file."""
    return [
        Entry(
            **one
            | {"rows": tuple(one["rows"]), "reason": Text(**one["reason"]), "remedy": Text(**one["remedy"])}
        )
        for one in json.loads(path.read_text(encoding="utf-8"))
    ]


def latest(data_dir: Path, dataset: str) -> Files | None:
    """The files of the last run that left something of the data set out; None where there is none."""
    found = sorted((data_dir / "runs").glob(f"*/{FOLDER}/{dataset}.json"))
    return Files(found[-1].with_suffix(".csv"), found[-1]) if found else None


def _line(one: Entry) -> tuple[str | None, ...]:
    rows = "; ".join(map(str, one.rows))
    words = (one.reason.vi, one.reason.en, one.remedy.vi, one.remedy.en)
    return (
        one.file,
        rows,
        one.column,
        one.value,
        *words,
        one.entity,
        one.rule,
        "x" if one.is_consequence else "",
    )


def _cell(value: str | None) -> str:
    """An apostrophe keeps a cell text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    text = value or ""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
