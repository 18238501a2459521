"""Property paths out of a shapes graph (SHACL §2.3.1)."""

from collections.abc import Iterator

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from graph.shacl.faults import ill_formed
from graph.shacl.model import Alternative, Inverse, Path, Predicate, Repeat, Sequence

FORMS = (SH.alternativePath, SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


def path(shapes: Graph, shape: Node, node: Node, around: frozenset[Node] = frozenset()) -> Path:
    """The path that `node` describes. Raises OntologyError where it is none (rules path-…)."""
    if isinstance(node, URIRef):
        return Predicate(node)
    if not isinstance(node, BNode) or node in around:
        raise ill_formed(shape, f"{node.n3()} không phải đường dẫn.", f"{node.n3()} is no path.")
    around |= {node}
    if (node, RDF.first, None) in shapes:
        return Sequence(_members(shapes, shape, node, around))
    forms = [(form, value) for form in FORMS for value in shapes.objects(node, form)]
    if len(forms) != 1:
        raise ill_formed(
            shape,
            "nút đường dẫn phải có đúng một trong sh:alternativePath, inversePath, zeroOrMorePath, "
            "oneOrMorePath, zeroOrOnePath.",
            "a path node has exactly one of sh:alternativePath, inversePath, zeroOrMorePath, oneOrMorePath, "
            "zeroOrOnePath.",
        )
    [(form, value)] = forms
    if form == SH.alternativePath:
        return Alternative(_members(shapes, shape, value, around))
    inner = path(shapes, shape, value, around)
    if form == SH.inversePath:
        return Inverse(inner)
    return Repeat(inner, least=int(form == SH.oneOrMorePath), once=form == SH.zeroOrOnePath)


def _members(shapes: Graph, shape: Node, head: Node, around: frozenset[Node]) -> tuple[Path, ...]:
    found = tuple(path(shapes, shape, one, around) for one in members(shapes, shape, head))
    if len(found) < 2:
        raise ill_formed(
            shape,
            "danh sách đường dẫn phải có ít nhất hai phần tử.",
            "a list of paths has two members or more.",
        )
    return found


def members(shapes: Graph, shape: Node, head: Node) -> Iterator[Node]:
    """The members of the SHACL list (§1.5) at `head`. Raises OntologyError where it is none."""
    seen = set()
    while head != RDF.nil:
        first, rest = list(shapes.objects(head, RDF.first)), list(shapes.objects(head, RDF.rest))
        if head in seen or len(first) != 1 or len(rest) != 1:
            raise ill_formed(
                shape, f"{head.n3()} không phải danh sách đầy đủ.", f"{head.n3()} is no complete list."
            )
        seen.add(head)
        yield first[0]
        [head] = rest


def predicates(path: Path) -> Iterator[URIRef]:
    """Every predicate that a path names."""
    match path:
        case Predicate(iri):
            yield iri
        case Inverse(inner) | Repeat(inner):
            yield from predicates(inner)
        case Sequence(parts) | Alternative(parts):
            for part in parts:
                yield from predicates(part)
