"""Of the graphs that may be read, those that can matter to a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyparsing import ParseException
from rdflib import URIRef
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from graph.sparql.narrowing.algebra import algebra_of, subjects
from graph.sparql.narrowing.holdings import Graphs, Holdings
from graph.sparql.narrowing.paths import UnknownError
from graph.sparql.narrowing.patterns import Patterns

LONGEST = 20_000
"""Characters; a longer text is not worth its parsing time (4 to 25 ms for a usual one)."""

FEW = 2
"""Graphs; to have fewer is not worth a look at what is described where."""


def narrow(
    text: str, graphs: Sequence[str], holdings: Holdings, *, base: str | None = None
) -> tuple[str, ...]:
    """Those of `graphs` that can matter to the query; all of them where that cannot be told. Never none:
    Oxigraph takes no graphs at all to mean its unnamed one."""
    return Narrowed.of(text, graphs, holdings, base=base).graphs


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was found out about a query holds for all of its shape (`graph.sparql.shape`).

    `graphs`: those that can matter, whatever things it is about. `subjects`: IRIs whose own graphs would tell
    more, as `within` does.
    """

    graphs: tuple[str, ...]
    subjects: frozenset[str] = frozenset()
    algebra: CompValue | None = None

    @classmethod
    def of(
        cls, text: str, graphs: Sequence[str], holdings: Holdings, *, base: str | None = None
    ) -> "Narrowed":
        if len(graphs) < 2 or len(text) > LONGEST:
            return cls(tuple(graphs))
        try:
            query = algebra_of(text, base)
            patterns = Patterns(frozenset(graphs), holdings)
            used = frozenset[str]().union(*patterns.of(query.p, {}))
        except (
            UnknownError,
            ParseException,
            RecursionError,
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ):
            return cls(tuple(graphs))  # what rdflib does not read is for the store to judge
        kept = _kept(graphs, used)
        if len(kept) <= FEW:
            return cls(kept)
        return cls(kept, frozenset(subjects(query.p)), query.p)

    def within(self, holdings: Holdings, described: Mapping[str, Graphs]) -> tuple[str, ...]:
        """Those of the graphs that can matter where a subject is described in these alone."""
        if not described or self.algebra is None:
            return self.graphs
        known: dict[Node, Graphs] = {URIRef(subject): graphs for subject, graphs in described.items()}
        patterns = Patterns(frozenset(self.graphs), holdings, known)
        return _kept(self.graphs, frozenset[str]().union(*patterns.of(self.algebra, {})))


def _kept(graphs: Sequence[str], used: Graphs) -> tuple[str, ...]:
    return tuple(graph for graph in graphs if graph in used) or tuple(graphs[:1])
