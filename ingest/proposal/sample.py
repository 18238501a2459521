"""A sample that may be shown: the first rows of a file, with made-up values where it tells of persons."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.proposal.guessing import Column
from ingest.sources import Format, LogicalSource

ROWS = 20
Replace = Callable[[str, str, int], str]
"""From the reference, the value and the row's number to what is written in its place."""


def made_up(columns: Sequence[Column]) -> Replace:
    """Replaces filled values of personal columns, each row its own; all else stays."""
    personal = {one.reference: one for one in columns if one.is_personal}

    def replace(reference: str, value: str, row: int) -> str:
        column = personal.get(reference)
        if column is None or not value:
            return value
        return _invented(column, value, row)

    return replace


def write(source: LogicalSource, path: Path, target: Path, columns: Sequence[Column]) -> None:
    """Writes the first `ROWS` rows of `path` to `target` in the same format."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _WRITERS[source.format](source, path, target, made_up(columns))


def _invented(column: Column, value: str, row: int) -> str:
    if column.kind == "person":
        return f"001{row % 4}{row % 100:02d}{row:06d}"
    if column.kind == "date":
        return f"19{70 + row % 30:02d}-01-{row % 28 + 1:02d}"
    if column.kind == "vietnamese-date":
        return f"{row % 28 + 1:02d}/01/19{70 + row % 30:02d}"
    if "@" in value:
        return f"nguoi-{row}@example.gov.vn"
    if value.replace(" ", "").replace("+", "").isdigit():
        return "0" * max(len(value) - 6, 1) + f"{row:06d}"
    return f"Người Mẫu {row}"


def _delimited(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    with (
        path.open(encoding="utf-8-sig", errors="replace", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.reader(file, delimiter=source.dialect.delimiter)
        writer = csv.writer(out, delimiter=source.dialect.delimiter, lineterminator="\n")
        header = next(reader)
        writer.writerow(header)
        for row, cells in enumerate(reader, 1):
            if row > ROWS:
                break
            writer.writerow([replace(name, cell, row) for name, cell in zip(header, cells, strict=False)])


def _spreadsheet(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    copy = openpyxl.Workbook()
    sheet = copy.active or copy.create_sheet()
    sheet.title = source.iterator or "Sheet"
    header: list[str] = []
    for row, cells in enumerate(workbook[sheet.title].iter_rows(values_only=True, max_row=ROWS + 1)):
        if row == 0:
            header = [str(cell) for cell in cells]
            sheet.append(list(cells))
        else:
            sheet.append([_cell(replace, name, cell, row) for name, cell in zip(header, cells, strict=False)])
    copy.save(target)
    workbook.close()


def _cell(replace: Replace, name: str, cell: Any, row: int) -> Any:
    if cell is None:
        return None
    new = replace(name, str(cell), row)
    return cell if new == str(cell) else new


def _json(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    if isinstance(document, list):
        made: Any = _objects(document, replace)
    else:
        name = (source.iterator or "$").removeprefix("$.").removesuffix("[*]")
        made = (
            {name: _objects(document[name], replace)} if name in document else _object(document, replace, 1)
        )
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _lines(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    made: list[str] = []
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip() and len(made) < ROWS:
                made.append(json.dumps(_object(json.loads(line), replace, len(made) + 1), ensure_ascii=False))
    target.write_text("\n".join(made) + "\n", encoding="utf-8")


def _objects(values: Sequence[Any], replace: Replace) -> list[Any]:
    return [_object(value, replace, row) for row, value in enumerate(values[:ROWS], 1)]


def _object(value: Any, replace: Replace, row: int, path: str = "$") -> Any:
    """The same object; lists of objects in it, of which nothing is known, are left empty."""
    if isinstance(value, Mapping):
        return {name: _object(inner, replace, row, f"{path}.{name}") for name, inner in value.items()}
    if isinstance(value, list):
        return []
    return replace(path, value, row) if isinstance(value, str) else value


def _parquet(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(batch_size=ROWS), None)
        table = pa.Table.from_batches([batch] if batch is not None else [], file.schema_arrow)
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            values = [
                None if value is None else replace(field.name, value, row)
                for row, value in enumerate(table.column(at).to_pylist(), 1)
            ]
            table = table.set_column(at, field, pa.array(values, field.type))
    pq.write_table(table, target)


def _xml(source: LogicalSource, path: Path, target: Path, replace: Replace) -> None:
    tree = ElementTree.parse(path)
    root = tree.getroot()
    steps = (source.iterator or "/").strip("/").split("/")[1:]
    parents = [root]
    for step in steps[:-1]:
        parents = [child for parent in parents for child in parent.findall(step)]
    row = 0
    for parent in parents:
        for element in list(parent):
            if element.tag == steps[-1]:
                row += 1
                if row > ROWS:
                    parent.remove(element)
                else:
                    _element(element, replace, row)
    tree.write(target, encoding="utf-8", xml_declaration=True)


def _element(element: ElementTree.Element, replace: Replace, row: int, path: str = "") -> None:
    for name, value in element.attrib.items():
        element.set(name, replace(f"{path}@{name}", value, row))
    for child in element:
        if child.text and child.text.strip():
            child.text = replace(f"{path}{child.tag}", child.text, row)
        _element(child, replace, row, f"{path}{child.tag}/")


_WRITERS: Mapping[Format, Callable[[LogicalSource, Path, Path, Replace], None]] = {
    Format.CSV: _delimited,
    Format.XLSX: _spreadsheet,
    Format.JSON: _json,
    Format.NDJSON: _lines,
    Format.PARQUET: _parquet,
    Format.XML: _xml,
}
