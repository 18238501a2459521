"""SPARQL 1.1 over columns: the text of a query → a typed plan → one SELECT for DuckDB.

Exactly right or refused: what is not computed exactly raises `Unsupported` when compiled, or ends the query
with an error whose message has `REFUSAL` in it when a value is met that the compiler could not foresee.
"""

from graph.algebra.compiling import Given, Plan, compile
from graph.algebra.context import REFUSAL
from graph.algebra.plan import (
    Alternative,
    Constant,
    Inverse,
    Link,
    Negated,
    Path,
    Repeated,
    Sequence,
    Unsupported,
)

__all__ = [
    "REFUSAL",
    "Alternative",
    "Constant",
    "Given",
    "Inverse",
    "Link",
    "Negated",
    "Path",
    "Plan",
    "Repeated",
    "Sequence",
    "Unsupported",
    "compile",
]
