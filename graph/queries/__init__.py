"""Saved queries: questions with a title, typed parameters and the shape of their answer, one file each."""

from graph.queries.parameter import Parameter
from graph.queries.reading import parse, read, read_all
from graph.queries.saved import Column, SavedQuery

__all__ = ["Column", "Parameter", "SavedQuery", "parse", "read", "read_all"]
