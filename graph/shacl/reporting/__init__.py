"""The report of a validation for people and programmes: results with places, exact counts, stable ids."""

from graph.shacl.reporting.report import ColumnCount, Count, Origin, Refusal, Report, Result

__all__ = ["ColumnCount", "Count", "Origin", "Refusal", "Report", "Result"]
