"""JSON-LD contexts: with them the facade's JSON is the same triples as the graph holds (JSON-LD 1.1 §4.1).

What is not a statement about the resource (`href`, page links, counts) maps to null and says nothing.
"""

from collections.abc import Mapping

from graph import labels
from graph.resources import Property, ResourceType, ResourceTypes
from graph.sparql.terms import XSD

Context = dict[str, object]

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABEL: Mapping[str, object] = {
    "@id": "http://www.w3.org/2000/01/rdf-schema#label",
    "@container": "@language",
}
_PAGE: Mapping[str, object] = {
    "items": "@graph",
    "links": None,
    "total": None,
    "removed": None,
    "generation": None,
}
_CODE: Mapping[str, object] = {
    "code": _SKOS + "notation",
    "label": {"@id": _SKOS + "prefLabel", "@container": "@language"},
}


def context(resource: ResourceType, types: ResourceTypes) -> Context:
    """The context of a collection's pages and resources."""
    return {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "href": None,
        **_PAGE,
        **_terms(resource, types, nested=True),
    }


def _terms(resource: ResourceType, types: ResourceTypes, *, nested: bool) -> Context:
    """Classes and keys. Resources embedded in resources link on with no more than id, href and label."""
    return {
        **{labels.local_name(iri): iri for iri in resource.classes},
        **{one.key: _definition(one, types, nested) for one in resource.properties},
    }


def _definition(one: Property, types: ResourceTypes, nested: bool) -> object:
    where = {"@reverse" if one.inverse else "@id": one.path}
    match one.kind:
        case "langString":
            return {**where, "@container": "@language"}
        case "code":
            return {**where, "@type": "@id", "@context": dict(_CODE)}
        case "link":
            target = types.of_class(one.target_class) if nested else None
            known = _terms(target, types, nested=False) if target and target.collection else {}
            return {**where, "@type": "@id", "@context": {"label": dict(_LABEL), **known}}
        case _:
            plain = one.datatype in (None, XSD + "string", XSD + "boolean", XSD + "integer")
            return one.path if plain and not one.inverse else {**where, "@type": one.datatype}
