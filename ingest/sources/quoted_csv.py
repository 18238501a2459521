"""A stream in which a database writes rows: CSV with every value quoted, NULL alone not."""

from collections.abc import Iterator, Sequence
from typing import IO

import pyarrow as pa
from pyarrow import csv

from ingest.sources.relation import Batch

BLOCK = 1 << 25
"""Bytes of a batch, and so of the largest row."""


def batches(file: IO[bytes] | pa.BufferReader, columns: Sequence[str]) -> Iterator[Batch]:
    """The rows of a stream that is not empty. Raises pyarrow.ArrowInvalid for a row larger than a batch."""
    reader = csv.open_csv(
        file,
        read_options=csv.ReadOptions(block_size=BLOCK, column_names=list(columns), use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    for batch in reader:
        yield Batch(batch.columns)
