"""The formats that a collection and its resources are written in."""

from collections.abc import Sequence

from starlette.requests import Request

from api import negotiation
from graph import formats
from graph.formats import Format
from graph.resources import Property, ResourceType

JSON = Format("JSON", "application/json", "json", "results", ("text/json",))
CSV = next(known for known in formats.RESULTS if known.extension == "csv")
GEO_JSON = Format("GeoJSON", "application/geo+json", "geojson", "results", ("application/vnd.geo+json",))
JSON_LD = next(known for known in formats.GRAPHS if known.extension == "jsonld")
TURTLE = next(known for known in formats.GRAPHS if known.extension == "ttl")

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


def place_of(resource: ResourceType) -> Property | None:
    """The field that says where a resource is (GeoSPARQL §8.5, WKT)."""
    return next((one for one in resource.properties if one.datatype == WKT), None)


def offered(resource: ResourceType) -> Sequence[Format]:
    """JSON first: whoever asks for nothing in particular gets it. GeoJSON where there is a place."""
    plain = (JSON, JSON_LD, CSV, TURTLE)
    return (*plain, GEO_JSON) if place_of(resource) else plain


def chosen(request: Request, resource: ResourceType) -> Format:
    """By `?format=`, else by Accept. Raises NotAcceptableError naming the formats."""
    return of(request.query_params.get("format"), negotiation.accept(request), resource)


def of(shortcut: str | None, accept: str | None, resource: ResourceType) -> Format:
    """By the shortcut where there is one. Raises NotAcceptableError naming the formats."""
    if shortcut is not None:
        return formats.by_extension(shortcut, offered(resource))
    return formats.negotiate(accept, offered(resource))
