"""Source files, written as a stream."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from ingest.demo.manifest import DatasetManifest


class CsvFile:
    """A CSV file with a header (RFC 4180, UTF-8); its rows are counted into the manifest at the end."""

    def __init__(
        self, folder: Path, name: str, header: Sequence[str], dataset: DatasetManifest, delimiter: str = ","
    ) -> None:
        self.name = name
        self.rows = 0
        self._dataset = dataset
        # surrogateescape writes the bytes of `faults.spoilt` as they are.
        self._file = (folder / name).open("w", encoding="utf-8", errors="surrogateescape", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\r\n")
        self._writer.writerow(header)

    def write(self, *cells: object) -> int:
        """The number of the row just written, from 1; None is an empty cell."""
        self._writer.writerow(cells)
        self.rows += 1
        return self.rows

    def __enter__(self) -> "CsvFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._dataset.files[self.name] = self.rows
