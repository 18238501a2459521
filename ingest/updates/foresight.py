"""What the shapes would say of edits, told before anything is built: for dry runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.columns.merge import prefix_of
from graph.shacl.resident import Resident
from graph.shacl.validator import ColumnsValidator
from graph.stores.generations import Generation
from ingest.updates.edit import Edit
from ingest.updates.published import prefixed
from ingest.updates.version import refused


@dataclass(slots=True)
class Foresight:
    """Keeps the generation that it was asked about last in memory: every further question about it takes
    milliseconds."""

    _known: tuple[str, ColumnsValidator, Resident] | None = field(default=None, init=False)

    def hold_against_shapes(
        self, edits: Sequence[Edit], current: Generation | None, validator: ColumnsValidator
    ) -> None:
        """Raises UpdateRefusedError with the first violations, as the update itself would.

        Where the first entity of a kind comes, or the change is near very many nodes, only the update itself
        tells.
        """
        if current is None:
            return
        added = [prefixed(one, prefix_of(edit.dataset.name)) for edit in edits for one in edit.added]
        removed = [prefixed(one, prefix_of(edit.dataset.name)) for edit in edits for one in edit.removed]
        judged = self._resident(current, validator).judged(added, removed)
        if judged is None:
            return
        if blocking := [one for one in judged.violations if one.severity == "violation"]:
            raise refused(edits, blocking)

    def _resident(self, current: Generation, validator: ColumnsValidator) -> Resident:
        if self._known is None or self._known[:2] != (current.id, validator):
            if self._known is not None:
                self._known[2].close()
            self._known = (current.id, validator, Resident(validator, current.columns))
        return self._known[2]
