"""Parquet files for the systems that send them, written as a stream."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.demo.manifest import DatasetManifest

BATCH = 10_000
"""Rows that are held before they are written."""


class ParquetFile:
    """A Parquet file, written in groups of rows, which are counted into the manifest at the end."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema, dataset: DatasetManifest) -> None:
        self.name = name
        self.rows = 0
        self._schema = schema
        self._dataset = dataset
        self._writer = pq.ParquetWriter(folder / name, schema)
        self._waiting: list[Sequence[object]] = []

    def write(self, *cells: object) -> int:
        """The number of the row just written, from 1."""
        self._waiting.append(cells)
        self.rows += 1
        if len(self._waiting) >= BATCH:
            self._flush()
        return self.rows

    def _flush(self) -> None:
        if self._waiting:
            columns = zip(zip(*self._waiting, strict=True), self._schema.types, strict=True)
            arrays = [pa.array(cells, kind) for cells, kind in columns]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._waiting.clear()

    def __enter__(self) -> "ParquetFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._writer.close()
        self._dataset.files[self.name] = self.rows
