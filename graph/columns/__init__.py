"""The columnar quads: a dictionary of terms and sorted quads in one DuckDB file."""

from graph.columns import changes
from graph.columns.build import Builder
from graph.columns.changes import Changes
from graph.columns.difference import Difference, difference
from graph.columns.extract import about, within
from graph.columns.merge import merge
from graph.columns.overlap import Overlap
from graph.columns.read import Columns
from graph.columns.schema import SourceRow, TextQuad
from graph.columns.statistics import GraphStatistics, Statistics
from graph.columns.succession import Stream, succeed
from graph.columns.together import Together
from graph.columns.walk import Walk
from graph.columns.without import without

__all__ = [
    "Builder",
    "Changes",
    "Columns",
    "Difference",
    "GraphStatistics",
    "Overlap",
    "SourceRow",
    "Statistics",
    "Stream",
    "TextQuad",
    "Together",
    "Walk",
    "about",
    "changes",
    "difference",
    "merge",
    "succeed",
    "within",
    "without",
]
