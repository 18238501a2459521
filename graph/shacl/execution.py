"""Runs the steps of a plan in a session; what is found comes out as rows of ids."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from graph import algebra
from graph.shacl import asking
from graph.shacl.fusion import Check
from graph.shacl.model import Query
from graph.shacl.plan import BAD, FOCUS, NODES, VALUES, Ask, Collect, Find, Make, Program
from graph.shacl.sight import Sight
from graph.shacl.terms import Constants, Key

_EMPTY = {
    NODES: "SELECT 0::UINTEGER AS id, 0 AS times LIMIT 0",
    VALUES: "SELECT 0::UINTEGER AS focus, 0::UINTEGER AS value LIMIT 0",
    BAD: "SELECT 0::UINTEGER AS p, 0::UINTEGER AS o, [TRUE] AS flags LIMIT 0",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what it violates, the id of its focus node, its path (of sh:closed or a query) and value.

    `times`: how often the standard has it reported. `said` are the values of those variables of a query that
    its messages name.
    """

    check: Check
    focus: int
    path: int | Key | None
    value: int | Key | None
    times: int
    said: Mapping[str, int | Key] = field(default_factory=dict)


class Execution:
    """Runs programs one after the other.

    Raises `algebra.Unsupported` where a query meets a value that it cannot treat exactly.
    """

    def __init__(self, session: Sight, constants: Constants) -> None:
        self._constants = constants
        self._session = session
        self._is_ready = False
        self._empty: set[str] = set()
        self._made: list[str] = []

    def run(self, program: Program) -> Iterator[Found]:
        """All results of the program's shape."""
        if not program.steps:
            return
        with self.focus_of(program) as focus:
            for step in program.steps if focus is not None else ():
                match step:
                    case Make():
                        self._make(step)
                    case Collect(table, finds):
                        self._collect(table, finds)
                    case Find() | Ask() if step.made_for not in self._empty:
                        yield from self._ask(step) if isinstance(step, Ask) else self._find(step)

    @contextmanager
    def focus_of(self, program: Program) -> Iterator[str | None]:
        """The table of the program's focus nodes, while the `with` lasts; None where there are none."""
        if not self._is_ready:
            self._session.see_triples()
            self._is_ready = True
        self._empty.clear()
        self._session.connection.register(FOCUS, pa.table({"id": pa.array(program.nodes)}))
        self._make(program.focus)
        self._session.connection.unregister(FOCUS)
        try:
            yield None if program.focus.table in self._empty else program.focus.table
        finally:
            for table in self._made:
                self._run(f"DROP TABLE {table}")
            self._made.clear()

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        return self._session.connection.execute(sql)

    def _make(self, step: Make) -> None:
        is_empty = step.after in self._empty
        select = _EMPTY[step.columns] if is_empty else step.select
        made = self._run(f"CREATE TEMP TABLE {step.table} AS {select}").fetchone()
        self._made.append(step.table)
        if is_empty or (made is not None and made[0] == 0):
            self._empty.add(step.table)

    def _find(self, step: Find) -> Iterator[Found]:
        for flags, focus, path, value, times in self._run(step.select).fetchall():
            for check, is_violated in zip(step.checks, flags, strict=True):
                if is_violated:
                    yield Found(check, focus, path, value, times)

    def _collect(self, table: str, finds: tuple[Find | Ask, ...]) -> None:
        selects = [
            f'SELECT "this:id" AS focus FROM ({self._answers(one)})'
            if isinstance(one, Ask)
            else f"SELECT focus FROM ({one.select})"
            for one in finds
            if one.made_for not in self._empty
        ]
        union = (
            f"SELECT DISTINCT focus AS id FROM ({' UNION ALL '.join(selects)})" if selects else _EMPTY[NODES]
        )
        try:
            self._run(f"CREATE TEMP TABLE {table} AS {union}")
        except duckdb.Error as wrong:
            raise _refused(wrong) from wrong
        self._made.append(table)

    def _ask(self, step: Ask) -> Iterator[Found]:
        sql = self._answers(step)
        if step.is_repeated:
            sql = f'SELECT f.times, r.* FROM ({sql}) r JOIN {step.made_for} f ON f.id = r."this:id"'
        else:
            sql = f"SELECT 1 AS times, * FROM ({sql})"
        try:
            cursor = self._run(sql)
            rows, names = cursor.fetchall(), [one[0] for one in cursor.description or ()]
        except duckdb.Error as wrong:
            raise _refused(wrong) from wrong
        for row in rows:
            yield _found(step, dict(zip(names, row, strict=True)))

    def _answers(self, step: Ask) -> str:
        """SQL for the violations, with the columns of `algebra.Plan`."""
        query = step.check.constraint
        assert isinstance(query, Query)
        ids = [self._constants.known[one].id for one in asking.constants(query)]
        sql = asking.compiled(query).plan.with_ids(ids)
        # A table, not a view: the query reads it in several places.
        asked = f"{asking.ASKED}_{len(self._made)}"
        self._run(f"CREATE TEMP TABLE {asked} AS {step.asked}")
        self._made.append(asked)
        sql = sql.replace(f"FROM {asking.ASKED})", f"FROM {asked})", 1)
        if not query.is_ask:
            return sql
        return (
            f'SELECT a.this AS "this:id", a.value AS "value:id" FROM {asked} a'
            f' ANTI JOIN ({sql}) y ON y."this:id" = a.this AND y."value:id" = a.value'
        )


def _found(step: Ask, row: Mapping[str, object]) -> Found:
    shape = step.check.shape
    value = _term(row, "value")
    if value is None and shape.path is None:
        value = _term(row, "this")
    query = step.check.constraint
    named = asking.named_in_messages(query) if isinstance(query, Query) else ()
    said = {name: term for name in named if (term := _term(row, name)) is not None}
    return Found(
        step.check,
        focus=int(str(row["this:id"])),
        path=_term(row, "path"),
        value=value,
        times=int(str(row["times"])),
        said=said,
    )


def _term(row: Mapping[str, object], name: str) -> int | Key | None:
    number = row.get(f"{name}:id")
    if number is not None:
        return int(str(number))
    value = row.get(f"{name}:value")
    if value is None:
        return None
    datatype, language = row.get(f"{name}:datatype"), row.get(f"{name}:language")
    return (
        str(value),
        None if datatype is None else str(datatype),
        None if language is None else str(language),
    )


def _refused(wrong: duckdb.Error) -> Exception:
    """A value that a query cannot treat exactly, else the error itself."""
    _, refusal, reason = str(wrong).partition(algebra.REFUSAL)
    return algebra.Unsupported(reason.splitlines()[0]) if refusal else wrong
