"""The views of a mapping: what each reads, and which go row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest import sources
from ingest.sources import Format, LogicalSource


@dataclass(frozen=True, slots=True)
class Views:
    """By name, in the order they are made: the relations that a view `reads`, and for a view whose rows are
    each made of one row of one relation, the relation `behind` it."""

    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    behind: Mapping[str, str] = field(default_factory=dict)

    def root(self, relation: str) -> str:
        """The relation whose rows stand behind those of `relation`: itself where it is no such view."""
        while relation in self.behind:
            relation = self.behind[relation]
        return relation


def of(ordered: Iterable[LogicalSource], mapping_dir: Path) -> Views:
    """Raises SourceError where a view's file is absent or not one SELECT."""
    selects = {one.name: sources.read_view(one, mapping_dir) for one in ordered if one.format is Format.VIEW}
    behind = {name: sources.relation_behind(select) for name, select in selects.items()}
    return Views(
        {name: select.relations for name, select in selects.items()},
        {name: relation for name, relation in behind.items() if relation is not None},
    )
