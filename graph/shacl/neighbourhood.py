"""The part of other data sets that a version can be judged by: a small neighbourhood, however large they are.

A shape looks from a focus node along paths. So of another data set only triples that touch a node already
seen matter, and of these only those whose predicate some shape names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection

from graph.columns import Columns
from graph.shacl.conversion import Triple

STEPS = 2
"""How far from a node of the version shapes look: a path of two predicates, or a shape nested in a path."""

_TOUCHING = """
WITH near AS (SELECT t.id FROM terms t JOIN (SELECT DISTINCT unnest($near) AS value) n ON t.value = n.value
              WHERE t.datatype IS NULL),
     asked AS (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($predicates)))
SELECT s.value, p.value, o.value, o.datatype, o.language
FROM (SELECT DISTINCT s, p, o FROM quads WHERE p IN (FROM asked) AND {end} IN (FROM near)) q
JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o
"""


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
    for _ in range(STEPS):
        found = [triple for path in context for triple in _touching(path, near, questions)]
        yield from found
        nodes = {triple.s for triple in found} | {triple.o for triple in found if triple.datatype is None}
        near = nodes - known
        known |= near
        if not near:
            return


def _touching(path: Path, near: Iterable[str], questions: Questions) -> Iterator[Triple]:
    values = list(near)
    with Columns(path) as columns:
        for end, predicates in (("s", questions.forwards), ("o", questions.backwards)):
            if values and predicates:
                given = {"near": values, "predicates": list(predicates)}
                rows = columns.connection.execute(_TOUCHING.format(end=end), given).fetchall()
                yield from (Triple(*row) for row in rows)
