"""What extraction leaves in the working database: a table of text with numbered rows."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Mapped
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from graph.errors import Place, SourceError
from graph.text import Text

ROW_COLUMN = "row"
JSON_COLUMN = "it"
TOUCHED = "touched"
"""The schema of the rows of a relation that fresh files of changes took away or brought."""

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 1 << 22
"""Rows and, roughly, characters of a batch: whichever comes first."""
ROW_SIZE = 1 << 24
"""Most bytes of one row of a file or a database server: readers hold a few of that size at a time."""

_tell: ContextVar[Callable[[int], None]] = ContextVar("tell", default=lambda rows: None)


@contextmanager
def telling(listener: Callable[[int], None]) -> Iterator[None]:
    """Within it `listener` hears how many rows of a relation are there already, batch by batch."""
    before = _tell.set(listener)
    try:
        yield
    finally:
        _tell.reset(before)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be read and was left out: its number among the data rows, the line on which it begins
    and the column where they are known, why, and its text (cut, bad bytes as `\\xff`)."""

    row: int
    line: int | None
    column: str | None
    reason: Text
    value: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a source was when it was read: the SHA-256 of its bytes as they were sent (packed, if so), and how
    many there were."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a relation: its `rows` (those that could be read) are numbered from `before` + 1 on."""

    name: str
    location: str
    before: int
    rows: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A table `name`: column `row` (1-based data row, UBIGINT) and `columns`, VARCHAR (nested: `it`, JSON).

    `rows` is their number without the `rejected` ones, which keep their place in the numbers; `location` is
    where they came from (a path or connection, with `#table` for a database). `datatypes` are the XSD names
    of columns that have one by nature (`integer`, R2RML §10.2); the others are text. `content` is None for
    databases and views.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    location: str
    rejected: tuple[Rejected, ...] = ()
    datatypes: Mapped[str, str] = field(default_factory=dict)
    content: Content | None = None
    parts: tuple[Part, ...] = ()

    @property
    def files(self) -> tuple[Part, ...]:
        """The files that its rows come from, in the order of their numbers: itself where it is one."""
        return self.parts or (Part(self.name, self.location, 0, self.rows),)

    def origin(self, row: int) -> tuple[str, int]:
        """Name of the file that a row is of, and its number there."""
        for part in reversed(self.parts):
            if row > part.before:
                return part.name, row - part.before
        return self.name, row


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of equal length; `rows` are the rows' numbers, None where they follow those before."""

    columns: Sequence[Sequence[str | None] | pa.Array]
    rows: Sequence[int] | None = None


@contextmanager
def reading(connection: duckdb.DuckDBPyConnection, schema: str) -> Iterator[None]:
    """Within it a relation is the one of `schema` where that has one of its name."""
    connection.execute(f"SET search_path = '{schema},main'")
    try:
        yield
    finally:
        connection.execute("SET search_path = 'main'")


def touched(connection: duckdb.DuckDBPyConnection) -> AbstractContextManager[None]:
    """Within it the relations that changed hold only the rows that came or went."""
    return reading(connection, TOUCHED)


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(value: str) -> str:
    """`value` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def or_null(expression: str, nulls: Sequence[str]) -> str:
    """SQL for `expression` with the values of rml:null turned into NULL."""
    if not nulls:
        return expression
    listed = ", ".join(text_literal(value) for value in nulls)
    return f"CASE WHEN {expression} NOT IN ({listed}) THEN {expression} END"


def check_columns(columns: Sequence[str], place: Place) -> None:
    """Raises SourceError where `columns` cannot be a relation's: empty, twice (letter case counts for
    nothing in SQL), or called `row`, which is the relation's own."""
    seen: dict[str, str] = {}
    for position, column in enumerate(columns, start=1):
        if not column.strip():
            raise SourceError(
                Text(f"Cột thứ {position} không có tên.", f"Column {position} has no name."),
                hint=Text("Đặt tên cho mọi cột ở dòng tiêu đề.", "Name every column in the header."),
                place=place,
            )
        if column.lower() in seen:
            raise SourceError(
                Text(f"Có hai cột tên «{column}».", f"Two columns are named “{column}”."),
                hint=Text("Đổi tên một trong hai cột.", "Rename one of the two."),
                place=Place(place.file, place.line, place.row, column),
            )
        seen[column.lower()] = column
    if ROW_COLUMN in seen:
        raise SourceError(
            Text(
                "Tên cột «row» được dành cho số thứ tự bản ghi.", "The column name “row” is the row's number."
            ),
            hint=Text("Đổi tên cột này trong nguồn.", "Rename this column in the source."),
            place=Place(place.file, place.line, place.row, seen[ROW_COLUMN]),
        )


def create_from_batches(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[str],
    batches: Iterable[Batch],
    *,
    json: bool = False,
) -> int:
    """Creates the relation from batches of text; one batch is in memory at a time. Returns the rows' number.

    Errors of the iterator pass through.
    """
    kind = "JSON" if json else "VARCHAR"
    listed = ", ".join(f"{quoted(column)} {kind}" for column in columns)
    connection.execute(f"CREATE TABLE {quoted(name)} ({quoted(ROW_COLUMN)} UBIGINT, {listed})")
    rows = 0
    for batch in batches:
        count = len(batch.columns[0])
        following = range(rows + 1, rows + count + 1)
        numbers = pa.array(following if batch.rows is None else batch.rows, pa.uint64())
        texts = [
            values if isinstance(values, pa.Array) else pa.array(values, pa.string())
            for values in batch.columns
        ]
        connection.register("extracted_batch", pa.table([numbers, *texts], names=[ROW_COLUMN, *columns]))
        try:
            connection.execute(f"INSERT INTO {quoted(name)} SELECT * FROM extracted_batch")
        finally:
            connection.unregister("extracted_batch")
        rows += count
        _tell.get()(rows)
    return rows


def count_rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """The number of rows of a relation."""
    # fetchone() would leave a result pending, on which the connection's next sql() fails (DuckDB 2.0).
    [(found,)] = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()
    return int(found)


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Takes a half-made relation away."""
    connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")


def first(connection: duckdb.DuckDBPyConnection, relation: Relation, rows: int) -> Relation:
    """The relation cut down to the first `rows` rows of each file; those that could not be read count."""
    name, row = quoted(relation.name), quoted(ROW_COLUMN)
    spans = [f"{row} BETWEEN {part.before + 1} AND {part.before + rows}" for part in relation.files]
    connection.execute(f"DELETE FROM {name} WHERE NOT ({' OR '.join(spans)})")
    rejected = tuple(one for one in relation.rejected if relation.origin(one.row)[1] <= rows)
    unread = Counter(relation.origin(one.row)[0] for one in relation.rejected)
    still = Counter(relation.origin(one.row)[0] for one in rejected)
    parts = tuple(
        replace(part, rows=min(part.rows + unread[part.name], rows) - still[part.name])
        for part in relation.parts
    )
    left = count_rows(connection, relation.name)
    return replace(relation, rows=left, rejected=rejected, parts=parts)
