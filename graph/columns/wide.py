"""Wide tables: of each class one row a member, its properties of one value beside one another, typed; and of
typed properties that no class has to itself one row a quad.

They stand in a file of their own beside the columns they are made from, with what is known of predicates
(`graph.columns.known`), and say nothing that those do not: who has no such file reads the quads.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import known
from graph.columns.connection import MEMORY_MB, THREADS, attach
from graph.columns.durable import commit
from graph.columns.known import Kinds, Predicate
from graph.columns.read import Columns
from graph.columns.schema import RDF_TYPE, XSD
from graph.columns.typed import DERIVED_INTEGERS

FILE = "wide.duckdb"
"""Where they stand, in the folder of their columns."""
FORMAT = 2
"""Number of this layout; a file of another one is not used."""
PARTS = ("number", "instant", "exact")
"""What may stand beside an id: its columns of the dictionary, and for integers and decimals alone the number
itself, a BIGINT where that holds all of the column, a DECIMAL(38,18) otherwise."""

_MADE = f"'{FORMAT} ' || statistics"
_MOST_CLASSES = 64
"""The largest of them: each is one bit of a number."""
_NONE = np.uint32(2**32 - 1)
_RDF_TYPE = f"(SELECT id FROM terms WHERE value = '{RDF_TYPE}' AND datatype IS NULL)"
_EXACT = ", ".join(f"'{XSD}{name}'" for name in ("integer", "decimal", *DERIVED_INTEGERS))
_TABLES = """
CREATE TABLE output.about (made VARCHAR NOT NULL);
CREATE TABLE output.tables (name VARCHAR NOT NULL, class UINTEGER, g UINTEGER NOT NULL);
CREATE TABLE output.properties (
    "table" VARCHAR NOT NULL, name VARCHAR NOT NULL, p UINTEGER NOT NULL, g UINTEGER NOT NULL,
    is_total BOOLEAN NOT NULL, is_full BOOLEAN NOT NULL, parts VARCHAR[] NOT NULL)"""
_TYPED = f"""
CREATE TEMP TABLE typed AS SELECT id, number, instant,
    CASE WHEN datatype IN ({_EXACT}) AND number IS NOT NULL
        AND NOT regexp_matches(value, '\\.[0-9]{{18}}[0-9]*[1-9]')
        THEN TRY_CAST(value AS DECIMAL(38,18)) END AS exact
FROM terms WHERE number IS NOT NULL OR instant IS NOT NULL"""
_Ids = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Property:
    """A column of a wide table: of each member the one object that the predicate `p` has in the whole file,
    all of them in the graph `g`; NULL where there is none.

    `is_total`: no other subject has the predicate. `is_full`: each member has. `parts`: see `PARTS`; their
    columns are called `name_part`.
    """

    name: str
    p: int
    g: int
    is_total: bool
    is_full: bool
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The members of a class, in its column `s`: all whose class it is, which the graph `g` alone says.

    Where `kind` is None, the subjects of all quads of the one property, a row each.
    """

    name: str
    kind: int | None
    g: int
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class _Class:
    kind: int | None
    g: int
    members: _Ids


@dataclass(frozen=True, slots=True)
class _Found:
    """A property of a class: where the members stand that have it, and their objects."""

    p: int
    g: int
    is_total: bool
    places: npt.NDArray[np.int64]
    objects: _Ids


