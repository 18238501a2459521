"""Queries over a generation's columns: compiled once, answered in SQL, written by DuckDB."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from graph import algebra
from graph.algebra import Constant, Unsupported
from graph.algebra.context import text
from graph.columns import Columns
from graph.columns.rewriting import REWRITTEN
from graph.columns.schema import LANG_STRING, XSD_STRING
from graph.columns.typed import INSTANT, NUMBER
from graph.sparql import writing
from graph.sparql.closures import Closures
from graph.sparql.data import Data
from graph.sparql.exactness import exact, written
from graph.sparql.parameters import parametrised
from graph.sparql.rewriting import Rewriting
from graph.sparql.wire import Exact
from graph.stores.oxigraph import graph_document, syntax_fault
from graph.stores.streams import LimitedBuffer

_PLANS = 1_000
_LONGEST_KEPT = 10_000
"""Characters of a query whose plan is kept: its SQL may be ten times as long."""
_LONGEST_PARSED = 20_000
"""Characters of SQL that is kept read."""
_VIEWS = 500
_BATCH = 5_000
_LAST_ID = 2**32 - 2
NTRIPLES = "application/n-triples"
MOST_IN_MEMORY = 256 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a plan depends on."""

    text: str
    base: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    media_type: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL whose rows are the texts of an answer; the first `between` bytes of them are left out.

    `parsed`: the same, read by DuckDB, which takes a quarter to a third of a small answer; where it is kept.
    """

    form: str
    sql: str
    parsed: duckdb.Statement | None = None
    before: bytes = b""
    between: int = 0
    after: bytes = b""


class ColumnsStore:
    """Fills the port `graph.stores.store.Store` for the queries that the compiler answers exactly.

    `query` raises `algebra.Unsupported` for the others, before or while it runs. No triple may stand in two
    graphs of the file, which publication sees to: then no graph has to be merged with another.
    """

    def __init__(self, columns: Columns, again: Callable[[], Columns] | None = None) -> None:
        """`again` opens the same columns once more."""
        self._columns, self._again = columns, again
        self._connection = columns.connection
        # With it LIMIT, and so EXISTS, has all rows of a left join with nothing (DuckDB 2.0.0).
        self._connection.execute("SET disabled_optimizers = 'projection_pullup'")
        self._data = Data(columns)
        self.graphs = self._data.graphs
        self._rewriting = Rewriting(self._data.rewritten)
        self._closures = Closures(columns)
        self._views: dict[tuple[str, frozenset[int]], str] = {}
        self._fixed: dict[tuple[_Asked, tuple[object, ...]], frozenset[int]] = {}
        self._shapes: dict[tuple[_Asked, tuple[object, ...]], algebra.Plan] = {}
        self._plans: OrderedDict[_Asked, _Compiled | Unsupported] = OrderedDict()

    @classmethod
    def open(cls, path: Path, *, memory_mb: int, threads: int, spill_mb: int | None = None) -> "ColumnsStore":
        """Read-only: any number of processes may have it open. Raises SourceError for another file.

        `spill_mb`: what may be written to disk of that for which there is no memory; DuckDB's own limit is
        nine tenths of the disk.
        """

        def again() -> Columns:
            columns = Columns(path, memory_mb=memory_mb, threads=threads)
            if spill_mb is not None:
                columns.connection.execute(f"SET max_temp_directory_size = '{spill_mb}MiB'")
            return columns

        return cls(again(), again)

    def interrupt(self) -> None:
        """End the query that runs now; it raises InterruptedError. May be called from another thread."""
        self._connection.interrupt()

    def query(
        self,
        text: str,
        *,
        default_graph: Iterable[str],
        named_graphs: Iterable[str],
        media_type: str,
        max_bytes: int,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
        buffer: Callable[[int], LimitedBuffer] = LimitedBuffer,
    ) -> bytes:
        asked = _Asked(text, base, tuple(default_graph), tuple(named_graphs), media_type)
        try:
            return self._answered(asked, partial(buffer, max_bytes), prefixes or {})
        except duckdb.InterruptException as stopped:
            raise InterruptedError from stopped
        except duckdb.OutOfMemoryException as wrong:
            raise MemoryError from wrong
        except OSError as wrong:
            # So Arrow tells, while rows are fetched, what DuckDB tells before.
            if "INTERRUPT" in str(wrong):
                raise InterruptedError from wrong
            if "Out of Memory" in str(wrong):
                raise MemoryError from wrong
            raise
        except (duckdb.InternalException, duckdb.FatalException) as wrong:
            raise self._begun_anew(asked, wrong) from wrong
        except duckdb.OutOfRangeException as wrong:
            raise Unsupported("a number is out of the range of SQL") from wrong
        except duckdb.InvalidInputException as wrong:
            _, refusal, reason = str(wrong).partition(algebra.REFUSAL)
            if not refusal:
                # Such as a regular expression that DuckDB does not take (it compiles them as it meets
                # them), or an expression at which its optimizer fails, as `NULL <> ''` in a CASE (2.0).
                raise Unsupported("SQL refuses a value of it") from wrong
            raise Unsupported(reason.splitlines()[0]) from wrong

    def _begun_anew(self, asked: _Asked, wrong: duckdb.Error) -> Exception:
        """What to raise. A fault of DuckDB's own (2.0.0: a dictionary that "changed identity", above a LEFT
        JOIN of a UNION) leaves a database that answers nothing any more."""
        if self._again is None:
            return wrong
        self._columns.close()
        self.__init__(self._again(), self._again)  # type: ignore[misc]  # all that it knew named the old one
        refused = self._plans[asked] = Unsupported("DuckDB fails at its plan")
        return refused

    def exact(self, text: str, graphs: Iterable[str], *, base: str | None = None) -> Exact:
        """Which engines may answer from these graphs. Raises Unsupported where these columns may not,
        InterruptedError.

        That of a path of no length at a term is these alone: see `_with_terms`.
        """
        _check_syntax(text, base)
        plan = algebra.compile(text, triples="triples", quads="quads", base=base, has_dataset=True)
        try:
            if plan.required or self._is_rewritten(written(plan.query)):
                return "columns"
            return exact(plan.query, self._rewriting.within(graphs))
        except duckdb.InterruptException as stopped:
            raise InterruptedError from stopped

    def _is_rewritten(self, constants: Iterable[Constant]) -> bool:
        """Whether Oxigraph would write one of the literals of a query in another form."""
        listed = [(one.value, one.datatype) for one in dict.fromkeys(constants)]
        listed = [one for one in listed if one[1] not in (XSD_STRING, LANG_STRING)]
        if not listed:
            return False
        rows = ", ".join(f"({text(value)}, {text(datatype or '')})" for value, datatype in listed)
        asked = f"SELECT bool_or({REWRITTEN}) FROM (VALUES {rows}) q(value, datatype)"
        return bool(self._connection.execute(asked).fetchall()[0][0])

    def explain(self, text: str, graphs: Iterable[str], media_type: str = NTRIPLES) -> str:
        """The SQL of a query over these graphs, which DuckDB has planned. Raises Unsupported."""
        seen = tuple(graphs)
        sql = self._compiled(_Asked(text, None, seen, seen, media_type)).sql
        self._connection.execute(f"PREPARE planned AS {sql}")
        self._connection.execute("DEALLOCATE planned")
        return sql

    def _answered(
        self, asked: _Asked, buffer: Callable[[], LimitedBuffer], prefixes: Mapping[str, str]
    ) -> bytes:
        compiled = self._compiled(asked)
        if compiled.form == "ASK":
            ((answer,),) = self._connection.execute(compiled.parsed or compiled.sql).fetchall()
            return writing.WORDINGS[asked.media_type].boolean(bool(answer)).encode()
        is_graph = compiled.form == "CONSTRUCT" and asked.media_type != NTRIPLES
        # One whole answer lies in memory where it has to be written in another format.
        out = LimitedBuffer(MOST_IN_MEMORY) if is_graph else buffer()
        out.write(compiled.before)
        skipped = compiled.between
        # Not as a relation: DuckDB's Python client would bind the statement a second time, which costs more
        # than to join the texts here.
        found = self._connection.execute(compiled.parsed or compiled.sql)
        while rows := found.fetchmany(_BATCH):
            out.write("".join([line for (line,) in rows]).encode()[skipped:])
            skipped = 0
        out.write(compiled.after)
        if is_graph:
            return graph_document(out.getvalue(), asked.media_type, buffer(), prefixes=prefixes)
        return out.getvalue()

    def _compiled(self, asked: _Asked) -> _Compiled:
        known = self._plans.pop(asked, None)
        if known is None:
            try:
                known = self._compile(asked)
            except Unsupported as refused:
                known = refused
            if len(self._plans) >= _PLANS:
                self._plans.popitem(last=False)
        if len(asked.text) <= _LONGEST_KEPT:
            self._plans[asked] = known
            if isinstance(known, _Compiled) and len(known.sql) <= _LONGEST_PARSED and not known.parsed:
                [parsed] = self._connection.extract_statements(known.sql)
                self._plans[asked] = known = replace(known, parsed=parsed)
        if isinstance(known, Unsupported):
            raise known
        return known

    def _compile(self, asked: _Asked) -> _Compiled:
        # Here and not where one more is made: the plan in hand names the others.
        if len(self._views) >= _VIEWS or self._closures.is_full:
            self._forget()
        _check_syntax(asked.text, asked.base)
        wording = writing.WORDINGS.get(asked.media_type)
        plan, values = self._plan(asked)
        ids = {constant: self._data.id_of(constant) for constant in plan.stood_for(values)}
        if added := [constant for constant in plan.required if ids[constant] is None]:
            ids |= {constant: _LAST_ID - number for number, constant in enumerate(added)}
            plan = self._planned(asked, terms=_with_terms({constant: ids[constant] for constant in added}))
        sql = plan.with_values(values, [ids[constant] for constant in plan.stood_for(values)])
        if wording is None:
            return _Compiled(
                plan.form, f"SELECT DISTINCT line FROM ({sql}) WHERE line IS NOT NULL ORDER BY line"
            )
        before, after = wording.before(plan.variables).encode(), wording.after.encode()
        return _Compiled(plan.form, sql, None, before, len(wording.between), after)

    def _plan(self, asked: _Asked) -> tuple[algebra.Plan, Sequence[Constant]]:
        """The plan of a query, or of another one of its shape, and the values of the plan's parameters."""
        given = parametrised(asked.text)
        if given is None:
            return self._planned(asked), ()
        others = replace(asked, text="")
        fixed = self._fixed.get((others, given.key()), frozenset())
        known = self._shapes.get((others, given.key(fixed)))
        if known is not None:
            return known, [one for number, one in enumerate(given.terms) if number not in fixed]
        plan = self._planned(asked, parameters=given.terms)
        if not plan.is_open:
            return self._planned(asked), ()
        fixed = frozenset(number for number, one in enumerate(given.terms) if one not in plan.parameters)
        if len(self._shapes) >= _PLANS:
            self._fixed.clear()
            self._shapes.clear()
        if len(asked.text) <= _LONGEST_KEPT:
            self._fixed[others, given.key()] = fixed
            self._shapes[others, given.key(fixed)] = plan
        return plan, plan.parameters

    def _planned(self, asked: _Asked, **more: Any) -> algebra.Plan:
        wording = writing.WORDINGS.get(asked.media_type)
        triples = self._view("s, p, o", asked.default_graphs)
        return algebra.compile(
            asked.text,
            triples=triples,
            quads=self._view("s, p, o, g", asked.named_graphs),
            base=asked.base,
            has_dataset=True,
            objects=self._data.objects,
            implies=partial(self._data.implies, triples, self._ids(asked.default_graphs)),
            resources=self._data.resources,
            wide=self._data.wide(asked.default_graphs),
            closure=partial(self._closure, triples),
            are_ids_in_order=self._data.are_ids_in_order,
            writing=writing.triples if wording is None else wording.line,
            **more,
        )

    def _closure(self, triples: str, predicate: Constant) -> str | None:
        identity = self._data.id_of(predicate)
        return None if identity is None else self._closures.of(triples, identity)

    def _view(self, columns: str, graphs: Iterable[str]) -> str:
        """The name of a view of the quads in these graphs."""
        ids = self._ids(graphs)
        if (columns, ids) not in self._views:
            name = f"view_{len(self._views)}"
            listed = ", ".join(map(str, sorted(ids)))
            every = len(ids) == len(self.graphs)
            where = "" if every else f" WHERE g IN ({listed})" if ids else " WHERE false"
            self._connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM columns.quads{where}"
            )
            self._views[columns, ids] = name
        return self._views[columns, ids]

    def _ids(self, graphs: Iterable[str]) -> frozenset[int]:
        return frozenset(self.graphs[graph] for graph in graphs if graph in self.graphs)

    def _forget(self) -> None:
        """The plans name the views and closures."""
        self._plans.clear()
        self._fixed.clear()
        self._shapes.clear()
        self._data.forget()
        self._closures.clear()
        self._views.clear()


def _check_syntax(text: str, base: str | None) -> None:
    """Raises Unsupported for what only rdflib's parser, which is lenient, takes for a query."""
    if syntax_fault(text, base=base):
        raise Unsupported("the query cannot be read")


def _with_terms(ids: Mapping[Constant, int | None]) -> str:
    """SQL of the dictionary with more terms: a path of no length at a term is a solution, whether the data
    has the term or not (§18.4). Oxigraph 0.5 finds it only where it does (oxigraph#1815)."""
    rows = ", ".join(
        f"({number}, {', '.join('NULL' if part is None else text(part) for part in astuple(constant))})"
        for constant, number in ids.items()
    )
    typed = "id::UINTEGER AS id, value, datatype::VARCHAR AS datatype, language::VARCHAR AS language"
    added = f"SELECT {typed} FROM (VALUES {rows}) added(id, value, datatype, language)"
    return f"(FROM columns.terms UNION ALL SELECT *, {NUMBER}, {INSTANT} FROM ({added}))"
