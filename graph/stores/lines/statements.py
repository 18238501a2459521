"""What one or more documents say together, in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ids = npt.NDArray[np.uint32]


class Stated(NamedTuple):
    """A triple as text, the document that states it and the line of it where it has one for each."""

    s: str
    p: str
    o: str
    document: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Every statement: ids of its terms, its line, 0 for none, and the number of its document."""

    s: Ids
    p: Ids
    o: Ids
    line: Ids
    document: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Statements:
    """`terms` and `triples` as columns files have them: terms in any order, numbered from 0; each triple
    once, by predicate, subject and object, whatever graphs it is in."""

    terms: pa.Table
    triples: pa.Table
    lines: Lines
    documents: Sequence[str]

    def about(self, subjects: Collection[str]) -> Iterator[Stated]:
        """All that is said of these subjects, first what stands in the first lines."""
        wanted = np.isin(self.lines.s, self.ids(subjects))
        places = np.flatnonzero(wanted)
        line = self.lines.line[places]
        # Without a line behind all others.
        places = places[np.lexsort((self.lines.document[places], line - np.uint32(1)))]
        ends = (self._texts(one[places]) for one in (self.lines.s, self.lines.p, self.lines.o))
        where = zip(self.lines.document[places].tolist(), self.lines.line[places].tolist(), strict=True)
        for s, p, o, (document, number) in zip(*ends, where, strict=True):
            yield Stated(s, p, o, self.documents[document], number or None)

    def ids(self, resources: Collection[str]) -> Ids:
        """Of those of these IRIs and blank nodes that there are."""
        wanted = pa.array(sorted(resources), pa.string())
        found = pc.is_in(self.terms["value"], value_set=wanted)
        is_met = pc.and_(found, pc.is_null(self.terms["datatype"])).to_numpy()
        ids: Ids = np.flatnonzero(is_met).astype(np.uint32)
        return ids

    def instances(self, type_of: str, classes: Collection[str]) -> int:
        """How many subjects have one of `classes` as an object of the predicate `type_of`."""
        p, s, o = (self.triples[name].to_numpy() for name in "pso")
        is_met = np.isin(p, self.ids([type_of]))
        return len(np.unique(s[is_met][np.isin(o[is_met], self.ids(classes))]))

    def described(self, beginnings: Collection[str]) -> set[str]:
        """Those with which the IRI of some subject begins."""
        subjects = self.terms["value"].take(pa.array(np.unique(self.triples["s"].to_numpy())))
        return {one for one in beginnings if pc.any(pc.starts_with(subjects, one)).as_py()}

    def _texts(self, ids: Ids) -> list[str]:
        found: list[str] = self.terms["value"].take(pa.array(ids)).to_pylist()
        return found
