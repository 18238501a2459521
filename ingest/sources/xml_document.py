"""XML: a row is an element that the iterator (an XPath) finds, read as a stream; see `xml_stream`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.relation import BATCH_CHARACTERS, BATCH_ROWS, JSON_COLUMN, Batch, create_from_batches
from ingest.sources.source import LogicalSource
from ingest.sources.xml_path import ElementStep, XPathError, iterator_steps
from ingest.sources.xml_stream import MalformedXmlError, Reader, Row


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its column. Raises SourceError with the line of what is not XML, of an
    entity (none is read but those of XML itself), and where only a namespace keeps the iterator from rows."""
    reader = Reader(_steps(source), dict(source.namespaces))
    # A file in another encoding has been written anew in UTF-8, whatever its first line says.
    rows = reader.rows(path, None if source.encoding == "utf-8" else "utf-8")
    try:
        read = create_from_batches(connection, source.name, [JSON_COLUMN], _batches(rows), json=True)
    except MalformedXmlError as wrong:
        raise SourceError(
            Text(f"XML sai cú pháp: {wrong.vi}", f"Malformed XML: {wrong.en}"),
            hint=Text(
                "Kiểm tra thẻ đóng, dấu & và bảng mã quanh dòng này.",
                "Look at closing tags, ampersands and the encoding around this line.",
            ),
            place=Place(file=str(path), line=wrong.line),
        ) from wrong
    if not read and reader.missed is not None:
        raise SourceError(
            Text(
                f"Phần tử nằm trong không gian tên «{reader.missed}», biểu thức {source.iterator} thì không.",
                f"The elements are in the namespace “{reader.missed}”, {source.iterator} names none.",
            ),
            hint=Text(
                "Khai báo tiền tố bằng rml:namespace rồi viết tiền tố trong XPath.",
                "Declare a prefix with rml:namespace and write it in the XPath.",
            ),
            place=Place(file=str(path)),
        )
    return [JSON_COLUMN]


def _steps(source: LogicalSource) -> tuple[ElementStep, ...]:
    text = source.iterator or ""
    try:
        return iterator_steps(text, dict(source.namespaces))
    except XPathError as wrong:
        prefixes = ", ".join(prefix for prefix, _ in source.namespaces) or "–"
        raise SourceError(
            Text(
                f"XPath sai từ ký tự {wrong.position + 1}: {text}",
                f"Bad XPath from character {wrong.position + 1}: {text}",
            ),
            hint=Text(
                f"Dùng được: /a/b  //b  /a/*  · tiền tố đã khai báo: {prefixes}",
                f"These may be used: /a/b  //b  /a/*  · declared prefixes: {prefixes}",
            ),
            place=source.place,
        ) from wrong


def _batches(rows: Iterator[Row]) -> Iterator[Batch]:
    """Batches of a bounded number of rows and of characters. Rows within rows end before them, hence the
    numbers."""
    numbers: list[int] = []
    texts: list[str | None] = []
    size = 0
    for row in rows:
        text = json.dumps(row.values, ensure_ascii=False)
        numbers.append(row.number)
        texts.append(text)
        size += len(text)
        if len(texts) >= BATCH_ROWS or size > BATCH_CHARACTERS:
            yield Batch([texts], numbers)
            numbers, texts, size = [], [], 0
    if texts:
        yield Batch([texts], numbers)
