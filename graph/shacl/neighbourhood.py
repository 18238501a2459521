"""The part of other data sets that a version can be judged by: a small neighbourhood, however large they are.

A shape looks from a focus node along paths. So of another data set only triples that touch a node already
seen matter, and of these only those whose predicate some shape names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection

from graph.columns import Together
from graph.shacl.conversion import Triple

STEPS = 2
"""How far from a node of the version shapes look: a path of two predicates, or a shape nested in a path."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Predicates that the shapes follow from subject to object, and those that they follow backwards."""

    forwards: frozenset[str]
    backwards: frozenset[str]

    @classmethod
    def of(cls, shapes: Graph) -> "Questions":
        forwards: set[str] = {str(RDF.type), str(RDFS.subClassOf), str(SKOS.inScheme)}
        backwards: set[str] = set()
        for path in set(shapes.objects(None, SH.path)):
            for part in Collection(shapes, path) if (path, RDF.first, None) in shapes else (path,):
                if isinstance(part, URIRef):
                    forwards.add(str(part))
                backwards.update(str(inverse) for inverse in shapes.objects(part, SH.inversePath))
        for pair in (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.targetSubjectsOf):
            forwards.update(str(value) for value in shapes.objects(None, pair))
        backwards.update(str(value) for value in shapes.objects(None, SH.targetObjectsOf))
        return cls(frozenset(forwards), frozenset(backwards))


def of_version(seen: Iterable[str], context: Sequence[Path], questions: Questions) -> Iterator[Triple]:
    """Triples of `context` within STEPS of the nodes in `seen`, each once per file and end it is met from."""
    known = set(seen)
    near = known
    with Together(context) as files:
        for _ in range(STEPS):
            found = files.touching(near, questions.forwards, questions.backwards)
            yield from (Triple(*row) for row in found)
            nodes = {s for s, *_ in found} | {o for _, _, o, datatype, _ in found if datatype is None}
            near = nodes - known
            known |= near
