"""Search in names and codes: an index that is part of each generation, and asked within a set of graphs."""

from graph.search.build import build, succeed
from graph.search.folding import fold
from graph.search.index import Hit, Index, Query

__all__ = ["Hit", "Index", "Query", "build", "fold", "succeed"]
