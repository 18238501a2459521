"""One property from all the property shapes that speak about its path."""

from collections.abc import Iterable, Sequence

from rdflib import RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph import labels
from graph.iris import Iris
from graph.resources.deprecation import deprecation_of, told
from graph.resources.model import Group, Kind, Property
from graph.text import Text

LAST = 1000.0


def property_of(
    shapes: Graph, ontology: Graph, iris: Iris, path: URIRef, inverse: bool, statements: Sequence[Node]
) -> Property:
    """The property for `path`; what the shape does not say (label, definition, range) the ontology says."""
    local = labels.local_name(path)
    key = _first(shapes, statements, URIRef(iris.ontology("facade", "key"))) or Literal(local)
    label = (
        _text(shapes, statements, SH.name) or labels.text(ontology, path, RDFS.label) or Text(local, local)
    )
    range_ = None if inverse else ontology.value(path, RDFS.range)
    datatype = _first(shapes, statements, SH.datatype)
    target = _first(shapes, statements, SH["class"]) or (range_ if datatype is None else None)
    listed = _listed(shapes, statements)
    scheme = _scheme(shapes, ontology, statements, listed)
    alternatives = _alternatives(shapes, statements)
    kind = "literal" if alternatives else _kind(shapes, statements, datatype, range_, target, listed, scheme)
    access = _first(shapes, statements, URIRef(iris.ontology("facade", "accessClass")))
    pattern = _first(shapes, statements, SH.pattern)
    deprecation = deprecation_of(shapes, iris, statements)
    return Property(
        key=str(key),
        path=str(path),
        inverse=inverse,
        kind=kind,
        label=label,
        description=told(
            _text(shapes, statements, SH.description)
            or labels.text(ontology, path, SKOS.definition, RDFS.comment)
            or label,
            deprecation,
        ),
        datatype=str(datatype or range_)
        if kind == "literal" and (datatype or range_) and not alternatives
        else None,
        datatypes=alternatives,
        minimum=max((int(str(value)) for value in _all(shapes, statements, SH.minCount)), default=0),
        maximum=min((int(str(value)) for value in _all(shapes, statements, SH.maxCount)), default=None),
        target_class=str(target) if kind == "link" and target is not None else None,
        scheme=scheme if kind == "code" else None,
        values=_values(ontology, listed, scheme),
        pattern=str(pattern) if pattern is not None else None,
        unique_language=any(str(value) == "true" for value in _all(shapes, statements, SH.uniqueLang)),
        access=str(access) if access is not None else None,
        order=min((float(str(value)) for value in _all(shapes, statements, SH.order)), default=LAST),
        group=_group(ontology, _first(shapes, statements, SH.group)),
        examples=_examples(ontology, path),
        deprecation=deprecation,
    )


def _group(ontology: Graph, group: Node | None) -> Group | None:
    if not isinstance(group, URIRef):
        return None
    label, order = labels.text(ontology, group, RDFS.label), ontology.value(group, SH.order)
    return Group(label, LAST if order is None else float(str(order))) if label else None


def _kind(
    shapes: Graph,
    statements: Sequence[Node],
    datatype: Node | None,
    range_: Node | None,
    target: Node | None,
    listed: Sequence[Node],
    scheme: str | None,
) -> Kind:
    texts = (datatype or range_) == RDF.langString or _first(shapes, statements, SH.languageIn) is not None
    if texts or _first(shapes, statements, SH.uniqueLang) is not None:
        return "langString"
    if scheme is not None or target == SKOS.Concept:
        return "code"
    points = _first(shapes, statements, SH.nodeKind) in (SH.IRI, SH.BlankNodeOrIRI)
    is_datatype = datatype is not None or str(range_ or "").startswith(_XSD)
    if (
        points
        or any(isinstance(value, URIRef) for value in listed)
        or (target is not None and not is_datatype)
    ):
        return "link"
    return "literal"


_XSD = "http://www.w3.org/2001/XMLSchema#"


def _scheme(shapes: Graph, ontology: Graph, statements: Sequence[Node], listed: Sequence[Node]) -> str | None:
    """The code list of the values: that of the listed ones, else the `sh:hasValue` of `skos:inScheme`."""
    for value in listed:
        if (found := ontology.value(value, SKOS.inScheme)) is not None:
            return str(found)
    for statement in statements:
        for nested in (statement, *shapes.objects(statement, SH.node)):
            for inner in shapes.objects(nested, SH.property):
                if shapes.value(inner, SH.path) == SKOS.inScheme:
                    scheme = shapes.value(inner, SH.hasValue)
                    return str(scheme) if scheme is not None else None
    return None


def _values(ontology: Graph, listed: Sequence[Node], scheme: str | None) -> tuple[str, ...]:
    if listed or scheme is None:
        return tuple(str(value) for value in listed)
    return tuple(sorted(str(entry) for entry in ontology.subjects(SKOS.inScheme, URIRef(scheme))))


def _listed(shapes: Graph, statements: Sequence[Node]) -> tuple[Node, ...]:
    members = _first(shapes, statements, SH["in"])
    return tuple(Collection(shapes, members)) if members is not None else ()


def _alternatives(shapes: Graph, statements: Sequence[Node]) -> tuple[str, ...]:
    """The datatypes of an `sh:or` that offers nothing but datatypes."""
    members = _first(shapes, statements, SH["or"])
    offered = [shapes.value(one, SH.datatype) for one in Collection(shapes, members)] if members else []
    return tuple(str(one) for one in offered) if offered and None not in offered else ()


def _examples(ontology: Graph, path: URIRef) -> tuple[str, ...]:
    return tuple(sorted({str(value).strip("<>") for value in ontology.objects(path, SKOS.example)}))


def _text(shapes: Graph, statements: Iterable[Node], path: URIRef) -> Text | None:
    return next((text for one in statements if (text := labels.text(shapes, one, path)) is not None), None)


def _all(shapes: Graph, statements: Iterable[Node], path: URIRef) -> list[Node]:
    return [value for statement in statements for value in shapes.objects(statement, path)]


def _first(shapes: Graph, statements: Iterable[Node], path: URIRef) -> Node | None:
    return next(iter(_all(shapes, statements, path)), None)
