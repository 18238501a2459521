"""A shapes graph as typed shapes; whatever is not well-formed is an error that names shape and rule.

Standard: SHACL §2 (shapes), §4 (constraint components), Appendix A (syntax rules).
"""

from collections.abc import Iterator
from functools import cached_property

from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import IdentifiedNode, Node

from graph.shacl import queries
from graph.shacl.faults import ill_formed, name, ordered
from graph.shacl.model import (
    Closed,
    Constraint,
    Count,
    HasValue,
    Instance,
    Logical,
    Nested,
    Pair,
    Qualified,
    Shape,
    Shapes,
    Targets,
    UniqueLanguages,
    ValueTest,
)
from graph.shacl.path_reading import members, path

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_SHAPE_VALUES = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
_NODE_KINDS = (SH.IRI, SH.BlankNode, SH.Literal, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral)
_RANGES = {
    SH.minExclusive: SH.MinExclusiveConstraintComponent,
    SH.minInclusive: SH.MinInclusiveConstraintComponent,
    SH.maxExclusive: SH.MaxExclusiveConstraintComponent,
    SH.maxInclusive: SH.MaxInclusiveConstraintComponent,
}
_LENGTHS = {SH.minLength: SH.MinLengthConstraintComponent, SH.maxLength: SH.MaxLengthConstraintComponent}
_COUNTS = {SH.minCount: SH.MinCountConstraintComponent, SH.maxCount: SH.MaxCountConstraintComponent}
_PAIRS = {
    SH.equals: SH.EqualsConstraintComponent,
    SH.disjoint: SH.DisjointConstraintComponent,
    SH.lessThan: SH.LessThanConstraintComponent,
    SH.lessThanOrEquals: SH.LessThanOrEqualsConstraintComponent,
}
_LOGICAL = {
    SH["and"]: SH.AndConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.xone: SH.XoneConstraintComponent,
}
_ONLY_FOR_PROPERTIES = (
    *_COUNTS,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.uniqueLang,
    SH.qualifiedValueShape,
)
_AT_MOST_ONE = (
    *_RANGES,
    *_LENGTHS,
    *_COUNTS,
    SH.datatype,
    SH.nodeKind,
    SH.pattern,
    SH.flags,
    SH.languageIn,
    SH.uniqueLang,
    SH["in"],
    SH.closed,
    SH.ignoredProperties,
    SH.qualifiedValueShape,
    SH.qualifiedMinCount,
    SH.qualifiedMaxCount,
    SH.qualifiedValueShapesDisjoint,
    SH.deactivated,
    SH.severity,
)


def parse(shapes: Graph) -> Shapes:
    """Every shape of the graph. Raises OntologyError for one that is ill-formed, or that refers to itself."""
    reading = _Reading(shapes)
    found = {node: reading.shape(node) for node in reading.nodes}
    _refuse_recursion(found)
    return Shapes(found)


