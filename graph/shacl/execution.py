"""Runs the steps of a plan in a session; what is found comes out as rows of ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graph.shacl.plan import Ask, Check, Collect, Find, Make, Program
from graph.shacl.session import Session

_EMPTY = {
    "id": "SELECT 0::UINTEGER AS id, 0 AS times LIMIT 0",
    "focus, value": "SELECT 0::UINTEGER AS focus, 0::UINTEGER AS value LIMIT 0",
    "p, o, flags": "SELECT 0::UINTEGER AS p, 0::UINTEGER AS o, [TRUE] AS flags LIMIT 0",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what it violates, and the ids of its focus node, path (of sh:closed) and value.

    `times`: how often the standard has it reported.
    """

    check: Check
    focus: int
    path: int | None
    value: int | None
    times: int


class Execution:
    """Runs programs one after the other; `focus_nodes` counts the nodes looked at so far."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.connection.execute
        self._empty: set[str] = set()

    def run(self, program: Program) -> Iterator[Found]:
        """All results of the program's shape."""
        self._empty.clear()
        made = []
        self._make(program.focus)
        made.append(program.focus.table)
        if program.focus.table not in self._empty:
            for step in program.steps:
                match step:
                    case Make():
                        self._make(step)
                        made.append(step.table)
                    case Collect(table, finds):
                        self._collect(table, finds)
                        made.append(table)
                    case _:
                        yield from self._find(step)
        for table in made:
            self._run(f"DROP TABLE {table}")

    @contextmanager
    def focus_of(self, program: Program) -> Iterator[str | None]:
        """The table of the program's focus nodes, while the `with` lasts; None where there are none."""
        self._empty.clear()
        self._make(program.focus)
        yield None if program.focus.table in self._empty else program.focus.table
        self._run(f"DROP TABLE {program.focus.table}")

    def _make(self, step: Make) -> None:
        if step.after in self._empty:
            self._run(f"CREATE TEMP TABLE {step.table} AS {_EMPTY[step.columns]}")
            self._empty.add(step.table)
            return
        made = self._run(f"CREATE TEMP TABLE {step.table} AS {step.select}").fetchone()
        if made is not None and made[0] == 0:
            self._empty.add(step.table)

    def _find(self, step: Find | Ask) -> Iterator[Found]:
        if isinstance(step, Ask):
            raise NotImplementedError
        if step.made_for in self._empty:
            return
        rows = self._run(step.select).fetchall()
        for flags, focus, path, value, times in rows:
            for check, is_violated in zip(step.checks, flags, strict=True):
                if is_violated:
                    yield Found(check, focus, path, value, times)

    def _collect(self, table: str, finds: tuple[Find | Ask, ...]) -> None:
        selects = []
        for one in finds:
            if isinstance(one, Ask):
                raise NotImplementedError
            if one.made_for not in self._empty:
                selects.append(f"SELECT focus FROM ({one.select})")
        if not selects:
            self._run(f"CREATE TEMP TABLE {table} AS {_EMPTY['id']}")
            return
        union = " UNION ALL ".join(selects)
        self._run(f"CREATE TEMP TABLE {table} AS SELECT DISTINCT focus AS id FROM ({union})")
