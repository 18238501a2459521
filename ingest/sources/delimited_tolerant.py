"""A CSV or TSV file with faults: the rows that can be read, and those that cannot, each with its place.

Python's own reader, row by row: DuckDB's `store_rejects` counts neither blank lines nor lost ones alike, and
loses the rest of the file to one quote that is never closed (2.0.0). After a fault reading goes on with the
line after the one where the bad row began.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import duckdb

from graph.errors import SourceError
from graph.text import Text
from ingest.sources import delimited
from ingest.sources.relation import BATCH_ROWS, Batch, Rejected, create_from_batches, drop
from ingest.sources.source import LogicalSource

RECORD_LINES = 1000
"""Most lines of one row: beyond them a quote was never closed."""


def load_tolerantly(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path
) -> tuple[Sequence[str], Sequence[Rejected]]:
    """Creates the relation of the rows that can be read; returns its columns and the other rows.

    Raises SourceError where the header is wrong.
    """
    try:
        return delimited.load(connection, source, path), ()
    except SourceError:
        drop(connection, source.name)
    columns = delimited.header(source, path)
    rejected: list[Rejected] = []
    create_from_batches(connection, source.name, columns, _batches(source, path, columns, rejected))
    return columns, rejected


def _batches(
    source: LogicalSource, path: Path, columns: Sequence[str], rejected: list[Rejected]
) -> Iterator[Batch]:
    nulls = frozenset(source.nulls)
    numbers: list[int] = []
    batch: list[list[str | None]] = []
    row = 0
    # A byte that is not UTF-8 becomes half a surrogate pair, which no text holds otherwise.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for record in _records(file, source):
            if not record.cells and not record.reason and len(columns) > 1:
                continue
            row += 1
            if (fault := _fault(record, row, columns)) is not None:
                rejected.append(fault)
                continue
            cells = record.cells or [""]
            batch.append([None if cell in nulls else cell for cell in cells] if nulls else list(cells))
            numbers.append(row)
            if len(batch) >= BATCH_ROWS:
                yield Batch(list(zip(*batch, strict=True)), numbers)
                numbers, batch = [], []
    if batch:
        yield Batch(list(zip(*batch, strict=True)), numbers)


@dataclass(frozen=True, slots=True)
class _Record:
    """Cells of a row, or why it has none; the line on which it begins and the text of that line."""

    line: int
    cells: list[str]
    text: str
    reason: str | None = None


@dataclass(slots=True)
class _Lines:
    """The lines of a file, of which those of the row being read can be given back."""

    file: TextIO
    taken: list[str] = field(default_factory=list)
    back: deque[str] = field(default_factory=deque)
    number: int = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= RECORD_LINES:
            raise csv.Error(f"a quote is not closed within {RECORD_LINES} lines")
        line = self.back.popleft() if self.back else next(self.file)
        self.taken.append(line)
        return line

    def keep(self) -> str:
        """The row is read: its lines are behind us. Returns the first of them."""
        first = self.taken[0] if self.taken else ""
        self.number += len(self.taken)
        self.taken.clear()
        return first

    def give_back(self) -> str:
        """The row is bad: all its lines but the first are read again. Returns the first."""
        first, *rest = self.taken
        self.back.extendleft(reversed(rest))
        self.number += 1
        self.taken.clear()
        return first


def _records(file: TextIO, source: LogicalSource) -> Iterator[_Record]:
    """The records behind the header."""
    lines = _Lines(file)
    while True:
        reader = csv.reader(lines, delimiter=source.delimiter, quotechar=source.quote, strict=True)
        try:
            for cells in reader:
                begins = lines.number + 1
                text = lines.keep()
                if begins > 1:
                    yield _Record(begins, cells, text)
            return
        except csv.Error as wrong:
            begins = lines.number + 1
            text = lines.give_back()
            if begins > 1:
                yield _Record(begins, [], text, str(wrong))


def _fault(record: _Record, row: int, columns: Sequence[str]) -> Rejected | None:
    found, wanted = len(record.cells) or 1, len(columns)
    shown = record.text.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if record.reason is not None:
        reason, column = Text(f"Dấu nháy sai: {record.reason}", f"Bad quoting: {record.reason}"), None
    elif found != wanted:
        reason = Text(
            f"Dòng có {found} ô, tiêu đề có {wanted}.", f"The row has {found} cells, the header {wanted}."
        )
        column = columns[found] if found < wanted else None
    elif (position := _undecoded(record.cells)) is not None:
        reason, column = Text("Dòng không phải UTF-8.", "The row is not UTF-8."), columns[position]
    else:
        return None
    return Rejected(row, record.line, column, reason, shown[:120])


def _undecoded(cells: Sequence[str]) -> int | None:
    """The first cell that holds a byte which is not UTF-8."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError as wrong:
        before = 0
        for position, cell in enumerate(cells):
            before += len(cell)
            if wrong.start < before:
                return position
    return None
