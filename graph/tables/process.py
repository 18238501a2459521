"""A process that writes tables: `python -m graph.tables.process`, each time a `Request` as a line on stdin,
the bytes as `frames` on stdout. It ends with stdin, and with the first table that it cannot write.

Subjects are taken in batches, so that memory does not grow with the collection, and the first bytes come
before the last subject is read. What is said of a batch is read where quads lie sorted by predicate, and its
words are looked up once for all fields.
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.columns import Columns
from graph.columns.connection import prepare
from graph.columns.nquads import text_of
from graph.columns.schema import RDF_TYPE
from graph.tables import lines, planning
from graph.tables.cells import Cells, Dictionary, Words, dictionary_ids
from graph.tables.frames import Frames
from graph.tables.pivot import Numbers
from graph.tables.plan import Field, Request

BATCH = 50_000
"""Subjects: with ten fields half a million values, 150 MiB of process while they are written."""
_PIECE = 1 << 18


def write(request: Request, out: BinaryIO) -> None:
    """The table of the request."""
    with Columns(Path(request.columns), memory_mb=request.memory_mb, threads=request.threads) as columns:
        table = _Table(columns, request)
        if request.format == "parquet":
            table.parquet(out)
        else:
            table.lines(out)


class _Table:
    def __init__(self, columns: Columns, request: Request) -> None:
        self._connection = columns.connection
        self._request = request
        paths = [one.path for one in request.fields]
        known = self._ids({*request.graphs, *paths, RDF_TYPE, request.target_class})
        self._graphs = [known[one] for one in request.graphs if one in known]
        self._predicates = [known.get(one) for one in paths]
        self._kind = (known.get(RDF_TYPE), known.get(request.target_class))

    def lines(self, out: BinaryIO) -> None:
        if self._request.format == "csv":
            text = io.StringIO()
            csv.writer(text).writerow(lines.header(self._request.fields))
            out.write(text.getvalue().encode())
        written = lines.csv if self._request.format == "csv" else lines.ndjson
        for subjects in self._batches():
            ids, cells = self._cells(subjects)
            out.write(text_of(written(ids, cells)))

    def parquet(self, out: BinaryIO) -> None:
        # Asked of no subject at all, the rows tell the types of the columns.
        schema = self._typed(np.empty(0, np.uint32)).schema
        with pq.ParquetWriter(out, schema, compression="zstd") as writer:
            for subjects in self._batches():
                writer.write_table(self._typed(subjects))

    def _typed(self, subjects: Numbers) -> pa.Table:
        ids, cells = self._cells(subjects)
        texts = {"place": pa.array(np.arange(len(subjects))), "id": ids}
        for number, one in enumerate(cells):
            texts |= zip(planning.names(one.field, number), one.texts(), strict=True)
        with self._named("texts", texts):
            return self._connection.sql(planning.typed(self._request.fields, "texts")).to_arrow_table()

    def _batches(self) -> Iterator[Numbers]:
        """The ids of the subjects in order, `BATCH` at a time."""
        chosen = self._request.subjects is not None
        asked = planning.subjects(self._graphs, *self._kind, chosen=chosen)
        if self._request.subjects is not None:
            named = pa.array(self._request.subjects, pa.string())
            with self._named("named", {"iri": named}):
                self._connection.execute(planning.CHOSEN)
        ids = self._numbers(asked)["id"]
        for first in range(0, len(ids), BATCH):
            yield ids[first : first + BATCH]

    def _cells(self, subjects: Numbers) -> tuple[pa.Array, list[Cells]]:
        """The IRIs of the subjects, and what the fields say of them."""
        with self._named("batch", {"id": pa.array(subjects)}):
            said = [self._said(*one) for one in zip(self._request.fields, self._predicates, strict=True)]
        ids, numbers = dictionary_ids([subjects, *(values for _, values in said)])
        with self._named("wanted", {"id": pa.array(ids)}):
            found = self._connection.sql(planning.WORDS).to_arrow_table()
        texts, languages = (found[one].combine_chunks() for one in ("value", "language"))
        dictionary = Dictionary(numbers, Words(texts), languages)
        cells = [
            dictionary.cells(field, np.searchsorted(subjects, of), values, len(subjects), self._request.codes)
            for field, (of, values) in zip(self._request.fields, said, strict=True)
        ]
        return texts.take(pa.array(numbers[subjects])), cells

    def _said(self, field: Field, predicate: int | None) -> tuple[Numbers, Numbers]:
        if predicate is None:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        pairs = self._numbers(planning.said(field, predicate, self._graphs))
        return pairs["subject"], pairs["value"]

    def _numbers(self, select: str) -> Mapping[str, Numbers]:
        return {name: np.asarray(one) for name, one in self._connection.sql(select).fetchnumpy().items()}

    @contextmanager
    def _named(self, name: str, columns: Mapping[str, pa.Array]) -> Iterator[None]:
        """What SQL calls `name`."""
        self._connection.register(name, pa.table(columns))
        try:
            yield
        finally:
            self._connection.unregister(name)

    def _ids(self, iris: set[str]) -> dict[str, int]:
        """Of all at once: each look goes through the whole dictionary."""
        asked = ", ".join("?" * len(iris))
        found = self._connection.execute(
            f"SELECT value, id FROM terms WHERE datatype IS NULL AND value IN ({asked})", sorted(iris)
        )
        return dict(found.fetchall())


def main() -> None:
    prepare()
    frames = Frames(sys.stdout.fileno())
    out = io.BufferedWriter(frames, _PIECE)
    for told in sys.stdin.buffer:
        write(Request.loads(told.decode()), out)
        out.flush()
        frames.end_of_table()


if __name__ == "__main__":
    main()
