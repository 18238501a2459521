"""The rows of a delimited file by Python's own reader: for dialects that DuckDB does not read, for files with
faults, and to say where a fault is.

After a fault reading goes on with the line after the one where the bad row began: one quote that is never
closed does not take the rest of the file with it.
"""

import csv
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from ingest.sources.dialect import Dialect, Trim
from ingest.sources.relation import ROW_SIZE

RECORD_LINES = 1000
"""Most lines of one row, where bad rows are passed over: beyond them a quote was never closed."""

csv.field_size_limit(ROW_SIZE)


@dataclass(frozen=True, slots=True)
class Record:
    """Cells of a row, or why it has none; its number (0 = header), the line on which it begins, the text of
    that line. A byte that is not UTF-8 is half a surrogate pair, which no text holds otherwise."""

    row: int
    line: int
    cells: list[str]
    text: str
    reason: str | None = None


@contextmanager
def opened(path: Path, dialect: Dialect, *, patient: bool = False) -> Iterator[Iterator[Record]]:
    """The header, where there is one, and the rows; blank lines between rows of several columns are none.
    `patient`: reading goes on behind a bad row."""
    with (
        path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file,
        closing(_records(file, dialect, patient=patient)) as records,
    ):
        yield records


def undecoded_row(path: Path, dialect: Dialect) -> int | None:
    """The first row that holds a byte which is not UTF-8; None where that is the header."""
    with opened(path, dialect, patient=True) as records:
        found = next((one.row for one in records if undecoded(one.cells) is not None), 0)
    return found or None


def last_row(path: Path, dialect: Dialect) -> int | None:
    """The row in which the file ends."""
    row = 0
    with opened(path, dialect, patient=True) as records:
        for record in records:
            row = record.row
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 1, 0))
        row += file.read() in (b"\n", b"\r")
    return row or None


def undecoded(cells: Sequence[str]) -> int | None:
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


@dataclass(slots=True)
class _Lines:
    """The lines of a file, of which those of the row being read can be given back."""

    file: TextIO
    dialect: Dialect
    limit: int | None
    taken: list[str] = field(default_factory=list)
    back: deque[str] = field(default_factory=deque)
    number: int = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.limit is not None and len(self.taken) >= self.limit:
            raise csv.Error(f"a quote is not closed within {self.limit} lines")
        line = self._line()
        # A comment begins a line, never the second line of a quoted cell.
        while not self.taken and self._is_no_row(line):
            self.number += 1
            line = self._line()
        self.taken.append(line)
        return line

    def _line(self) -> str:
        line = self.back.popleft() if self.back else self.file.readline(ROW_SIZE)
        if not line:
            raise StopIteration
        if len(line) >= ROW_SIZE:
            raise csv.Error(f"a line is longer than {ROW_SIZE} characters")
        return line

    def _is_no_row(self, line: str) -> bool:
        comment = self.dialect.comment
        return self.number < self.dialect.skip or bool(comment and line.startswith(comment))

    def keep(self) -> str:
        """The row is read: its lines are behind us. Returns the first of them."""
        first = self.taken[0] if self.taken else ""
        self.number += len(self.taken)
        self.taken.clear()
        return first

    def give_back(self) -> str:
        """The row is bad: all its lines but the first are read again. Returns the first."""
        first, rest = (self.taken[0], self.taken[1:]) if self.taken else ("", [])
        self.back.extendleft(reversed(rest))
        self.number += 1
        self.taken.clear()
        return first


def _records(file: TextIO, dialect: Dialect, *, patient: bool) -> Generator[Record]:
    lines = _Lines(file, dialect, RECORD_LINES if patient else None)
    row = -1 if dialect.header else 0
    width = 0
    trims = dialect.trim is not Trim.NONE
    while True:
        reader = _reader(lines, dialect)
        try:
            for cells in reader:
                begins = lines.number + 1
                text = lines.keep()
                if not cells and width != 1:
                    continue
                row += 1
                width = width or len(cells)
                yield Record(row, begins, [dialect.trimmed(cell) for cell in cells] if trims else cells, text)
            return
        except csv.Error as wrong:
            begins = lines.number + 1
            text = lines.give_back()
            row += 1
            yield Record(row, begins, [], text, str(wrong))
            if not patient:
                return


def _reader(lines: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    is_escaped = dialect.escape != dialect.quote
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=not is_escaped,
        escapechar=dialect.escape if is_escaped and dialect.escape else None,
        skipinitialspace=dialect.trim in (Trim.START, Trim.BOTH),
        strict=True,
    )
