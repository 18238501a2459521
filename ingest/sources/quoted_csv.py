"""The form in which a database server writes rows: lines of CSV with every value quoted, NULL alone not."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
from pyarrow import csv

from ingest.sources.relation import BATCH_CHARACTERS, BATCH_ROWS, Batch


def batches(lines: Iterable[bytes | bytearray | memoryview], columns: Sequence[str]) -> Iterator[Batch]:
    """The rows; a line, with its end, is one of them. pyarrow parses batches of a bounded number and size:
    its own streaming reader (open_csv, 26.0.1) takes more and more memory, 500 MiB for 500 MB."""
    held: list[bytes | bytearray | memoryview] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if len(held) >= BATCH_ROWS or size > BATCH_CHARACTERS:
            yield _parsed(b"".join(held), columns)
            held, size = [], 0
    if held:
        yield _parsed(b"".join(held), columns)


def _parsed(block: bytes, columns: Sequence[str]) -> Batch:
    table = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            block_size=len(block) + 1, column_names=list(columns), use_threads=False
        ),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return Batch([column.combine_chunks() for column in table.columns])
