"""Shapes as typed values (SHACL §2 to §4): what `parsing` reads and the planner compiles."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.term import IdentifiedNode, Node


@dataclass(frozen=True, slots=True)
class Predicate:
    """A path of one predicate (SHACL §2.3.1.1)."""

    iri: URIRef


@dataclass(frozen=True, slots=True)
class Inverse:
    """From object to subject (§2.3.1.4)."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after the other (§2.3.1.2)."""

    paths: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of the paths (§2.3.1.3)."""

    paths: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The path many times: from `least` (0 or 1) times, endless unless `once` (§2.3.1.5 to §2.3.1.7)."""

    path: "Path"
    least: int
    once: bool = False


Path = Predicate | Inverse | Sequence | Alternative | Repeat


@dataclass(frozen=True, slots=True)
class Targets:
    """What makes a node a focus node (§2.1.3). `classes` include an implicit one, not those below them."""

    nodes: tuple[Node, ...] = ()
    classes: tuple[Node, ...] = ()
    subjects_of: tuple[URIRef, ...] = ()
    objects_of: tuple[URIRef, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One use of a constraint component (§4); `component` is its IRI."""

    component: URIRef


@dataclass(frozen=True, slots=True)
class ValueTest(Constraint):
    """Looks at one value node alone: sh:datatype, nodeKind, ranges, lengths, pattern, languageIn, in.

    `parameter` is the node kind, datatype, bound, length or pattern; `flags` go with a pattern, `members`
    with a list.
    """

    parameter: Node | None
    flags: str = ""
    members: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance(Constraint):
    """sh:class (§4.1.1)."""

    of: Node


@dataclass(frozen=True, slots=True)
class Count(Constraint):
    """sh:minCount or sh:maxCount (§4.2)."""

    limit: int


@dataclass(frozen=True, slots=True)
class UniqueLanguages(Constraint):
    """sh:uniqueLang (§4.4.5)."""


@dataclass(frozen=True, slots=True)
class Pair(Constraint):
    """sh:equals, disjoint, lessThan or lessThanOrEquals (§4.5): compared with the values of `predicate`."""

    predicate: URIRef


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """sh:hasValue (§4.8.2)."""

    value: Node


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """sh:closed with the predicates that are allowed (§4.8.1)."""

    allowed: tuple[URIRef, ...]


@dataclass(frozen=True, slots=True)
class Logical(Constraint):
    """sh:not (one shape), and, or, xone (§4.6), and sh:node (§4.7.1), over the value nodes."""

    shapes: tuple[IdentifiedNode, ...]


@dataclass(frozen=True, slots=True)
class Nested(Constraint):
    """sh:property (§4.7.2): the property shape's own results count."""

    shape: IdentifiedNode


@dataclass(frozen=True, slots=True)
class Qualified(Constraint):
    """sh:qualifiedMinCount or qualifiedMaxCount (§4.7.3); values that conform to a sibling do not count."""

    shape: IdentifiedNode
    limit: int
    siblings: tuple[IdentifiedNode, ...]


@dataclass(frozen=True, slots=True)
class Query(Constraint):
    """A SPARQL-based constraint (§5) or a use of a SPARQL-based constraint component (§6).

    `text` is the whole query, with its prefixes, with `$PATH` put in; `is_ask`: false for a value node that
    violates. `parameters` are pre-bound. `source` is the node of `sh:sparql`, None for a component.
    """

    source: Node | None
    text: str
    is_ask: bool
    messages: tuple[Literal, ...]
    parameters: Mapping[str, Node] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or with a `path` a property shape. `path_node` is the path in the shapes graph.

    Messages and severity are for its results. A deactivated shape has no constraints.
    """

    node: IdentifiedNode
    path: Path | None
    path_node: Node | None
    targets: Targets
    constraints: tuple[Constraint, ...]
    severity: Node
    messages: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes of a shapes graph by node."""

    by_node: Mapping[IdentifiedNode, Shape]

    def targeted(self) -> tuple[Shape, ...]:
        """Those that say themselves what they are about, in the order of their names."""
        return tuple(sorted((one for one in self.by_node.values() if one.targets), key=lambda one: one.node))
