"""Projections into ids: which terms they use, and then their quads as numbers.

Terms are told apart by the key that `dictionary` gives them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from graph.columns import dictionary
from graph.columns.connection import quote
from graph.columns.dictionary import Key
from graph.columns.projection import NO_TEXT, Joined, Projection, QuadSql, TermSql, fixed

_NO_ROW = 2**48 - 1
_RESOURCE = NO_TEXT, NO_TEXT
_TO_BE_MOVED = 2**32 - 1
_HASHED_BYTES = 48
"""What a key and its id take in a hash table."""
RESOLVED = "CREATE TABLE making.resolved (s UINTEGER, p UINTEGER, o UINTEGER, g UINTEGER, origin UBIGINT)"
SUBJECT = TermSql("s")
STAGED = Projection(
    "SELECT * FROM work.staged",
    0,
    (QuadSql(TermSql("p"), TermSql("o", "datatype", "language"), TermSql("g")),),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A projection and how many quads each of its parts makes, before duplicates are removed."""

    projection: Projection
    quads: tuple[int, ...]

    @property
    def made(self) -> list[QuadSql]:
        return [quad for quad, count in zip(self.projection.quads, self.quads, strict=True) if count]


def count(connection: duckdb.DuckDBPyConnection, projection: Projection) -> Counted:
    """Evaluates every term of every row once; what DuckDB raises for a bad value comes out here."""
    tests = [f"count(*) FILTER (WHERE {quad.present})" for quad in projection.quads if not quad.joined]
    found: list[int] = []
    if tests:
        (row,) = connection.execute(f"SELECT {', '.join(tests)} FROM ({projection.rows})").fetchall()
        found = list(row)
    counts = []
    for quad in projection.quads:
        if quad.joined is None:
            counts.append(found.pop(0))
            continue
        ((number,),) = connection.execute(
            f"SELECT count(*) FROM ({projection.rows}) JOIN ({quad.joined.select})"
            f" ON {quad.joined.condition} WHERE {quad.present}"
        ).fetchall()
        counts.append(number)
    return Counted(projection, tuple(counts))


def texts(counted: Sequence[Counted]) -> list[str]:
    """Queries of (value, datatype, language): together every term that some quad uses, once.

    Each is to be run by itself: it holds the distinct terms of one kind, and none of them holds two of those.
    """
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    others: list[str] = []
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term, select in _uses(counted):
        kind = term.kind
        if kind is None:
            others.append(select)
        elif (text := fixed(term.value)) is not None:
            known[kind].add(text)
        else:
            alike[kind].append(select)
    for kind, values in known.items():
        if values:
            alike[kind].append(f"SELECT unnest([{', '.join(map(quote, sorted(values)))}]) AS value")
    literals = []
    if others:
        # What varies in kind may be the same as literals of any one kind; resources it has its own.
        alike[_RESOURCE].extend(f"SELECT value FROM ({one}) WHERE datatype IS NULL" for one in others)
        parts = [f"FROM ({one}) WHERE datatype IS NOT NULL" for one in others]
        for datatype, language in [kind for kind in alike if kind != _RESOURCE]:
            selects = _all(alike.pop((datatype, language)))
            parts.append(f"SELECT value, {datatype} AS datatype, {language} AS language FROM ({selects})")
        literals = [f"SELECT DISTINCT * FROM ({_all(parts)})"]
    return literals + [
        f"SELECT value, {datatype} AS datatype, {language} AS language"
        f" FROM (SELECT DISTINCT value FROM ({_all(selects)}))"
        for (datatype, language), selects in alike.items()
    ]


def _all(selects: Sequence[str]) -> str:
    return " UNION ALL ".join(selects)


def _uses(counted: Sequence[Counted]) -> Iterator[tuple[TermSql, str]]:
    """Every term with the query of its values."""
    for one in counted:
        rows, made = one.projection.rows, one.made
        if not made:
            continue
        yield SUBJECT, _values(SUBJECT, rows, _any(made))
        seen: dict[tuple[TermSql, str], None] = {}
        for quad in made:
            ends = [quad.predicate, quad.graph]
            if quad.joined is None:
                ends.append(quad.object)
            else:
                objects = f"SELECT DISTINCT o FROM ({quad.joined.select}) SEMI JOIN"
                child = f"(SELECT * FROM ({rows}) WHERE {quad.present}) ON {quad.joined.condition}"
                yield TermSql("o"), f"SELECT o AS value FROM ({objects} {child})"
            for term in ends:
                condition = "true" if term.is_fixed else _any([quad])
                seen[term, condition] = None
        few = {end for quad in made for end in (quad.predicate, quad.graph)}
        for term, condition in seen:
            yield term, _values(term, rows, condition, "DISTINCT " if term in few else "")


