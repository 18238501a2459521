"""JSON Schema of the bodies of PUT, POST and PATCH, from the shape."""

from collections.abc import Mapping

from api.facade.operators import BOOLEAN, DATE, DATE_TIME, DECIMAL, INTEGER, STRING
from api.facade.sight import class_of_field
from graph import labels
from graph.access import OPEN
from graph.resources import Property, ResourceType
from graph.sparql.terms import XSD
from graph.vocabulary import Vocabulary

Schema = dict[str, object]
_TYPES: Mapping[str, Schema] = {
    STRING: {"type": "string"},
    DATE: {"type": "string", "format": "date"},
    DATE_TIME: {"type": "string", "format": "date-time"},
    BOOLEAN: {"type": "boolean"},
    INTEGER: {"type": "integer"},
    DECIMAL: {"type": "number"},
    XSD + "double": {"type": "number"},
    XSD + "float": {"type": "number"},
}
_REFERENCE: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "href": {"type": ["string", "null"]},
        "label": {"type": ["object", "null"]},
    },
    "required": ["id"],
    "additionalProperties": False,
}
_TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_LISTS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}


def of_body(resource: ResourceType, vocabulary: Vocabulary, *, is_patch: bool) -> Schema:
    """Of a whole resource, or of a merge patch, whose members may all be null or left out."""
    properties: Schema = {
        "id": {"type": "string", "description": "IRI"},
        "href": {"type": "string"},
        "type": {
            "type": "array",
            "items": {"type": "string", "enum": [labels.local_name(iri) for iri in resource.classes]},
        },
    }
    for one in resource.properties:
        schema = _of_property(one, vocabulary)
        described: Schema = {"title": str(one.label), "description": str(one.description)}
        if one.inverse:
            described["description"] = f"{one.description} — không ghi ở đây / not written here"
        may_be_null = is_patch or not one.required
        properties[one.key] = {
            **({"anyOf": [schema, {"type": "null"}]} if may_be_null else schema),
            **described,
        }
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [
        one.key
        for one in resource.properties
        if one.required and not one.inverse and class_of_field(one) == OPEN
    ]
    if required and not is_patch:
        found["required"] = required
    return found


def _of_property(one: Property, vocabulary: Vocabulary) -> Schema:
    if one.kind == "langString":
        return dict(_TEXTS if one.unique_language else _LISTS)
    single = _single(one, vocabulary)
    return single if one.scalar else {"type": "array", "items": single}


def _single(one: Property, vocabulary: Vocabulary) -> Schema:
    if one.kind == "link":
        return {"anyOf": [{"type": "string", "minLength": 1}, _REFERENCE]}
    if one.kind == "code":
        known = [vocabulary.concepts[iri].notation for iri in one.values if iri in vocabulary.concepts]
        text: Schema = {"type": "string", **({"enum": known} if known else {"minLength": 1})}
        whole: Schema = {
            "type": "object",
            "properties": {"id": {"type": "string"}, "code": text, "label": {"type": ["object", "null"]}},
            "anyOf": [{"required": ["id"]}, {"required": ["code"]}],
            "additionalProperties": False,
        }
        return {"anyOf": [text, whole]}
    found = dict(_TYPES.get(one.datatype or STRING, {"type": "string"}))
    if one.values:
        found["enum"] = list(one.values)
    if one.pattern and found == {"type": "string"}:
        found["pattern"] = one.pattern
    if one.examples:
        found["examples"] = [float(text) if one.datatype == DECIMAL else text for text in one.examples]
    return found
