"""The columns and rows of a file, whatever its format, as the mapping will see them."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import openpyxl

from graph.errors import ParameterError, Place
from graph.text import Text
from ingest import sources
from ingest.sources import Dialect, Format, LogicalSource
from ingest.sources.relation import quoted

ROWS = 20_000
"""Most rows that are looked at."""

FORMATS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".json": Format.JSON,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
    ".parquet": Format.PARQUET,
    ".xlsx": Format.XLSX,
    ".xml": Format.XML,
}
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """References into a row (column names, JSONPaths or XPaths) with the values that the first rows have."""

    source: LogicalSource
    columns: dict[str, list[str | None]]
    rows: int


def read(path: Path) -> Table:
    """The first `ROWS` rows of a file. Raises ParameterError for a format that is not read, SourceError."""
    source = describe(path)
    with duckdb.connect() as connection:
        relation = sources.extract(
            connection, source, data_dir=path.parent, mapping_dir=path.parent, tolerant=True
        )
        rows = connection.execute(
            f"SELECT * EXCLUDE (row) FROM {quoted(source.name)} ORDER BY row LIMIT {ROWS}"
        ).fetchall()
    if source.format.is_nested:
        values = [dict(_leaves(json.loads(row[0]), source.format is Format.XML)) for row in rows]
        names = dict.fromkeys(name for row in values for name in row)
        columns = {name: [row.get(name) for row in values] for name in names}
    else:
        columns = {name: [row[at] for row in rows] for at, name in enumerate(relation.columns)}
    return Table(source, columns, relation.rows)


def describe(path: Path) -> LogicalSource:
    """The logical source of a file, from its ending and its first bytes."""
    kind = FORMATS.get(path.suffix.lower())
    if kind is None or not path.is_file():
        known = ", ".join(FORMATS)
        raise ParameterError(
            Text(f"Không đọc được tệp «{path.name}».", f"The file “{path.name}” cannot be read."),
            hint=Text(f"Các đuôi tệp đọc được: {known}", f"Endings that are read: {known}"),
            place=Place(file=str(path)),
        )
    iterator = None
    delimiter = ","
    match kind:
        case Format.CSV:
            delimiter = _delimiter(path)
        case Format.JSON:
            iterator = _json_iterator(path)
        case Format.NDJSON:
            iterator = "$"
        case Format.XLSX:
            iterator = _sheet(path)
        case Format.XML:
            iterator = _repeated(path)
    return LogicalSource("source", path.name, kind, iterator, dialect=Dialect(delimiter))


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        line = file.readline()
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([line], delimiter=one), [])))


def _json_iterator(path: Path) -> str:
    """The path of the first array of objects."""
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    if isinstance(document, list):
        return "$[*]"
    if isinstance(document, dict):
        for name, value in document.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return f"$.{name}[*]"
    return "$"


def _sheet(path: Path) -> str:
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        return str(workbook.sheetnames[0])
    finally:
        workbook.close()


def _repeated(path: Path) -> str:
    """The path of the element that occurs most often, the outermost of those that occur alike."""
    counts: Counter[str] = Counter()
    at: list[str] = []
    for event, element in ElementTree.iterparse(path, events=("start", "end")):
        if event == "start":
            at.append(element.tag)
            if len(at) <= 3:
                counts["/" + "/".join(at)] += 1
        else:
            at.pop()
            element.clear()
    candidates = [one for one in counts if one.count("/") == 2 and counts[one] > 1] or list(counts)[1:2]
    return max(candidates, key=lambda one: counts[one], default=next(iter(counts)))


def _leaves(value: Any, is_xml: bool, path: str = "") -> Iterator[tuple[str, str | None]]:
    """References and texts of what a row holds itself or in objects of its own; no lists of objects."""
    if is_xml:
        for name, found in value.items():
            first = found[0] if isinstance(found, list) and found else found
            if not name.startswith("..") and isinstance(first, str):
                yield name, first
        return
    for name, found in value.items() if isinstance(value, dict) else ():
        inner = f"{path}.{name}" if path else f"$.{name}"
        if isinstance(found, dict):
            yield from _leaves(found, is_xml, inner)
        elif not isinstance(found, list):
            yield inner, None if found is None else found if isinstance(found, str) else json.dumps(found)
