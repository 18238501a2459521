"""What the shapes and the ontology say there should be: fields of classes, keys, focus nodes.

Seen from one class of access: fields that are more restricted are not expected, and results that may tell of
their values do not count.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import OWL, RDF, SH, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.term import Node

from graph.access import CLASSES
from ingest.quality import mentions
from ingest.quality.left_out import Fault
from ingest.rules import Rules

_IRI = re.compile(r"<([^<>\s]+)>")
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
    `single`: predicates of which no published entity has two values. `keys`: by class the predicates that
    together identify an instance (OWL 2 §9.5). `secret`: by class the
    predicates more restricted than the view; `mentioned`: by shape what its wider constraints look at."""

    fields: Mapping[str, Mapping[str, bool]]
    single: frozenset[str]
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


@lru_cache(maxsize=len(CLASSES))
def up_to(access: str, rules: Rules) -> Expectations:
    """What one who may see data of this class of access can expect."""
    qualified = _qualified(rules)
    fields: dict[str, dict[str, bool]] = defaultdict(dict)
    secret: dict[str, set[str]] = defaultdict(set)
    described = ((kind, one) for kind in rules.types for one in kind.properties if not one.inverse)
    for kind, one in described:
        for target in kind.classes:
            if _level(one.access) > CLASSES.index(access):
                secret[target].add(one.path)
            else:
                is_required = one.required or (target, one.path) in qualified
                fields[target][one.path] = fields[target].get(one.path, False) or is_required
    shown = {
        kind: {path: needed for path, needed in paths.items() if path not in secret.get(kind, set())}
        for kind, paths in fields.items()
    }
    return Expectations(
        shown,
        _single(rules),
        _keys(rules, secret),
        _targets(rules),
        {kind: frozenset(paths) for kind, paths in secret.items()},
        mentions.by_shape(rules.shapes) if secret else {},
    )


def _below(rules: Rules, shape: Node) -> Iterator[str]:
    """The classes that a shape targets, and those below them."""
    for target in rules.shapes.objects(shape, SH.targetClass):
        yield from rules.vocabulary.subclasses(str(target))


def _qualified(rules: Rules) -> set[tuple[str, str]]:
    """Class and predicate where `sh:qualifiedMinCount` asks for a value, of one language for example."""
    found: set[tuple[str, str]] = set()
    for one, least in rules.shapes.subject_objects(SH.qualifiedMinCount):
        path = rules.shapes.value(one, SH.path)
        if int(str(least)) > 0 and isinstance(path, URIRef):
            for shape in rules.shapes.subjects(SH.property, one):
                found.update((kind, str(path)) for kind in _below(rules, shape))
    return found


def _single(rules: Rules) -> frozenset[str]:
    """Those that every shape that describes them limits to one value, as a condition of publication."""
    described = [one for kind in rules.types for one in kind.properties if not one.inverse]
    mild = {
        str(path) for one in rules.shapes.subjects(SH.severity) for path in rules.shapes.objects(one, SH.path)
    }
    several = {one.path for one in described if one.maximum != 1} | mild
    return frozenset(one.path for one in described) - several


def _keys(rules: Rules, secret: Mapping[str, Collection[str]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    keys: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    graph = rules.vocabulary.graph
    for owner, members in sorted(graph.subject_objects(OWL.hasKey)):
        key = tuple(str(path) for path in RdfList(graph, members))
        for kind in rules.vocabulary.subclasses(str(owner)):
            if not set(key) & set(secret.get(kind, ())):
                keys[kind].append(key)
    return {kind: tuple(found) for kind, found in keys.items()}


def _targets(rules: Rules) -> Targets:
    shapes = [
        one
        for one in rules.shapes.subjects(RDF.type, SH.NodeShape)
        if not any(str(off) == "true" for off in rules.shapes.objects(one, SH.deactivated))
    ]

    def named(target: URIRef) -> frozenset[str]:
        return frozenset(str(one) for shape in shapes for one in rules.shapes.objects(shape, target))

    return Targets(
        frozenset(kind for shape in shapes for kind in _below(rules, shape)),
        named(SH.targetSubjectsOf),
        named(SH.targetObjectsOf),
    )


def _level(access: str | None) -> int:
    return 0 if access is None else CLASSES.index(access.rsplit("/", 1)[-1])
