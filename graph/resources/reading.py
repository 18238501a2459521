"""Reads resource types from the shapes graph (SHACL §2) and the ontology."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph import labels, turtle
from graph.errors import OntologyError
from graph.iris import DEFAULT_BASE, Iris
from graph.resources.deprecation import deprecation_of, told
from graph.resources.identifier import identifier_of
from graph.resources.model import Property, ResourceType, ResourceTypes
from graph.resources.properties import property_of
from graph.text import Text

# Keys that every resource has, and parameters that every collection has: no shape may call a field so.
RESERVED = frozenset(
    {
        *("id", "href", "type"),
        *("asOf", "changedSince", "count", "cursor", "facets", "fields", "format", "generation", "include"),
        *("lang", "limit", "q", "sort", "succession"),
    }
)


def load(shapes_dir: Path, ontology: Graph, *, base: str = DEFAULT_BASE) -> ResourceTypes:
    """The resource types of every `*.ttl` directly in `shapes_dir`. Raises OntologyError naming the shape."""
    return read(turtle.read(*sorted(shapes_dir.glob("*.ttl")), base=base), ontology, base=base)


def read(shapes: Graph, ontology: Graph, *, base: str = DEFAULT_BASE) -> ResourceTypes:
    """The resource types of a shapes graph: one for each class that shapes target and that has properties.

    A class also meets the shapes of the classes above it. Those with a collection come first, then by IRI.
    """
    by_class: dict[URIRef, list[URIRef]] = defaultdict(list)
    named = {shape for shape in shapes.subjects(RDF.type, SH.NodeShape) if isinstance(shape, URIRef)}
    for shape in sorted(named):
        for target in shapes.objects(shape, SH.targetClass):
            if isinstance(target, URIRef) and (shape, SH.deactivated, None) not in shapes:
                by_class[target].append(shape)
    reader = _Reader(shapes, ontology, Iris(base), by_class)
    types = [reader.resource_type(target) for target in by_class]
    return ResourceTypes(
        sorted(
            (one for one in types if one.properties),
            key=lambda one: (one.collection is None, one.target_class),
        )
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    shapes: Graph
    ontology: Graph
    iris: Iris
    by_class: Mapping[URIRef, Sequence[URIRef]]

    def resource_type(self, target: URIRef) -> ResourceType:
        lineage = [
            node
            for node in self.ontology.transitive_objects(target, RDFS.subClassOf)
            if isinstance(node, URIRef)
        ]
        own = self.by_class[target]
        every = [shape for ancestor in lineage for shape in self.by_class.get(ancestor, ())]
        collection, shape = self._collection(own)
        below = self.ontology.transitive_subjects(RDFS.subClassOf, target)
        name = Text(labels.local_name(target), labels.local_name(target))
        deprecation = deprecation_of(self.shapes, self.iris, [shape])
        return ResourceType(
            shape=str(shape),
            target_class=str(target),
            classes=(
                str(target),
                *sorted({str(node) for node in below if isinstance(node, URIRef)} - {str(target)}),
            ),
            collection=collection,
            identifier=identifier_of(
                self.shapes, self.iris, every, [one for one in lineage if one in self.by_class][-1]
            ),
            title=labels.text(self.shapes, shape, self._facade("title"), RDFS.label)
            or labels.text(self.ontology, target, RDFS.label)
            or name,
            description=told(
                labels.text(self.ontology, target, SKOS.definition, RDFS.comment) or name, deprecation
            ),
            properties=self._properties(shape, every),
            deprecation=deprecation,
        )

    def _collection(self, own: Sequence[URIRef]) -> tuple[str | None, URIRef]:
        """The collection that one of a class's own shapes names, and that shape; else the first shape."""
        for shape in own:
            if (collection := self.shapes.value(shape, self._facade("collection"))) is not None:
                return str(collection), shape
        return None, own[0]

    def _properties(self, shape: URIRef, every: Sequence[URIRef]) -> tuple[Property, ...]:
        by_path: dict[tuple[URIRef, bool], list[Node]] = defaultdict(list)
        for one in every:
            for statement in _property_shapes(self.shapes, one):
                if (path := _path(self.shapes, statement)) is not None and path[0] != RDF.type:
                    by_path[path].append(statement)
        found = [
            property_of(self.shapes, self.ontology, self.iris, path, inverse, statements)
            for (path, inverse), statements in by_path.items()
        ]
        found.sort(key=lambda one: (one.order, one.key))
        _refuse_clashes(shape, [one.key for one in found])
        return tuple(found)

    def _facade(self, term: str) -> URIRef:
        return URIRef(self.iris.ontology("facade", term))


def _property_shapes(shapes: Graph, shape: Node, seen: frozenset[Node] = frozenset()) -> Iterator[Node]:
    """Property shapes of a node shape and of those it builds on (`sh:node`, `sh:and`)."""
    if shape in seen:
        return
    yield from shapes.objects(shape, SH.property)
    parents = [*shapes.objects(shape, SH.node)]
    for members in shapes.objects(shape, SH["and"]):
        parents.extend(Collection(shapes, members))
    for parent in parents:
        yield from _property_shapes(shapes, parent, seen | {shape})


def _path(shapes: Graph, statement: Node) -> tuple[URIRef, bool] | None:
    """The predicate of a property shape and whether it is read backwards; None for longer paths and for
    shapes that only check (`sh:deactivated`)."""
    if (statement, SH.deactivated, None) in shapes:
        return None
    path = shapes.value(statement, SH.path)
    if isinstance(path, URIRef):
        return path, False
    backwards = shapes.value(path, SH.inversePath) if path is not None else None
    return (backwards, True) if isinstance(backwards, URIRef) else None


def _refuse_clashes(shape: URIRef, keys: Iterable[str]) -> None:
    known = set(RESERVED)
    for key in keys:
        if key in known:
            raise OntologyError(
                Text(
                    f"Hình dạng <{shape}>: khóa «{key}» bị trùng hoặc đã dành riêng.",
                    f"Shape <{shape}>: the key “{key}” is used twice or reserved.",
                ),
                hint=Text(
                    f"Đặt facade:key khác; dành riêng: {', '.join(sorted(RESERVED))}",
                    f"Choose another facade:key; reserved: {', '.join(sorted(RESERVED))}",
                ),
            )
        known.add(key)