class _Reading:
    def __init__(self, shapes: Graph) -> None:
        self.graph = shapes
        self.components = queries.components(shapes)

    @cached_property
    def nodes(self) -> set[IdentifiedNode]:
        """All shapes (§2.1): typed, with a target or a parameter, or the value of a shape-expecting one."""
        graph, found = self.graph, set()
        for kind in (SH.NodeShape, SH.PropertyShape):
            for one in self._below(kind):
                found |= set(graph.subjects(RDF.type, one))
        for target in _TARGETS:
            found |= set(graph.subjects(target, None))
        for value in _SHAPE_VALUES:
            found |= set(graph.objects(None, value))
        for listed in _SHAPE_LISTS:
            for shape, head in graph.subject_objects(listed):
                found |= set(members(graph, shape, head))
        for parameter in (*_AT_MOST_ONE, SH["class"], SH.hasValue, *_PAIRS, SH.sparql):
            found |= set(graph.subjects(parameter, None))
        found |= set(graph.subjects(SH.path, None)) - set(graph.objects(None, SH.parameter))
        found -= set(graph.objects(None, SH.parameter))
        for one in found:
            if isinstance(one, Literal):
                raise ill_formed(one, "giá trị này không phải hình dạng.", "this value is no shape.")
        return {one for one in found if isinstance(one, IdentifiedNode)}

    def _below(self, kind: Node) -> set[Node]:
        below = self.graph.transitive_subjects(RDFS.subClassOf, kind)
        return {one for one in below if one is not None}

    def shape(self, node: IdentifiedNode) -> Shape:
        for parameter in _AT_MOST_ONE:
            self._one(node, parameter)
        paths = list(self.graph.objects(node, SH.path))
        if len(paths) > 1:
            raise ill_formed(node, "có nhiều hơn một sh:path.", "it has more than one sh:path.")
        if not paths:
            self._refuse_as_node_shape(node)
        severity = self._one(node, SH.severity)
        if severity is not None and not isinstance(severity, URIRef):
            raise self._wrong(node, SH.severity, severity, "một IRI", "an IRI")
        return Shape(
            node=node,
            path=path(self.graph, node, paths[0]) if paths else None,
            path_node=paths[0] if paths else None,
            targets=self._targets(node),
            constraints=() if self._is_true(node, SH.deactivated) else tuple(self._constraints(node)),
            severity=severity or SH.Violation,
            messages=self._messages(node),
        )

    def _refuse_as_node_shape(self, node: Node) -> None:
        if (node, RDF.type, SH.PropertyShape) in self.graph or (None, SH.property, node) in self.graph:
            raise ill_formed(
                node, "hình dạng thuộc tính phải có sh:path.", "a property shape has exactly one sh:path."
            )
        for parameter in _ONLY_FOR_PROPERTIES:
            if (node, parameter, None) in self.graph:
                short = str(parameter).rsplit("#", 1)[-1]
                raise ill_formed(
                    node,
                    f"sh:{short} chỉ dùng cho hình dạng có sh:path.",
                    f"sh:{short} is for property shapes only, and it has no sh:path.",
                )

    def _targets(self, node: IdentifiedNode) -> Targets:
        graph = self.graph
        classes = list(graph.objects(node, SH.targetClass))
        for one in classes:
            if not isinstance(one, URIRef):
                raise self._wrong(node, SH.targetClass, one, "một IRI", "an IRI")
        kinds = set(graph.objects(node, RDF.type))
        if isinstance(node, URIRef) and kinds & (self._below(RDFS.Class) | {OWL.Class}):
            classes.append(node)
        nodes = list(graph.objects(node, SH.targetNode))
        for one in nodes:
            if isinstance(one, BNode):
                raise self._wrong(node, SH.targetNode, one, "một IRI hoặc literal", "an IRI or a literal")
        return Targets(
            tuple(ordered(nodes)),
            tuple(ordered(set(classes))),
            tuple(self._iris(node, SH.targetSubjectsOf)),
            tuple(self._iris(node, SH.targetObjectsOf)),
        )

    def _constraints(self, node: IdentifiedNode) -> Iterator[Constraint]:
        graph = self.graph
        for one in ordered(graph.objects(node, SH["class"])):
            yield Instance(SH.ClassConstraintComponent, one)
        yield from self._value_tests(node)
        for parameter, component in _COUNTS.items():
            if (limit := self._number(node, parameter)) is not None:
                yield Count(component, limit)
        # "1"^^xsd:boolean is no `true` here (§4.4.5 compares terms).
        if self._is_true(node, SH.uniqueLang) and str(self._one(node, SH.uniqueLang)) == "true":
            yield UniqueLanguages(SH.UniqueLangConstraintComponent)
        for parameter, component in _PAIRS.items():
            for predicate in self._iris(node, parameter):
                yield Pair(component, predicate)
        for one in ordered(graph.objects(node, SH.hasValue)):
            yield HasValue(SH.HasValueConstraintComponent, one)
        yield from self._shape_based(node)
        if self._is_true(node, SH.closed):
            yield Closed(SH.ClosedConstraintComponent, self._allowed(node))
        yield from queries.constraints(graph, node)
        yield from queries.uses(graph, node, self.components, self._path_of(node))

    def _path_of(self, node: Node) -> Node | None:
        return self._one(node, SH.path)

    def _value_tests(self, node: Node) -> Iterator[Constraint]:
        if (datatype := self._one(node, SH.datatype)) is not None:
            self._check(node, SH.datatype, datatype, isinstance(datatype, URIRef), "một IRI", "an IRI")
            yield ValueTest(SH.DatatypeConstraintComponent, datatype)
        if (kind := self._one(node, SH.nodeKind)) is not None:
            known = "IRI, BlankNode, Literal, BlankNodeOrIRI, BlankNodeOrLiteral, IRIOrLiteral"
            self._check(node, SH.nodeKind, kind, kind in _NODE_KINDS, f"một trong {known}", f"one of {known}")
            yield ValueTest(SH.NodeKindConstraintComponent, kind)
        for parameter, component in _RANGES.items():
            if (bound := self._one(node, parameter)) is not None:
                self._check(node, parameter, bound, isinstance(bound, Literal), "một literal", "a literal")
                yield ValueTest(component, bound)
        for parameter, component in _LENGTHS.items():
            if (limit := self._number(node, parameter)) is not None:
                yield ValueTest(component, Literal(limit))
        if (pattern := self._one(node, SH.pattern)) is not None:
            self._check(node, SH.pattern, pattern, isinstance(pattern, Literal), "một chuỗi", "a string")
            flags = self._one(node, SH.flags)
            yield ValueTest(SH.PatternConstraintComponent, pattern, flags="" if flags is None else str(flags))
        if (head := self._one(node, SH.languageIn)) is not None:
            tags = tuple(members(self.graph, node, head))
            yield ValueTest(SH.LanguageInConstraintComponent, None, members=tags)
        if (head := self._one(node, SH["in"])) is not None:
            yield ValueTest(SH.InConstraintComponent, None, members=tuple(members(self.graph, node, head)))

    def _shape_based(self, node: IdentifiedNode) -> Iterator[Constraint]:
        graph = self.graph
        for one in ordered(graph.objects(node, SH.node)):
            if (one, SH.path, None) in graph:
                raise self._wrong(node, SH.node, one, "một hình dạng nút", "a node shape")
            yield Logical(SH.NodeConstraintComponent, (_resource(one),))
        for one in ordered(graph.objects(node, SH["not"])):
            yield Logical(SH.NotConstraintComponent, (_resource(one),))
        for parameter, component in _LOGICAL.items():
            for head in ordered(graph.objects(node, parameter)):
                yield Logical(component, tuple(_resource(one) for one in members(graph, node, head)))
        for one in ordered(graph.objects(node, SH.property)):
            yield Nested(SH.PropertyConstraintComponent, _resource(one))
        if (inner := self._one(node, SH.qualifiedValueShape)) is not None:
            siblings: tuple[IdentifiedNode, ...] = ()
            if self._is_true(node, SH.qualifiedValueShapesDisjoint):
                siblings = tuple(sorted(self._siblings(node) - {inner}))
            for parameter, component in (
                (SH.qualifiedMinCount, SH.QualifiedMinCountConstraintComponent),
                (SH.qualifiedMaxCount, SH.QualifiedMaxCountConstraintComponent),
            ):
                if (limit := self._number(node, parameter)) is not None:
                    yield Qualified(component, _resource(inner), limit, siblings)

    def _siblings(self, node: Node) -> set[IdentifiedNode]:
        """The qualified value shapes of the parents' property shapes (§4.7.3.1)."""
        graph = self.graph
        parts = {
            part
            for parent in graph.subjects(SH.property, node)
            for part in graph.objects(parent, SH.property)
        }
        return {_resource(one) for part in parts for one in graph.objects(part, SH.qualifiedValueShape)}

    def _allowed(self, node: Node) -> tuple[URIRef, ...]:
        graph = self.graph
        allowed = {one for part in graph.objects(node, SH.property) for one in graph.objects(part, SH.path)}
        if (head := self._one(node, SH.ignoredProperties)) is not None:
            allowed |= set(members(graph, node, head))
        return tuple(sorted(one for one in allowed if isinstance(one, URIRef)))

    def _messages(self, node: Node) -> tuple[Literal, ...]:
        found = list(self.graph.objects(node, SH.message))
        for one in found:
            self._check(node, SH.message, one, isinstance(one, Literal), "một chuỗi", "a string")
        return tuple(sorted(one for one in found if isinstance(one, Literal)))

    def _one(self, node: Node, parameter: URIRef) -> Node | None:
        values = list(self.graph.objects(node, parameter))
        if len(values) > 1:
            short = f"sh:{str(parameter).rsplit('#', 1)[-1]}"
            raise ill_formed(node, f"có nhiều hơn một {short}.", f"it has more than one {short}.")
        return values[0] if values else None

    def _number(self, node: Node, parameter: URIRef) -> int | None:
        value = self._one(node, parameter)
        if value is None:
            return None
        try:
            return int(str(value)) if isinstance(value, Literal) else int("")
        except ValueError:
            raise self._wrong(node, parameter, value, "một số nguyên", "an integer") from None

    def _is_true(self, node: Node, parameter: URIRef) -> bool:
        value = self._one(node, parameter)
        if value is None:
            return False
        known = isinstance(value, Literal) and str(value) in ("true", "false", "1", "0")
        self._check(node, parameter, value, known, "true hoặc false", "true or false")
        return str(value) in ("true", "1")

    def _iris(self, node: Node, parameter: URIRef) -> Iterator[URIRef]:
        for one in ordered(self.graph.objects(node, parameter)):
            if not isinstance(one, URIRef):
                raise self._wrong(node, parameter, one, "một IRI", "an IRI")
            yield one

    def _check(self, node: Node, parameter: URIRef, value: Node, met: bool, vi: str, en: str) -> None:
        if not met:
            raise self._wrong(node, parameter, value, vi, en)

    def _wrong(self, node: Node, parameter: URIRef, value: Node, vi: str, en: str) -> Exception:
        short = f"sh:{str(parameter).rsplit('#', 1)[-1]}"
        return ill_formed(
            node, f"{short} phải là {vi}, không phải {name(value)}.", f"{short} is {en}, not {name(value)}."
        )


def _resource(node: Node) -> IdentifiedNode:
    if not isinstance(node, IdentifiedNode):
        raise ill_formed(node, "giá trị này không phải hình dạng.", "this value is no shape.")
    return node


def uses(shape: Shape) -> Iterator[IdentifiedNode]:
    """The shapes that a shape's constraints refer to."""
    for constraint in shape.constraints:
        match constraint:
            case Logical(_, shapes):
                yield from shapes
            case Nested(_, inner):
                yield inner
            case Qualified(_, inner, _, siblings):
                yield inner
                yield from siblings


def _refuse_recursion(found: dict[IdentifiedNode, Shape]) -> None:
    """Shapes that refer to themselves have no defined validation (§3.4.3)."""
    done: set[Node] = set()

    def visit(node: IdentifiedNode, around: tuple[IdentifiedNode, ...]) -> None:
        if node in around:
            way = " → ".join(name(one) for one in (*around[around.index(node) :], node))
            raise ill_formed(node, f"nó tham chiếu chính nó: {way}.", f"it refers to itself: {way}.")
        if node not in done:
            for inner in uses(found[node]):
                visit(inner, (*around, node))
            done.add(node)

    for node in found:
        visit(node, ())
