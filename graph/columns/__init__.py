"""The columnar quads: a dictionary of terms and sorted quads in one DuckDB file."""

from graph.columns.build import Builder
from graph.columns.difference import Difference, difference
from graph.columns.merge import merge
from graph.columns.overlap import Overlap
from graph.columns.read import Columns
from graph.columns.schema import SourceRow, TextQuad
from graph.columns.statistics import GraphStatistics, Statistics
from graph.columns.together import Together
from graph.columns.without import without

__all__ = [
    "Builder",
    "Columns",
    "Difference",
    "GraphStatistics",
    "Overlap",
    "SourceRow",
    "Statistics",
    "TextQuad",
    "Together",
    "difference",
    "merge",
    "without",
]
