"""The class of access of what a validation result tells of: no report says more than its graphs would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.access import CLASSES, OPEN, class_of
from ingest.access import Rule
from ingest.trace import steps


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`floor` is the class of access of the data set, `ceiling` the strictest of its graphs, `by_path` the
    strictest that a shape gives each predicate, of whatever class."""

    floor: str = OPEN
    ceiling: str = OPEN
    by_path: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, access: str, graphs: Iterable[str] | None, rules: Iterable[Rule]) -> "Sensitivity":
        """Of a data set of class `access` with these graphs; None where they are not known: then anything may
        be in what was read."""
        by_path: dict[str, str] = {}
        for rule in rules:
            by_path[rule.path] = strictest(rule.access, by_path.get(rule.path, OPEN))
        ceiling = CLASSES[-1] if graphs is None else strictest(access, *map(class_of, graphs))
        return cls(access, ceiling, by_path)

    def of_path(self, path: str | None) -> str:
        """Of a result about `path`; about a node as a whole, or a row: the strictest there is."""
        if path is None:
            return self.ceiling
        return strictest(self.floor, *(self.by_path.get(step, OPEN) for step in steps(path)))


def strictest(*classes: str) -> str:
    return max(classes, key=CLASSES.index)
