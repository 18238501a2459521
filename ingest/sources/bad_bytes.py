"""Bytes that are not text in the encoding that a file should have: which, on what line, in which row."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import delimited_rows
from ingest.sources.source import Format, LogicalSource

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class BadByte:
    """`byte` counts from 0, `line` from 1."""

    byte: int
    line: int


def bad_utf8(path: Path) -> BadByte | None:
    """The first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    byte, line = 0, 1
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as wrong:
                return BadByte(
                    byte - pending + wrong.start, line + piece.count(b"\n", 0, max(wrong.start - pending, 0))
                )
            if not piece:
                return None
            byte += len(piece)
            line += piece.count(b"\n")


def not_utf8(path: Path, source: LogicalSource | None = None) -> SourceError | None:
    """The error for a file that is not UTF-8, with the row where `source` is CSV; None where it is UTF-8."""
    bad = bad_utf8(path)
    if bad is None:
        return None
    row = delimited_rows.undecoded_row(path, source.dialect) if source and _has_rows(source) else None
    return _error(path, "UTF-8", bad.byte, bad.line, row)


def not_encoded(source: LogicalSource, path: Path, good: Path, *, byte: int) -> SourceError:
    """The error for `byte` of the unpacked file; `good` holds what stands before it, in UTF-8."""
    line = 1
    with good.open("rb") as file:
        while piece := file.read(_PIECE):
            line += piece.count(b"\n")
    row = delimited_rows.last_row(good, source.dialect) if _has_rows(source) else None
    return _error(path, source.encoding.upper(), byte, line, row)


def _has_rows(source: LogicalSource) -> bool:
    return source.format is Format.CSV


def _error(path: Path, encoding: str, byte: int, line: int, row: int | None) -> SourceError:
    return SourceError(
        Text(f"Tệp không phải {encoding} từ byte {byte}.", f"The file is not {encoding} from byte {byte}."),
        hint=Text(
            "Lưu lại tệp bằng UTF-8, hoặc khai báo đúng rml:encoding.",
            "Save the file as UTF-8, or declare the right rml:encoding.",
        ),
        place=Place(file=str(path), line=line, row=row),
    )
