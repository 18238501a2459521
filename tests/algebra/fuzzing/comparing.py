"""One random graph in three engines, and where their answers to a query differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyoxigraph

from graph import algebra
from graph.algebra import reading
from graph.columns import TextQuad
from graph.sparql.exactness import misread
from tests.algebra.fuzzing import answers
from tests.algebra.fuzzing.grammar import Grammar
from tests.algebra.fuzzing.trees import Tree, smallest
from tests.algebra.graphs import DEFAULT, Graphs, node, opened, term, text_quads

Outcome = Literal["same", "refused", "no query", "differs"]


@dataclass(frozen=True)
class Difference:
    """`named`: why Oxigraph is not asked such a query, empty where it is. `rdflib`: whom it agrees with."""

    seed: int
    query: Tree
    named: str
    rdflib: str
    columns: str = ""
    oxigraph: str = ""


class Engines:
    """Columns and a store of the same quads: Oxigraph rewrites literals as it loads them, and the columns
    are of what it then holds."""

    def __init__(self, folder: Path, quads: list[TextQuad]) -> None:
        self._store = store_of(quads)
        self.quads = list(self._store.quads_for_pattern(None, None, None, None))
        self._columns = opened(folder / "columns.duckdb", text_quads(self.quads), is_wide=True)
        self._graphs = Graphs(self._columns)

    def close(self) -> None:
        self._columns.close()

    def outcome(self, query: Tree) -> Outcome:
        try:
            wanted = self._wanted(query)
        except SyntaxError:
            return "no query"  # BIND to a variable in use, and the like
        try:
            found = answers.of_columns(self._graphs, str(query))
        except algebra.Unsupported as refused:
            return "differs" if refused.reason.startswith("DuckDB") else "refused"
        except duckdb.Error:
            return "differs"
        return "same" if self._is_right(query, found, wanted) else "differs"

    def _wanted(self, query: Tree) -> answers.Answer:
        paged = answers.is_page(query)
        return answers.of_oxigraph(self._store, str(answers.whole(query) if paged else query))

    def _is_right(self, query: Tree, found: answers.Answer, wanted: answers.Answer) -> bool:
        if len(query.children) > 1 and not answers.is_sorted(found, str(query.children[1])):
            return False
        if answers.is_page(query):
            return answers.is_page_of(found, wanted, str(query.children[2]))
        return answers.alike(found, wanted, reduced="REDUCED" in str(query.children[0]))

    def difference(self, seed: int, query: Tree) -> Difference:
        """What a query that differs shows, made as small as it can be."""
        named = self._reason(str(query))
        small = query if named else smallest(query, lambda other: self.outcome(other) == "differs")
        by_columns, by_oxigraph = self._told(small, ours=True), self._told(small, ours=False)
        return Difference(seed, small, named, self._opinion(small), by_columns, by_oxigraph)

    def _reason(self, query: str) -> str:
        """Why the service asks the columns alone; empty where it may ask Oxigraph."""
        store = self._graphs.store
        try:
            plan = algebra.compile(query, quads="quads", base=answers.BASE)
            alone = store.exact(query, store.graphs, base=answers.BASE) == "columns"
        except algebra.Unsupported:
            # Compiled only by what the data says, which who plans does not ask: Oxigraph alone is asked.
            return misread(reading.read(query, {}, answers.BASE, None, has_dataset=True))
        if not alone or plan.required:
            return (
                "a path of no length at a term that the data does not have (oxigraph#1815)" if alone else ""
            )
        return misread(plan.query) or "a literal of the query is written in another form"

    def _told(self, query: Tree, *, ours: bool) -> str:
        try:
            if ours:
                return _shown(answers.of_columns(self._graphs, str(query)))
            return _shown(answers.of_oxigraph(self._store, str(query)))
        except (algebra.Unsupported, duckdb.Error) as wrong:
            return f"{type(wrong).__name__}: {str(wrong)[:300]}"

    def _opinion(self, query: Tree) -> str:
        """Whom rdflib agrees with; it raises errors of every kind."""
        try:
            third = answers.of_rdflib(answers.dataset_of(self.quads), str(query))
            ours = answers.of_columns(self._graphs, str(query))
            theirs = answers.of_oxigraph(self._store, str(query))
        except Exception as wrong:  # noqa: BLE001 – whatever another's engine raises is no opinion
            return f"none ({type(wrong).__name__})"
        agrees = answers.alike(third, ours), answers.alike(third, theirs)
        return {(True, False): "columns", (False, True): "Oxigraph", (True, True): "both"}.get(
            agrees, "neither"
        )


def compared(seed: int, queries: int, folder: Path) -> Iterator[Outcome | Difference]:
    """What comes of the queries of one random graph."""
    grammar = Grammar(seed)
    engines = Engines(folder, grammar.dataset())
    try:
        for _ in range(queries):
            query = grammar.query()
            outcome = engines.outcome(query)
            yield engines.difference(seed, query) if outcome == "differs" else outcome
    finally:
        engines.close()


def _shown(answer: answers.Answer) -> str:
    if answer.value is not None:
        return str(answer.value)
    rows = [
        [None if one is None else "|".join(map(str, filter(None, one))) for one in row] for row in answer.rows
    ]
    return f"{answer.variables} {rows[:8]}{' …' if len(rows) > 8 else ''}"


def store_of(quads: list[TextQuad]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for s, p, o, datatype, language, g in quads:
        graph = pyoxigraph.DefaultGraph() if g == DEFAULT else pyoxigraph.NamedNode(g)
        store.add(pyoxigraph.Quad(node(s), pyoxigraph.NamedNode(p), term(o, datatype, language), graph))
    return store