def _any(quads: Sequence[QuadSql]) -> str:
    """SQL: whether a row has one of these quads."""
    tests = []
    for quad in quads:
        test = quad.present
        if quad.joined:
            keys, others = quad.joined.keys, (f"key_{n}" for n in range(len(quad.joined.keys)))
            found = f"SELECT DISTINCT [{', '.join(others)}] FROM ({quad.joined.select})"
            test = f"({test} AND [{', '.join(keys)}] IN ({found}))"
        tests.append(test)
    return "true" if "true" in tests else " OR ".join(dict.fromkeys(tests))


def _values(term: TermSql, rows: str, condition: str, distinct: str = "") -> str:
    where = "" if condition == "true" else f" WHERE {condition}"
    more = "" if term.kind else f", {term.datatype} AS datatype, {term.language} AS language"
    return f"SELECT {distinct}{term.value} AS value{more} FROM ({rows}){where}"


def write_keys(connection: duckdb.DuckDBPyConnection, key: Key) -> bool:
    """Make the tables of keys and ids of resources and of literals. False where two terms share a key."""
    for table, test in (("resources", "IS NULL"), ("literals", "IS NOT NULL")):
        connection.execute(
            f"CREATE OR REPLACE TABLE making.{table} AS"
            f" SELECT {key('value', 'datatype', 'language')} AS key, id FROM output.terms"
            f" WHERE datatype {test}"
        )
        if not dictionary.are_distinct(connection, f"making.{table}"):
            return False
    return True


