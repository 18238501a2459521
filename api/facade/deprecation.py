"""What a response says where a request asks for what is no longer to be used (RFC 9745, RFC 8594)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from urllib.parse import parse_qsl

from graph.access import VIETNAM
from graph.resources import Deprecation, ResourceType

_NAMING = ("fields", "include", "sort", "facets")
"""Parameters whose values are keys."""


def headers(resource: ResourceType, query: str) -> dict[str, str]:
    """`Deprecation`, `Sunset` and `Link` where the collection is deprecated, or a field that a parameter of
    the query names: the earliest of the days. Of fields that come unasked for the API's description tells."""
    if resource.deprecation is None and all(one.deprecation is None for one in resource.properties):
        return {}
    those = [*_named(resource, query)]
    if not those:
        return {}
    told = {
        "Deprecation": f"@{int(_beginning(min(one.since for one in those)).timestamp())}",
        "Link": f'<{resource.shape}>; rel="deprecation"',
    }
    if ends := [one.sunset for one in those if one.sunset is not None]:
        told["Sunset"] = format_datetime(_beginning(min(ends)).astimezone(UTC), usegmt=True)
    return told


def _named(resource: ResourceType, query: str) -> Iterator[Deprecation]:
    if resource.deprecation is not None:
        yield resource.deprecation
    for name, value in parse_qsl(query):
        keys = [one.strip().lstrip("-") for one in value.split(",")] if name in _NAMING else [_key(name)]
        for key in keys:
            if (one := resource.property(key)) is not None and one.deprecation is not None:
                yield one.deprecation


def _key(parameter: str) -> str:
    """Of a filter: `length[gte]`, `name~`, `representative.residence`."""
    return parameter.partition("[")[0].partition("~")[0].partition(".")[0]


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
