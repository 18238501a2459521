"""SHACL: shapes over columns, before anything is loaded.

`Validator` is the port. `graph.shacl.validator` fills it: a shapes graph is read (`parsing`) into typed
shapes (`model`), these are planned (`plan`, `fusion`, `relations`, `value_tests`, `asking`) as SQL over what
one validation sees (`session`, `context`), run (`execution`), and what is found is told (`outcome`,
`results_graph`, `reporting`). `graph.shacl.reference` fills the port with pySHACL, for profiles.
"""

from graph.shacl.report import Severity, ValidationReport, Validator, Violation

__all__ = ["Severity", "ValidationReport", "Validator", "Violation"]
