"""One version against the shapes: only what changed where that is all that can matter, else all of it."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from graph.columns import difference
from graph.shacl import ValidationReport, Validator
from graph.shacl.incremental import validate_changes
from graph.shacl.validator import ColumnsValidator
from ingest import inputs as records
from ingest import results, versions
from ingest.candidate import Candidate

SAID_BY_RULES = ("ontology", "shapes")
"""Reference sets whose content is part of `Inputs.rules`: with equal rules they are equal."""


def judge(candidate: Candidate, context: Sequence[Path], validator: Validator) -> ValidationReport:
    """What `validator` says of the candidate's new version."""
    with ExitStack() as stack:
        known = _known(candidate, context, stack) if isinstance(validator, ColumnsValidator) else None
        if known is not None and isinstance(validator, ColumnsValidator):
            before, changes = known
            found = validate_changes(validator, candidate.columns, context, changes, before)
            if found is not None:
                return found
    return validator.validate(candidate.columns, context)


def _known(
    candidate: Candidate, context: Sequence[Path], stack: ExitStack
) -> tuple[ValidationReport, list[Path]] | None:
    """The results of the version before, and files of all that changed since: in the version itself, and in
    the other data sets that it was seen with. None where that is not known."""
    touched = candidate.touched
    if touched is None:
        return None
    previous = touched.increment.previous
    before, inputs = results.read(previous), records.read(previous)
    if before is None or inputs is None:
        return None
    now = {path.parent.parent.name: path for path in context}
    missing = set(inputs.context) - set(now)
    if missing or any(name in now and name not in inputs.context for name in SAID_BY_RULES):
        return None
    changes = [candidate.columns.with_name(versions.CHANGES)]
    place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".context-", dir=candidate.folder)))
    for name, path in now.items():
        version = inputs.context.get(name)
        if version == path.parent.name or name in SAID_BY_RULES:
            continue
        old = None if version is None else path.parent.parent / version / versions.COLUMNS
        if old is not None and not old.is_file():
            return None
        with difference(old, path) as found:
            found.write(place / name)
        changes.append(place / name)
    return before, changes
