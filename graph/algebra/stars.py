"""Triples about one subject → one scan of a wide table (`graph.columns.wide`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.algebra.plan import Constant, Triple, Var
from graph.columns.schema import RDF_TYPE
from graph.columns.wide import Property

TYPE = Constant(RDF_TYPE)


@dataclass(frozen=True, slots=True)
class Wide:
    """A wide table whose class, and those of its properties, that the default graph has all of. One without a
    class has a row for each quad of its one property."""

    table: str
    kind: Constant | None
    properties: Mapping[Constant, Property]

    def has(self, one: Triple) -> bool:
        """Whether it tells all solutions of a triple whose subject is a member of its class."""
        if one.p == TYPE:
            return self.kind is not None and one.o == self.kind
        return isinstance(one.p, Constant) and one.p in self.properties

    def says_all(self, one: Triple) -> bool:
        """Whether only members of its class are subjects of a triple that it has."""
        return one.p == TYPE or (isinstance(one.p, Constant) and self.properties[one.p].is_total)


@dataclass(frozen=True, slots=True)
class Star:
    subject: Var
    wide: Wide
    triples: tuple[Triple, ...]


def stars(tables: Sequence[Wide], triples: Sequence[Triple]) -> list[Star]:
    """For each subject the table that has most of its triples, one of which says that it is a member."""
    about: dict[Var, list[Triple]] = {}
    for one in triples:
        if isinstance(one.s, Var):
            about.setdefault(one.s, []).append(one)
    found = []
    for subject, those in about.items():
        had = [(wide, tuple(one for one in those if wide.has(one))) for wide in tables]
        had = [(wide, some) for wide, some in had if any(wide.says_all(one) for one in some)]
        if had:
            wide, some = max(had, key=lambda one: len(one[1]) if one[0].kind else 1)
            found.append(Star(subject, wide, some if wide.kind else some[:1]))
    return found
