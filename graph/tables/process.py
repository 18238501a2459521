"""A process that writes one table: `python -m graph.tables.process`, a `Request` on stdin, bytes on stdout,
in the end the number of rows on stderr.

Subjects are taken in batches, so that memory does not grow with the collection, and the first bytes come
before the last subject is read.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from graph.columns import Columns, nquads
from graph.columns.schema import RDF_TYPE
from graph.tables import planning
from graph.tables.plan import Request

BATCH = 50_000
"""Subjects: with ten fields half a million terms, 400 MiB of process while they are grouped."""


def write(request: Request, out: BinaryIO) -> int:
    """The table of the request; returns how many rows it has."""
    with Columns(Path(request.columns), memory_mb=request.memory_mb, threads=request.threads) as columns:
        table = _Table(columns, request)
        if request.format == "parquet":
            return table.parquet(out)
        return table.lines(out)


class _Table:
    def __init__(self, columns: Columns, request: Request) -> None:
        self._connection = columns.connection
        self._request = request
        self._connection.execute("CREATE TEMP TABLE batch (id UINTEGER, iri VARCHAR)")
        paths = [one.path for one in request.fields]
        known = self._ids({*request.graphs, *paths, *request.codes, RDF_TYPE, request.target_class})
        self._graphs = [known[one] for one in request.graphs if one in known]
        self._kind = {"type": known.get(RDF_TYPE), "class": known.get(request.target_class)}
        self._codes({known[one]: notation for one, notation in request.codes.items() if one in known})
        self._rows = planning.batch(request.fields, [known.get(one) for one in paths], self._graphs)

    def lines(self, out: BinaryIO) -> int:
        if self._request.format == "csv":
            text = io.StringIO()
            csv.writer(text).writerow(planning.header(self._request.fields))
            out.write(text.getvalue().encode())
        rows = 0
        for number in self._batches():
            for chunk in nquads.texts(self._connection, self._select()):
                out.write(chunk)
            rows += number
        return rows

    def parquet(self, out: BinaryIO) -> int:
        import pyarrow.parquet as pq  # it takes 13 ms, and lines need it not

        rows = 0
        # Asked of no subject at all, the rows tell the types of the columns.
        schema = self._connection.sql(self._select()).to_arrow_table().schema
        with pq.ParquetWriter(out, schema, compression="zstd") as writer:
            for number in self._batches():
                writer.write_table(self._connection.sql(self._select()).to_arrow_table())
                rows += number
        return rows

    def _select(self) -> str:
        # In one order: the same table is the same bytes each time it is written.
        row = planning.row(self._request.fields, self._request.format)
        return f"SELECT {row} FROM ({self._rows}) ORDER BY place"

    def _batches(self) -> Iterator[int]:
        """Fills `batch` again and again, and tells how many subjects are in it."""
        graphs = ", ".join(map(str, self._graphs)) or "NULL"
        chosen = self._chosen()
        self._connection.execute(
            f"""CREATE TEMP TABLE subjects AS
            SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM (
                SELECT DISTINCT s AS id FROM quads WHERE g IN ({graphs})
                AND p = $type AND o = $class{chosen})""",
            self._kind,
        )
        (counted,) = self._connection.execute("SELECT count(*) FROM subjects").fetchall()
        for first in range(0, int(counted[0]), BATCH):
            self._connection.execute("DELETE FROM batch")
            self._connection.execute(
                """INSERT INTO batch SELECT subjects.id, terms.value FROM subjects JOIN terms USING (id)
                WHERE subjects.number >= $first AND subjects.number < $last""",
                {"first": first, "last": first + BATCH},
            )
            yield min(BATCH, int(counted[0]) - first)

    def _chosen(self) -> str:
        """The condition that leaves the subjects named, where some are."""
        if self._request.subjects is None:
            return ""
        told = pa.table({"iri": pa.array(self._request.subjects, pa.string())})
        self._connection.register("named", told)
        self._connection.execute(
            "CREATE TEMP TABLE chosen AS SELECT terms.id FROM named"
            " JOIN terms ON terms.value = named.iri AND terms.datatype IS NULL"
        )
        self._connection.unregister("named")
        return " AND s IN (SELECT id FROM chosen)"

    def _ids(self, iris: set[str]) -> dict[str, int]:
        """Of all at once: each look goes through the whole dictionary."""
        found = self._connection.execute(
            "SELECT value, id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($iris))",
            {"iris": sorted(iris)},
        )
        return dict(found.fetchall())

    def _codes(self, notations: dict[int, str]) -> None:
        """The notations of those codes that the data uses."""
        told = pa.table(
            {
                "id": pa.array([*notations], pa.uint32()),
                "notation": pa.array([*notations.values()], pa.string()),
            }
        )
        self._connection.register("told", told)
        self._connection.execute("CREATE TEMP TABLE codes AS FROM told")
        self._connection.unregister("told")


def main() -> None:
    request = Request.loads(sys.stdin.buffer.read().decode())
    with open(sys.stdout.fileno(), "wb", buffering=1 << 20, closefd=False) as out:
        rows = write(request, out)
    print(rows, file=sys.stderr)


if __name__ == "__main__":
    main()
