"""Validation of what a change can have changed; what is known of the rest stays true.

A focus node can have other results than before where a changed triple can be reached from it along what the
shapes follow (`Reach`). These nodes are validated again, seen with all that can be reached from them.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from graph.columns import Walk, about
from graph.columns.changes import ends
from graph.shacl.report import ValidationReport, in_order
from graph.shacl.validator import ColumnsValidator

LIMIT = 300_000
"""More nodes than this near a change are too many: validating everything is no slower then."""


def validate_changes(
    validator: ColumnsValidator,
    version: Path,
    context: Sequence[Path],
    changes: Sequence[Path],
    before: ValidationReport,
) -> ValidationReport | None:
    """What `validator.validate(version, context)` gives, where `before` is what it gave before the `changes`
    (files of changes of the version and of its context).

    None where that cannot be told: shapes that may look at anything, too many nodes near the changes, or
    references to absent data sets before, which a single entity can make wrong. Raises as `validate` does.
    """
    reach = validator.reach
    if reach is None or any(one.is_absent for one in before.violations):
        return None
    starts = {end for path in changes for end in ends(path, reach.backwards)}
    with Walk([version, *context]) as walk:
        near = walk.reached(starts, reach.backwards, reach.forwards, reach.depth, limit=LIMIT)
    if near is None:
        return None
    focus = {value for value, datatype, _ in near if datatype is None}
    with Walk([version]) as walk:
        seen = walk.reached(
            [(value, None, None) for value in focus],
            reach.forwards,
            reach.backwards,
            reach.depth,
            limit=LIMIT,
        )
    if seen is None:
        return None
    with tempfile.TemporaryDirectory(prefix=".validate-", dir=version.parent) as passing:
        part = Path(passing) / "columns.duckdb"
        about(version, {value for value, datatype, _ in seen if datatype is None}, part)
        found = validator.validate(part, [version, *context])
    kept = [one for one in before.violations if one.focus not in focus]
    new = [one for one in found.violations if one.focus in focus]
    return replace(
        found, violations=tuple(in_order((*kept, *new))), focus_nodes=validator.focus_nodes(version)
    )