@dataclass
class Resolver:
    """Writes the quads of projections to `making.resolved`, with the ids of the terms."""

    connection: duckdb.DuckDBPyConnection
    key: Key
    keep_source: bool
    _ids: dict[TermSql, int] = field(default_factory=dict)

    def resolve(self, counted: Counted) -> int:
        """Returns how many quads there are."""
        projection = counted.projection
        local = [quad for quad in counted.made if quad.joined is None]
        joined = [(quad, quad.joined) for quad in counted.made if quad.joined is not None]
        simple = [quad for quad in local if _has_fixed_ends(quad)]
        fixed_objects = [quad for quad in simple if quad.object.is_fixed]
        resources = [quad for quad in simple if not quad.object.is_fixed and quad.object.datatype == NO_TEXT]
        literals = [quad for quad in simple if not quad.object.is_fixed and quad.object.datatype != NO_TEXT]
        written = 0
        for quads, selects in (
            (fixed_objects, self._fixed),
            (resources, self._looked_up("resources")),
            (literals, self._looked_up("literals")),
        ):
            if quads:
                written += self._insert(selects(projection, quads))
                self.connection.execute("DROP TABLE IF EXISTS making.keyed")
        for quad in local:
            if not _has_fixed_ends(quad):
                written += self._insert(self._varying(projection, quad))
        if joined:
            written += self._join(projection, joined)
        return written

    def _insert(self, select: str) -> int:
        ((written,),) = self.connection.execute(f"INSERT INTO making.resolved {select}").fetchall()
        return int(written)

    def _origin(self, projection: Projection) -> str:
        # One number orders by row, then source, so that min() finds the first row a quad was made from.
        if not self.keep_source:
            return "0::UBIGINT"
        source = "coalesce(source, 0)" if projection is STAGED else str(projection.source)
        return f'(coalesce("row", {_NO_ROW})::UBIGINT * 65536 + {source})::UBIGINT'

    def _subjects(self, projection: Projection, more: str) -> str:
        """SELECT of the subject's id, the origin and `more`."""
        return (
            f"SELECT subjects.id AS s_id, {self._origin(projection)} AS origin, {more}"
            f" FROM ({projection.rows}) AS made"
            f" JOIN making.resources AS subjects ON subjects.key = {self.key('made.s', NO_TEXT, NO_TEXT)}"
        )

    def _fixed(self, projection: Projection, quads: Sequence[QuadSql]) -> str:
        listed = ", ".join(self._struct(quad, f"{self._id(quad.object)}::UINTEGER") for quad in quads)
        inner = self._subjects(projection, f"unnest([{listed}]) AS quad")
        return f"SELECT s_id, quad.p, quad.o, quad.g, origin FROM ({inner})"

    def _looked_up(self, table: str) -> Callable[[Projection, Sequence[QuadSql]], str]:
        def select(projection: Projection, quads: Sequence[QuadSql]) -> str:
            structs = ", ".join(self._struct(quad, self._key_or_null(quad.object)) for quad in quads)
            inner = f"({self._subjects(projection, f'unnest([{structs}]) AS quad')})"
            if self._is_tight(table):
                self.connection.execute(f"CREATE OR REPLACE TABLE making.keyed AS FROM {inner}")
                inner = "making.keyed"
            return (
                f"SELECT s_id, quad.p, objects.id, quad.g, origin FROM {inner}"
                f" JOIN making.{table} AS objects ON objects.key = quad.o"
            )

        return select

    def _is_tight(self, table: str) -> bool:
        """Whether the hash tables of the subjects and of `table` may need more than half of the memory.

        DuckDB writes one of them to disk where it must, but not two that one query needs together.
        """
        terms = sum(dictionary.count(self.connection, f"making.{one}") for one in ("resources", table))
        ((memory,),) = self.connection.execute(
            "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
        ).fetchall()
        return bool(terms * _HASHED_BYTES > memory / 2)

    def _struct(self, quad: QuadSql, item: str) -> str:
        p, g = self._id(quad.predicate), self._id(quad.graph)
        return f"{{'p': {p}::UINTEGER, 'o': {item}, 'g': {g}::UINTEGER}}"

    def _key_or_null(self, term: TermSql) -> str:
        return (
            f"CASE WHEN {term.value} IS NOT NULL THEN"
            f" {self.key(term.value, term.datatype, term.language)} END"
        )

    def _varying(self, projection: Projection, quad: QuadSql) -> str:
        """A quad of which predicate, graph or the kind of the object differ from row to row."""
        keys = {
            name: self._key_or_null(term)
            for name, term in (("p", quad.predicate), ("o", quad.object), ("g", quad.graph))
        }
        listed = ", ".join(f"{sql} AS {name}_key" for name, sql in keys.items())
        terms = "(SELECT * FROM making.resources UNION ALL SELECT * FROM making.literals)"
        return (
            f"SELECT s_id, p.id, o.id, g.id, origin FROM ({self._subjects(projection, listed)})"
            f" JOIN making.resources AS p ON p.key = p_key JOIN making.resources AS g ON g.key = g_key"
            f" JOIN {terms} AS o ON o.key = o_key"
        )

    def _join(self, projection: Projection, joined: Sequence[tuple[QuadSql, Joined]]) -> int:
        """All joins of a projection, from one reading of its subjects and keys."""
        columns = dict.fromkeys(
            column
            for quad, parent in joined
            for column in (*parent.keys, quad.predicate.value, quad.graph.value)
            if fixed(column) is None and column != NO_TEXT
        )
        more = ", ".join(["true", *(f"made.{column}" for column in columns)])
        self.connection.execute(f"CREATE TABLE making.children AS {self._subjects(projection, more)}")
        written = 0
        for quad, parent in joined:
            objects = (
                f"SELECT found.* EXCLUDE (o), objects.id AS o_id FROM ({parent.select}) AS found"
                f" JOIN making.resources AS objects ON objects.key = {self.key('found.o', NO_TEXT, NO_TEXT)}"
            )
            ends, tables = [], []
            for name, term in (("p", quad.predicate), ("g", quad.graph)):
                if term.is_fixed:
                    ends.append(str(self._id(term)))
                else:
                    ends.append(f"{name}.id")
                    key = self.key(f"children.{term.value}", NO_TEXT, NO_TEXT)
                    tables.append(f" JOIN making.resources AS {name} ON {name}.key = {key}")
            written += self._insert(
                f"SELECT s_id, {ends[0]}, o_id, {ends[1]}, origin FROM making.children"
                f" JOIN ({objects}) ON {parent.condition}{''.join(tables)} WHERE {quad.present}"
            )
        self.connection.execute("DROP TABLE making.children")
        return written

    def _id(self, term: TermSql) -> int:
        """The id of a fixed term; of a graph that all quads leave, a number that is no id."""
        if term not in self._ids:
            found = self.connection.execute(
                f"SELECT id FROM output.terms WHERE value = {term.value}"
                f" AND datatype IS NOT DISTINCT FROM {term.datatype}"
                f" AND language IS NOT DISTINCT FROM {term.language}"
            ).fetchall()
            self._ids[term] = int(found[0][0]) if found else _TO_BE_MOVED
        return self._ids[term]


def _has_fixed_ends(quad: QuadSql) -> bool:
    return quad.predicate.is_fixed and quad.graph.is_fixed and quad.object.kind is not None
