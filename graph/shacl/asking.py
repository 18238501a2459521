"""SPARQL-based constraints as SQL over all their focus nodes or value nodes at once (SHACL §5, §6).

The nodes stand in the relation `ASKED`, whose columns are pre-bound variables; a row for each of them.
"""

import re
from dataclasses import dataclass
from functools import cache

from graph import algebra
from graph.shacl import queries
from graph.shacl.model import Query
from graph.shacl.terms import Key

ASKED = "asked"
VARIABLE = re.compile(r"\{[?$](\w+)\}")
"""A variable in a message."""
_ASK = re.compile(r"\bASK\b\s*(WHERE\b)?(?=\s*\{)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asking:
    """`bound` names the columns of `ASKED`: `this`, of an ASK also `value`, and the parameters."""

    plan: algebra.Plan
    bound: tuple[str, ...]


def compiled(query: Query) -> Asking:
    """The plan of a constraint's query. Raises `algebra.Unsupported` for what is not compiled exactly."""
    return _compiled(query.text, query.is_ask, tuple(query.parameters))


def named_in_messages(query: Query) -> frozenset[str]:
    """The variables whose values are put into a constraint's messages (§5.3.2)."""
    return frozenset(name for message in query.messages for name in VARIABLE.findall(message))


def constants(query: Query) -> list[Key]:
    """The terms whose ids the plan needs, in its order."""
    return [(one.value, one.datatype, one.language) for one in compiled(query).plan.constants]


@cache
def _compiled(text: str, is_ask: bool, parameters: tuple[str, ...]) -> Asking:
    if "shapesGraph" in text:
        raise algebra.Unsupported("$shapesGraph")
    bound = ("this", *(("value",) if is_ask else ()), "currentShape", *parameters)
    if is_ask:
        # Of all value nodes at once: those for which the answer is yes.
        text = _ASK.sub("SELECT DISTINCT $this $value WHERE", text, count=1)
    given = algebra.Given(ASKED, {name: f'"{name}"' for name in bound})
    parsed = queries.take_parsed(text)
    with queries.PARSER:
        return Asking(algebra.compile(text, given=given, ids_only=True, parsed=parsed), bound)
