"""Where every row of a source went: rows read = mapped + skipped + quarantined, file by file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from graph.errors import AccountError, Place
from graph.text import Text
from ingest.sources import Relation
from ingest.sources.relation import quoted
from ingest.trace import Trace


@dataclass(frozen=True, slots=True)
class RowAccount:
    """The rows of one file (or table).

    `mapped` rows say something in the version; `quarantined` ones only said something of entities that were
    left out; skipped are those that are `unreadable`, `faulty` (a term map makes no term of a value) or
    `unused` (a view leaves them out, or they have no key). Of a `consulted` file no entity is made: its rows
    are looked up by others.
    """

    read: int
    mapped: int = 0
    quarantined: int = 0
    unreadable: int = 0
    faulty: int = 0
    unused: int = 0
    consulted: bool = False

    @property
    def skipped(self) -> int:
        return self.unreadable + self.faulty + self.unused

    @property
    def adds_up(self) -> bool:
        return self.consulted or self.read == self.mapped + self.skipped + self.quarantined

    def with_quarantined(self, rows: int) -> "RowAccount":
        """The account after `rows` more that were mapped came to say nothing any more."""
        return replace(self, mapped=self.mapped - rows, quarantined=self.quarantined + rows)

    def as_json(self) -> dict[str, int | bool]:
        return {
            "read": self.read,
            "mapped": self.mapped,
            "skipped": self.skipped,
            "quarantined": self.quarantined,
            "unreadable": self.unreadable,
            "faulty": self.faulty,
            "unused": self.unused,
            "consulted": self.consulted,
        }


_DEFECT = Text(
    "Không có gì được công bố. Đây là lỗi của chương trình: gửi báo cáo của lần chạy.",
    "Nothing is published. This is a defect of the programme: send the report of the run.",
)
Rows = Mapping[str, set[int]]
"""Row numbers by the relation of a file."""


def bases(relations: Iterable[str], where: Trace) -> dict[str, tuple[str, ...]]:
    """For each relation the files whose rows its rows are."""
    return {one: where.files(one) for one in relations}


def note_used(connection: duckdb.DuckDBPyConnection, ids: Mapping[str, int], where: Trace) -> None:
    """Makes the table `used (file, row)` of all rows that stand behind staged quads."""
    connection.execute("CREATE OR REPLACE TEMP TABLE base_of (source USMALLINT, file VARCHAR)")
    pairs = [(ids[one], file) for one, files in bases(ids, where).items() for file in files]
    connection.executemany("INSERT INTO base_of VALUES (?, ?)", pairs)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE used AS SELECT DISTINCT file, row FROM "
        "(SELECT DISTINCT source, row FROM staged WHERE row IS NOT NULL) JOIN base_of USING (source)"
    )


def used(connection: duckdb.DuckDBPyConnection, without: Rows) -> dict[str, int]:
    """How many rows of each file stand behind staged quads, those of `without` left aside."""
    counts = dict(connection.execute("SELECT file, count(*) FROM used GROUP BY file").fetchall())
    for file, rows in without.items():
        given = {"file": file, "rows": list(rows)}
        found = connection.execute(
            "SELECT count(*) FROM used WHERE file = $file AND row IN (SELECT unnest($rows))", given
        ).fetchall()
        if file in counts:
            counts[file] -= found[0][0]
    return counts


def take(
    connection: duckdb.DuckDBPyConnection,
    relations: Iterable[Relation],
    where: Trace,
    makers: Iterable[str],
    faulty: Rows,
    quarantined: Mapping[str, int],
) -> dict[str, RowAccount]:
    """The account of each file, from the tables `used` (after what is left out) and of the relations.

    `makers` are the relations of triples maps; `quarantined` counts the rows of entities left out already.
    """
    named = {file for one in makers for file in where.files(one)}
    accounts = {}
    for one in relations:
        if where.files(one.name) != (one.name,):
            continue
        whole = one.rows + len(one.rejected)
        if one.name not in named:
            accounts[one.name] = RowAccount(whole, consulted=True)
            continue
        [(mapped, unused)] = connection.execute(
            f"SELECT count(*) FILTER (used.row IS NOT NULL), count(*) FILTER (used.row IS NULL) "
            f"FROM (SELECT DISTINCT row FROM {quoted(one.name)}) AS rows_read "
            "LEFT JOIN (SELECT row FROM used WHERE file = $file) AS used USING (row)",
            {"file": one.name},
        ).fetchall()
        bad, out = len(faulty.get(one.name, ())), quarantined.get(one.name, 0)
        accounts[one.name] = RowAccount(
            whole, int(mapped), out, len(one.rejected), bad, int(unused) - bad - out
        )
    return accounts


def check(dataset: str, accounts: Mapping[str, RowAccount]) -> None:
    """Raises AccountError for a file whose rows do not add up."""
    for file, one in accounts.items():
        if not one.adds_up or min(one.mapped, one.unused, one.quarantined) < 0:
            parts = (one.read, one.mapped, one.skipped, one.quarantined)
            raise AccountError(
                Text(
                    "Số bản ghi của {} không khớp: đọc {} ≠ ánh xạ {} + bỏ qua {} + cách ly {}.".format(
                        dataset, *parts
                    ),
                    "The rows of {} do not add up: {} read ≠ {} mapped + {} skipped + {} quarantined.".format(
                        dataset, *parts
                    ),
                ),
                hint=_DEFECT,
                place=Place(file=file),
            )


def check_quads(dataset: str, before: int, made: int, added: int, removed: int) -> None:
    """Raises AccountError unless quads made = added + unchanged and quads before = removed + unchanged."""
    if made - added != before - removed or made < added or before < removed:
        parts = (dataset, before, removed, made, added)
        raise AccountError(
            Text(
                "Số bộ của {} không khớp: trước {} − bớt {} ≠ nay {} − thêm {}.".format(*parts),
                "The quads of {} do not add up: {} before − {} removed ≠ {} now − {} added.".format(*parts),
            ),
            hint=_DEFECT,
        )
