"""A walk over a store: rows, and the document of results (SPARQL 1.1 Query Results JSON).

The work is bounded before it begins: whatever a query is, no more than `MOST` quads are read for it, nor
longer than `SECONDS`, nor more than `LARGEST` characters of them.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from json.encoder import encode_basestring

from graph.sparql.walks.walk import UNBOUND, Count, Iri, Step, Text, Thing, Walk
from graph.stores.oxigraph import Graph, OxigraphStore, Term, TermBeyondError, Triple

MOST = 400
"""Quads, and times that a graph is asked for some: 5 µs each."""
SECONDS = 0.1
"""By the clock: what is read may have to come from a disk, or another process may have the processor."""
LARGEST = 100_000
Row = list[Term | None]
Holding = Callable[[str | None], Sequence[Graph] | None]
"""The graphs that may hold a predicate (None: it may be any), among those that are read; None where they are
all there are."""


class TooFarError(Exception):
    """The walk would be longer than one may be, or meets what is not written here."""


class TooLateError(Exception):
    """The walk takes too long, this time."""


class Walking:
    """One walk."""

    def __init__(self, store: OxigraphStore, graphs: Holding) -> None:
        self._store = store
        self._graphs = graphs
        self._left = MOST
        self._until = time.perf_counter() + SECONDS

    def document(self, walk: Walk, things: Sequence[str]) -> bytes:
        """Raises TooFarError, TooLateError, and ValueError for what is no IRI."""
        rows = [self._start(walk, things)]
        for step in walk.steps:
            rows = [longer for row in rows for longer in self._extended(row, step)]
        try:
            return _counted(walk.count, rows) if walk.count else _written(walk, rows)
        except TermBeyondError as beyond:
            raise TooFarError from beyond

    def _start(self, walk: Walk, things: Sequence[str]) -> Row:
        row: Row = []
        for constant in walk.constants:
            match constant:
                case Thing(place):
                    row.append(self._store.iri(things[place]))
                case Iri(value):
                    row.append(self._store.iri(value))
                case Text(value):
                    row.append(self._store.text(value))
        return row + [None] * walk.variables

    def _extended(self, row: Row, step: Step) -> list[Row]:
        if step.repeated:
            return self._reached(row, step)
        subject, predicate, end = step.subject, step.predicate, step.object
        is_same_twice = len({subject, predicate, end}) < 3
        rows = []
        for found in self._read(row[subject], row[predicate], row[end]):
            longer = row.copy()
            longer[subject], longer[predicate], longer[end] = found
            if not is_same_twice or (longer[subject], longer[predicate], longer[end]) == found:
                rows.append(longer)
        return rows

    def _reached(self, row: Row, step: Step) -> list[Row]:
        """Each end once (SPARQL 1.1 §18.4, ALP)."""
        start, end = row[step.subject], row[step.object]
        found: dict[Term | None, None] = {start: None} if step.repeated == "*" else {}
        waiting = [start]
        while waiting:
            for _, _, other in self._read(waiting.pop(), row[step.predicate], None):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        rows = []
        for one in found:
            if end is None or one == end:
                longer = row.copy()
                longer[step.object] = one
                rows.append(longer)
        return rows

    def _read(self, subject: Term | None, predicate: Term | None, end: Term | None) -> Iterable[Triple]:
        """Each once, whichever graphs hold it."""
        graphs = self._graphs(None if predicate is None else OxigraphStore.iri_of(predicate))
        if graphs is not None and len(graphs) == 1:
            return self._of(graphs[0], subject, predicate, end)
        asked = (None,) if graphs is None else graphs
        return dict.fromkeys(one for graph in asked for one in self._of(graph, subject, predicate, end))

    def _of(
        self, graph: Graph | None, subject: Term | None, predicate: Term | None, end: Term | None
    ) -> list[Triple]:
        found = self._store.triples(subject, predicate, end, graph, self._left)
        self._left -= 1 + len(found)
        if self._left < 0:
            raise TooFarError
        if time.perf_counter() > self._until:
            raise TooLateError
        return found


def _counted(count: Count, rows: Sequence[Row]) -> bytes:
    if count.place is None:
        number = len(rows)
    elif count.place == UNBOUND:
        number = 0
    else:
        number = len({row[count.place] for row in rows}) if count.is_distinct else len(rows)
    name = encode_basestring(count.name)
    cell = f'"type":"literal","value":"{number}","datatype":"http://www.w3.org/2001/XMLSchema#integer"'
    return f'{{"head":{{"vars":[{name}]}},"results":{{"bindings":[{{{name}:{{{cell}}}}}]}}}}'.encode()


def _written(walk: Walk, rows: Sequence[Row]) -> bytes:
    names = [(encode_basestring(name), place) for name, place in walk.selected]
    bound = [(f"{name}:", place) for name, place in names if place != UNBOUND]
    written: dict[Term | None, str] = {}
    lines, size = [], 0
    for row in rows:
        cells = []
        for name, place in bound:
            term = row[place]
            cell = written.get(term)
            if cell is None:
                assert term is not None
                cell = written[term] = OxigraphStore.as_json(term)
            cells.append(name + cell)
        line = f"{{{','.join(cells)}}}"
        size += len(line)
        if size > LARGEST:
            raise TooFarError
        lines.append(line)
    if walk.is_distinct:
        lines = list(dict.fromkeys(lines))
    head = ",".join([name for name, _ in names])
    return f'{{"head":{{"vars":[{head}]}},"results":{{"bindings":[{",".join(lines)}]}}}}'.encode()
