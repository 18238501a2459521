"""Fewer graphs for the same answer: Oxigraph asks every graph of the default graph for every pattern.

With 17 permitted graphs a look-up costs 7 times as much as with the one that can answer it. What each graph
holds is known when a generation is made (`Holdings`), so graphs that no pattern of the query can match are
left out. Only what is permitted already is ever looked at, and nothing is added.

What this leaves open where a query asks for everything about one thing, the store tells: in which graphs
that thing is described (`Narrowed.within`).

A graph can match a triple pattern when it holds the predicate (for `a` the class), and describes what the
other patterns that must match say of the subject: when it shares subjects with a graph of each other pattern
about it, and, where the subject is the object of a pattern, describes objects of that predicate. Named graphs
(GRAPH) are left as they are.
"""

from graph.sparql.narrowing.holdings import Graphs, Holdings
from graph.sparql.narrowing.narrowed import Narrowed, narrow

__all__ = ["Graphs", "Holdings", "Narrowed", "narrow"]
