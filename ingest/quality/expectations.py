"""What the shapes and the ontology say there should be: fields of classes, keys, focus nodes.

Seen from one class of access: fields that are more restricted are not expected, and results that may tell of
their values do not count.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import OWL, RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.term import Node

from graph import resources, turtle
from graph.access import CLASSES
from graph.settings import Settings
from graph.vocabulary import Vocabulary
from ingest.quality.left_out import Fault

_IRI = re.compile(r"<([^<>\s]+)>")
_LOOKING_ON = (SH.sparql, SH.node, SH["and"], SH["or"], SH["not"], SH.xone, SH.qualifiedValueShape)
"""Parameters of constraints that may look at other properties than that of the path."""
_PAIRS = ("LessThan", "LessThanOrEquals", "Equals", "Disjoint")
_NESTED = ("SPARQL", "Node", "And", "Or", "Not", "Xone", *_PAIRS)


@dataclass(frozen=True, slots=True)
class Targets:
    """What makes a focus node (SHACL §2.1.3): its class, or a predicate that it has or is pointed to by."""

    classes: frozenset[str]
    subjects_of: frozenset[str]
    objects_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expectations:
    """`fields`: by class the predicates that the shapes describe, each with whether a value is required.
    `keys`: by class the predicates that together identify an instance (OWL 2 §9.5). `secret`: by class the
    predicates more restricted than the view; `mentioned`: by shape what its wider constraints look at."""

    fields: Mapping[str, Mapping[str, bool]]
    keys: Mapping[str, tuple[tuple[str, ...], ...]]
    targets: Targets
    secret: Mapping[str, frozenset[str]]
    mentioned: Mapping[str, frozenset[str]]

    def expected(self, classes: Collection[str]) -> dict[str, bool]:
        """The fields of an entity of all these classes; required where one of them requires it."""
        found: dict[str, bool] = {}
        for one in classes:
            for path, is_required in self.fields.get(one, {}).items():
                found[path] = found.get(path, False) or is_required
        return found

    def keys_of(self, classes: Collection[str]) -> frozenset[tuple[str, ...]]:
        return frozenset(key for one in classes for key in self.keys.get(one, ()))

    def shows(self, fault: Fault, classes: Collection[str]) -> bool:
        """Whether a result about an instance of `classes` tells nothing of more restricted fields."""
        secret = frozenset[str]().union(*(self.secret.get(one, frozenset()) for one in classes))
        if not secret:
            return True
        read = {fault.path} if fault.path and "<" not in fault.path else {*_IRI.findall(fault.path or "")}
        if fault.constraint.endswith(tuple(f"{name}ConstraintComponent" for name in _NESTED)):
            read |= self.mentioned.get(fault.shape, frozenset())
        return secret.isdisjoint(read)


def is_across(fault: Fault) -> bool:
    """Whether the constraint is between fields or entities: of a pair of properties (SHACL §4.5), in SPARQL
    (§5), or along a path of more than one step (§2.3.1)."""
    across = tuple(f"{name}ConstraintComponent" for name in ("SPARQL", *_PAIRS))
    return fault.constraint.endswith(across) or "<" in (fault.path or "")


@dataclass(frozen=True, slots=True)
class Rules:
    """The ontology and the shapes, read once for all data sets of a run."""

    vocabulary: Vocabulary
    shapes: Graph
    types: resources.ResourceTypes

    @classmethod
    def load(cls, settings: Settings) -> "Rules":
        """Raises OntologyError for a file that is wrong."""
        base = settings.base_iri
        vocabulary = Vocabulary.load(settings.ontology_dir / "catalogue.ttl", base=base)
        shapes = turtle.read(*sorted(settings.shapes_dir.glob("*.ttl")), base=base)
        return cls(vocabulary, shapes, resources.read(shapes, vocabulary.graph, base=base))

    def up_to(self, access: str) -> Expectations:
        """What one who may see data of this class of access can expect."""
        qualified = self._qualified()
        fields: dict[str, dict[str, bool]] = defaultdict(dict)
        secret: dict[str, set[str]] = defaultdict(set)
        for kind in self.types:
            for one in kind.properties:
                if one.inverse:
                    continue
                for target in kind.classes:
                    if _level(one.access) > CLASSES.index(access):
                        secret[target].add(one.path)
                    else:
                        needed = one.required or (target, one.path) in qualified
                        fields[target][one.path] = fields[target].get(one.path, False) or needed
        shown = {
            kind: {path: needed for path, needed in paths.items() if path not in secret.get(kind, set())}
            for kind, paths in fields.items()
        }
        return Expectations(
            shown,
            self._keys(secret),
            self._targets(),
            {kind: frozenset(paths) for kind, paths in secret.items()},
            self._mentioned() if secret else {},
        )

    def _below(self, shape: Node) -> Iterator[str]:
        for target in self.shapes.objects(shape, SH.targetClass):
            yield from self.vocabulary.subclasses(str(target))

    def _qualified(self) -> set[tuple[str, str]]:
        """Class and predicate where `sh:qualifiedMinCount` asks for a value, of one language for example."""
        found: set[tuple[str, str]] = set()
        for one, least in self.shapes.subject_objects(SH.qualifiedMinCount):
            path = self.shapes.value(one, SH.path)
            if int(str(least)) > 0 and isinstance(path, URIRef):
                for shape in self.shapes.subjects(SH.property, one):
                    found.update((kind, str(path)) for kind in self._below(shape))
        return found

    def _keys(self, secret: Mapping[str, Collection[str]]) -> dict[str, tuple[tuple[str, ...], ...]]:
        keys: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        graph = self.vocabulary.graph
        for owner, members in sorted(graph.subject_objects(OWL.hasKey)):
            key = tuple(str(path) for path in RdfList(graph, members))
            for kind in self.vocabulary.subclasses(str(owner)):
                if not set(key) & set(secret.get(kind, ())):
                    keys[kind].append(key)
        return {kind: tuple(found) for kind, found in keys.items()}

    def _targets(self) -> Targets:
        shapes = [one for one in self.shapes.subjects(RDF.type, SH.NodeShape) if not self._is_off(one)]
        return Targets(
            frozenset(kind for shape in shapes for kind in self._below(shape)),
            frozenset(
                str(one) for shape in shapes for one in self.shapes.objects(shape, SH.targetSubjectsOf)
            ),
            frozenset(str(one) for shape in shapes for one in self.shapes.objects(shape, SH.targetObjectsOf)),
        )

    def _is_off(self, shape: Node) -> bool:
        return any(str(one) == "true" for one in self.shapes.objects(shape, SH.deactivated))

    def _mentioned(self) -> dict[str, frozenset[str]]:
        """By named shape the IRIs in its wider constraints, its property shapes' among them."""
        named = {one for one in self.shapes.subjects(RDF.type, SH.NodeShape) if isinstance(one, URIRef)}
        return {str(shape): frozenset(self._looked_at(shape)) for shape in named}

    def _looked_at(self, shape: Node) -> Iterator[str]:
        parts = [shape, *self.shapes.objects(shape, SH.property)]
        pairs = (SH.lessThan, SH.lessThanOrEquals, SH.equals, SH.disjoint)
        for part in parts:
            yield from (str(one) for name in pairs for one in self.shapes.objects(part, name))
        yield from self._within(
            [one for part in parts for name in _LOOKING_ON for one in self.shapes.objects(part, name)]
        )

    def _within(self, starts: Sequence[Node]) -> Iterator[str]:
        waiting, seen = list(starts), set[Node]()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if isinstance(node, Literal):
                yield from _IRI.findall(str(node))
                continue
            if isinstance(node, URIRef):
                yield str(node)
            if isinstance(node, BNode) or (node, RDF.type, SH.NodeShape) in self.shapes:
                waiting += self.shapes.objects(node, None)


def _level(access: str | None) -> int:
    return 0 if access is None else CLASSES.index(access.rsplit("/", 1)[-1])
