"""SHACL: shapes over columns, before anything is loaded.

`Validator` is the port; `graph.shacl.reference` fills it with pySHACL on a graph in memory.
"""

from graph.shacl.report import Severity, ValidationReport, Validator, Violation

__all__ = ["Severity", "ValidationReport", "Validator", "Violation"]
