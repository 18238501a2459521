"""Resources as features (RFC 7946): geometry from Well-Known Text, the other keys as properties."""

import re
from collections.abc import Sequence

from api.facade.exact import Json

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_WKT = re.compile(r"\s*(?:<(?P<crs>[^>]*)>)?\s*(?P<kind>[A-Za-z]+)\s*(?P<shape>\(.*\))\s*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_KINDS = {
    "POINT": ("Point", 0),
    "LINESTRING": ("LineString", 1),
    "MULTIPOINT": ("MultiPoint", 1),
    "POLYGON": ("Polygon", 2),
    "MULTILINESTRING": ("MultiLineString", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}
"""The name in RFC 7946, and how many lists its positions are in."""

Coordinates = list["Coordinates"] | list[float] | float


def feature(resource: dict[str, Json], place: str, geometry: Json) -> dict[str, Json]:
    """A resource as it is written in JSON, with the key `place` as geometry."""
    properties = {key: value for key, value in resource.items() if key not in ("id", place)}
    return {"type": "Feature", "id": resource["id"], "geometry": geometry, "properties": properties}


def geometry(text: str) -> Json:
    """The geometry of a WKT literal; None for one that is not in longitude and latitude (WGS 84), that is
    empty, or that cannot be read."""
    match = _WKT.fullmatch(text)
    if match is None or (match["crs"] or _CRS84) != _CRS84 or match["kind"].upper() not in _KINDS:
        return None
    kind, depth = _KINDS[match["kind"].upper()]
    try:
        coordinates = _read(match["shape"], depth)
    except ValueError:
        return None
    return {"type": kind, "coordinates": coordinates}


def _read(text: str, depth: int) -> Json:
    """The positions in `(…)`; those of a MULTIPOINT may each be in brackets of their own."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    elif depth:
        raise ValueError(text)
    if depth == 0:
        return _position(text.strip().removeprefix("(").removesuffix(")"))
    return [_read(part, depth - 1) for part in _parts(text)]


def _parts(text: str) -> Sequence[str]:
    """What stands between the commas that are in no brackets."""
    parts, level = [""], 0
    for char in text:
        level += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and level == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _position(text: str) -> Json:
    numbers = text.split()
    if len(numbers) not in (2, 3) or not all(_NUMBER.fullmatch(one) for one in numbers):
        raise ValueError(text)
    return [float(one) for one in numbers]
