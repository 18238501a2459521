"""Checks of a source against itself: each `checks/<rule>.sql` is a query whose rows are findings.

The file's first comments say what is wrong (`-- vi: …`, `-- en: …`) and how bad (`-- severity: …`). The
query reads the mapping's relations and gives the columns `row` (source row or NULL), `value`, `note`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import duckdb

from graph.errors import MappingError, Place, SourceError, ViolationsError
from graph.text import Text
from ingest import sources
from ingest.report import EXAMPLES, Example, Finding

HEADER = re.compile(r"^--\s*(vi|en|severity):\s*(.+?)\s*$", re.MULTILINE)
Severity = Literal["info", "warning", "violation"]
SEVERITIES = ("info", "warning", "violation")
COLUMNS = ["row", "value", "note"]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, its sentence and its query."""

    rule: str
    severity: Severity
    message: Text
    sql: str
    path: Path


def read(path: Path) -> Check:
    """The check of a file. Raises MappingError where its header says too little."""
    text = path.read_text(encoding="utf-8")
    header = dict(HEADER.findall(text))
    if missing := [name for name in ("vi", "en", "severity") if name not in header]:
        raise MappingError(
            Text(f"Thiếu dòng chú thích {missing}.", f"The header lines {missing} are missing."),
            hint=Text("Bắt đầu tệp bằng: -- vi: …", "Begin the file with: -- vi: …"),
            place=Place(file=str(path), line=1),
        )
    if header["severity"] not in SEVERITIES:
        raise MappingError(
            Text(f"Mức «{header['severity']}» không có.", f"There is no severity “{header['severity']}”."),
            hint=Text(f"Dùng: {', '.join(SEVERITIES)}", f"Use: {', '.join(SEVERITIES)}"),
            place=Place(file=str(path)),
        )
    return Check(path.stem, cast(Severity, header["severity"]), Text(header["vi"], header["en"]), text, path)


def run(
    checks: Sequence[Check], connection: duckdb.DuckDBPyConnection, relations: Collection[str]
) -> list[Finding]:
    """The findings of all checks that find something, in the order of their names. They see `relations`
    and nothing else. Raises MappingError for a check that is not one SELECT over them."""
    return [finding for check in checks if (finding := _run(check, connection, relations)).count]


def refuse(findings: Sequence[Finding]) -> None:
    """Raises ViolationsError where a check of severity violation found something."""
    for finding in findings:
        if finding.severity == "violation":
            example = finding.examples[0]
            raise ViolationsError(
                Text(f"{finding.count}: {finding.message.vi}", f"{finding.count}: {finding.message.en}"),
                hint=Text(
                    "Sửa nguồn rồi chạy lại; bản đã công bố giữ nguyên.",
                    "Mend the source and run again; what is published stays as it was.",
                ),
                place=Place(file=finding.rule, row=example.row, value=example.value),
            )


def _run(check: Check, connection: duckdb.DuckDBPyConnection, relations: Collection[str]) -> Finding:
    try:
        select = sources.parse_select(check.sql, known=relations, place=Place(file=str(check.path)))
        relation = connection.sql(select.sql)
        rows = relation.fetchall()
    except SourceError as wrong:
        raise MappingError(wrong.message, hint=wrong.hint, place=wrong.place) from wrong
    except duckdb.Error as wrong:
        raise MappingError(
            Text(f"Phép kiểm tra không chạy được: {wrong}", f"The check does not run: {wrong}"),
            hint=Text(
                "Phép kiểm tra là một câu SELECT trên các quan hệ của ánh xạ.",
                "A check is one SELECT over the mapping's relations.",
            ),
            place=Place(file=str(check.path)),
        ) from wrong
    if relation.columns != COLUMNS:
        raise MappingError(
            Text(
                f"Phép kiểm tra trả về các cột {relation.columns}.",
                f"The check gives the columns {relation.columns}.",
            ),
            hint=Text(f"Cần đúng: {COLUMNS}", f"It must give exactly {COLUMNS}"),
            place=Place(file=str(check.path)),
        )
    examples = tuple(
        Example(row, None if value is None else str(value), note) for row, value, note in rows[:EXAMPLES]
    )
    return Finding(check.rule, check.severity, check.message, len(rows), examples)