def build(columns: Path, target: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
    """Make the wide tables of a columns file at `target`, in one step. Raises SourceError."""
    building = target.with_name(f".{target.name}.building")
    building.unlink(missing_ok=True)
    with Columns(columns, memory_mb=memory_mb, threads=threads) as opened:
        connection = opened.connection
        attach(connection, building, "output", read_only=False)
        connection.execute(_TABLES)
        connection.execute(f"INSERT INTO output.about SELECT {_MADE} FROM columns.about")
        classes = _classes(connection)
        typed = _Typed(connection)
        found = _found(connection, classes, typed)
        known.write(opened, found.predicates, [one.kind for one in classes if one.kind is not None])
        for number, one in enumerate([*classes, *found.alone]):
            _write(connection, f"wide_{number}", one, found.properties[number], typed)
        connection.execute("CHECKPOINT output; DETACH output")
    commit(building, target)


def is_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> bool:
    """Whether a file that is attached was made from the columns of the connection."""
    made = connection.execute(f"FROM {catalog}.about").fetchall()
    return made == connection.execute(f"SELECT {_MADE} FROM columns.about").fetchall()


def tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[Table, ...]:
    """The tables of a file that is attached, named with their catalog."""
    properties: defaultdict[str, list[Property]] = defaultdict(list)
    for table, name, p, g, is_total, is_full, parts in connection.execute(
        f"FROM {catalog}.properties"
    ).fetchall():
        properties[table].append(Property(name, p, g, is_total, is_full, frozenset(parts)))
    rows = connection.execute(f"FROM {catalog}.tables").fetchall()
    return tuple(Table(f"{catalog}.{name}", kind, g, tuple(properties[name])) for name, kind, g in rows)


def _classes(connection: duckdb.DuckDBPyConnection) -> Sequence[_Class]:
    """The largest classes of which one graph alone says who is a member."""
    largest = connection.execute(
        f"SELECT o, min(g) FROM quads WHERE p = {_RDF_TYPE} GROUP BY o HAVING min(g) = max(g)"
        f" ORDER BY count(*) DESC, o LIMIT {_MOST_CLASSES}"
    ).fetchall()
    members = connection.execute(
        f"SELECT o, s FROM quads WHERE p = {_RDF_TYPE} AND o IN (SELECT unnest(?)) ORDER BY o, s",
        [[kind for kind, _ in largest]],
    ).fetchnumpy()
    ends = {kind: np.searchsorted(members["o"], [kind, kind + 1]) for kind, _ in largest}
    return [_Class(kind, g, members["s"][slice(*ends[kind])]) for kind, g in largest]


@dataclass(frozen=True, slots=True)
class _All:
    """The properties of each table, by its number; `alone`: the tables behind those of classes.
    `predicates`: what is known of each, by its id."""

    properties: defaultdict[int, list[_Found]]
    alone: list[_Class]
    predicates: dict[int, Predicate]


def _found(connection: duckdb.DuckDBPyConnection, classes: Sequence[_Class], typed: "_Typed") -> _All:
    found, kinds = _All(defaultdict(list), [], {}), Kinds(connection, typed.last)
    [(rdf_type,)] = connection.execute(f"SELECT coalesce({_RDF_TYPE}, {_NONE})").fetchall()
    of = np.zeros(typed.last + 1, np.uint64)
    for number, one in enumerate(classes):
        of[one.members] |= np.uint64(1 << number)
    for p, s, o, g in _by_predicate(connection):
        bits = of[s]
        several, every, is_had = int(np.bitwise_or.reduce(bits)), int(np.bitwise_and.reduce(bits)), False
        implied = (one.kind for number, one in enumerate(classes) if every >> number & 1)
        found.predicates[p] = Predicate(kinds.of(o), frozenset(one for one in implied if one is not None))
        if p == rdf_type:
            continue
        for number, one in enumerate(classes):
            if not several >> number & 1:
                continue
            within = (bits & np.uint64(1 << number)) != 0
            is_total = bool(within.all())
            subjects, objects, graphs = (s, o, g) if is_total else (s[within], o[within], g[within])
            if (subjects[1:] != subjects[:-1]).all() and (graphs == graphs[0]).all():
                places = np.searchsorted(one.members, subjects)
                found.properties[number].append(_Found(p, int(graphs[0]), is_total, places, objects))
                is_had |= is_total
        if not is_had and (g == g[0]).all() and typed.has(o):
            number = len(classes) + len(found.alone)
            found.alone.append(_Class(None, int(g[0]), s))
            found.properties[number].append(_Found(p, int(g[0]), True, np.arange(len(s)), o))
    return found


def _by_predicate(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, _Ids, _Ids, _Ids]]:
    """Each predicate, with its subjects in order, and the object and graph of each."""
    predicates = connection.execute("SELECT DISTINCT p FROM quads").fetchall()
    for (p,) in predicates:
        rows = connection.execute(f"SELECT s, o, g FROM quads WHERE p = {p}").fetchnumpy()
        s, o, g = rows["s"], rows["o"], rows["g"]
        if (s[1:] < s[:-1]).any():
            order = np.argsort(s, kind="stable")
            s, o, g = s[order], o[order], g[order]
        yield p, s, o, g


class _Typed:
    """What the dictionary knows of numbers and times, and exact numbers."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(_TYPED)
        self._table = connection.sql("FROM typed").to_arrow_table()
        [(self.last,)] = connection.execute("SELECT coalesce(max(id), 0) FROM terms").fetchall()
        self._rows = np.full(self.last + 2, -1, np.int64)
        self._rows[self._table["id"].to_numpy()] = np.arange(len(self._table))

    def has(self, objects: _Ids) -> bool:
        """Whether there is a number or a time among them."""
        return bool((self._rows[objects] >= 0).any())

    def beside(self, name: str, objects: _Ids) -> Iterator[tuple[str, pa.Array]]:
        """The columns of what is known of a column of ids, named; `_NONE` is no id."""
        rows = self._rows[np.where(objects == _NONE, self.last + 1, objects)]
        taken = pa.array(rows, mask=rows < 0)
        if taken.null_count == len(taken):
            return
        number, instant, exact = (self._table[part].take(taken).combine_chunks() for part in PARTS)
        if number.null_count < len(number):
            yield f"{name}_number", number
        if instant.null_count < len(instant):
            yield f"{name}_instant", instant
        if exact.null_count == number.null_count < len(number):
            yield f"{name}_exact", _narrowed(exact)


def _narrowed(exact: pa.Array) -> pa.Array:
    try:
        return pc.cast(exact, pa.int64())
    except pa.ArrowInvalid:
        return exact


def _write(
    connection: duckdb.DuckDBPyConnection, table: str, one: _Class, found: Iterable[_Found], typed: _Typed
) -> None:
    columns: dict[str, pa.Array] = {"s": pa.array(one.members)}
    properties = []
    for number, each in enumerate(found):
        name = f"p{number}"
        objects = np.full(len(one.members), _NONE, np.uint32)
        objects[each.places] = each.objects
        columns[name] = pa.array(objects, mask=objects == _NONE)
        beside = dict(typed.beside(name, objects))
        columns |= beside
        parts = [part for part in PARTS if f"{name}_{part}" in beside]
        is_full = len(each.objects) == len(objects)
        properties.append([table, name, each.p, each.g, each.is_total, is_full, parts])
    connection.register("given", pa.table(columns))
    connection.execute(f"CREATE TABLE output.{table} AS FROM given ORDER BY s")
    connection.unregister("given")
    connection.execute("INSERT INTO output.tables VALUES (?, ?, ?)", [table, one.kind, one.g])
    if properties:
        connection.executemany("INSERT INTO output.properties VALUES (?, ?, ?, ?, ?, ?, ?)", properties)
