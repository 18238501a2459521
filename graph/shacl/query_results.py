"""What a query of a constraint finds, where its possible solutions are the real ones (SHACL §5.3.2)."""

import numpy as np

from graph.algebra.plan import Constant, Distinct, Order, Pattern, Project
from graph.shacl import asking
from graph.shacl.array_tests import Unjudged
from graph.shacl.conformance import Violations
from graph.shacl.ids import Ids
from graph.shacl.model import Query
from graph.shacl.possible_solutions import Solutions
from graph.shacl.possible_texts import UNBOUND
from graph.shacl.terms import Constants


def violations(query: Query, focus: Ids, found: Solutions, constants: Constants) -> Violations:
    """One for each of the solutions `found` about the nodes `focus`. Raises Unjudged."""
    if found.rows and not found.exact:
        raise Unjudged
    names, is_distinct = _projected(asking.compiled(query).plan.query.pattern)
    columns = {name: ids for name in names if (ids := _column(name, found, constants)) is not None}
    if is_distinct and found.rows:
        rows = np.unique(np.stack(list(columns.values())), axis=1)
        columns = dict(zip(columns, rows, strict=True))
    return Violations(
        np.searchsorted(focus, columns["this"]),
        columns.get("value", np.full(len(columns["this"]), UNBOUND)),
        columns.get("path"),
        {name: ids for name, ids in columns.items() if name in asking.named_in_messages(query)},
    )


def _projected(pattern: Pattern) -> tuple[frozenset[str], bool]:
    """The variables of the result, and whether each solution comes once."""
    match pattern:
        case Distinct(inner):
            return _projected(inner)[0], True
        case Order(inner):
            return _projected(inner)
        case Project(_, variables, outermost=True):
            return frozenset(one.name for one in variables), False
    raise Unjudged


def _column(name: str, found: Solutions, constants: Constants) -> Ids | None:
    if name in found.nodes:
        return found.nodes[name]
    if name not in found.derived and name not in found.hidden:
        return None
    match found.derived.get(name):
        case Constant(value, datatype, language) if known := constants.known.get((value, datatype, language)):
            return np.full(found.rows, known.id, np.uint32)
    raise Unjudged
