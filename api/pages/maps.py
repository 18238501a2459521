"""A small map, drawn from the data alone: the points of all places behind, one of them marked.

The marked point is drawn into the page. What is behind is a picture of its own, `/places.svg`, the same for
every place, so that a browser keeps it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request
from fastapi.responses import Response
from rdflib import RDFS, Namespace

from api import conditional
from api.knowledge import Knowledge
from api.pages.cached import tag_of
from api.pages.links import Links
from graph.access import Principal
from graph.formats import RESULTS
from graph.sparql import terms
from graph.sparql.engine import Engine
from graph.text import Language

GEO = Namespace("http://www.opengis.net/ont/geosparql#")
WEST, EAST, SOUTH, NORTH = 102.0, 118.0, 6.0, 24.0
"""Degrees: mainland and islands, Hoàng Sa and Trường Sa included; the shapes let no centroid lie outside."""
DEGREE = 20
"""Pixels, of longitude and latitude alike: at 16° north the error is 4 %, less than a dot."""
FINE = 10
"""Dots to a degree: places closer than 11 km are one dot."""
WIDTH, HEIGHT = int((EAST - WEST) * DEGREE), int((NORTH - SOUTH) * DEGREE)
_POINT = re.compile(r"\s*POINT\s*\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)\s*", re.IGNORECASE)
_CRS84 = re.compile(r"^\s*<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*")


@dataclass(frozen=True, slots=True)
class Marked:
    """A point on the map: where it is drawn (pixels) and what it is in words."""

    x: float
    y: float
    words: str
    background: str
    width: int = WIDTH
    height: int = HEIGHT


def point(wkt: str) -> tuple[float, float] | None:
    """Longitude and latitude of a WKT point in CRS 84 (GeoSPARQL 1.1 §8.5.1), None for anything else."""
    found = _POINT.fullmatch(_CRS84.sub("", wkt))
    return (float(found[1]), float(found[2])) if found else None


def marked(wkt: str, links: Links, language: str) -> Marked | None:
    """None for what is no point, or lies off the map."""
    found = point(wkt)
    if found is None or not (WEST <= found[0] <= EAST and SOUTH <= found[1] <= NORTH):
        return None
    x, y = _place(*found)
    return Marked(round(x, 1), round(y, 1), _in_words(*found, language), links.local("/places.svg"))


async def places(
    request: Request, known: Knowledge, engine: Engine, principal: Principal, language: Language
) -> Response:
    """Every point that the reader may see, as a picture without names."""
    current = engine.current()
    tag = tag_of(request, known, current.id, principal, language)
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, Vary="Accept-Encoding")
    answer = await engine.answer(
        _query(known), principal_graphs=principal.graphs, accept=RESULTS[0].media_type
    )
    return Response(
        drawn(answer.body),
        media_type="image/svg+xml",
        headers={
            "ETag": tag_of(request, known, answer.generation, principal, language),
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "default-src 'none'",
            "Lienthong-Generation": answer.generation,
            "X-Content-Type-Options": "nosniff",
        },
    )


@lru_cache(maxsize=4)
def drawn(results: bytes) -> bytes:
    """The points of SPARQL results (JSON) as one path; the last few are kept."""
    rows = json.loads(results)["results"]["bindings"]
    points = (point(row["point"]["value"]) for row in rows)
    path = "".join(f"M{x} {y}h2v2h-2z" for x, y in _dots(one for one in points if one))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{path}" fill="#8a949b"/></svg>'
    ).encode()


def _dots(points: Iterable[tuple[float, float]]) -> list[tuple[int, int]]:
    """Where dots are drawn; places that are close together are one."""
    step = DEGREE // FINE
    found = {
        (int(x) // step * step, int(y) // step * step)
        for longitude, latitude in points
        if WEST <= longitude < EAST and SOUTH < latitude <= NORTH
        for x, y in (_place(longitude, latitude),)
    }
    return sorted(found)


def _place(longitude: float, latitude: float) -> tuple[float, float]:
    return (longitude - WEST) * DEGREE, (NORTH - latitude) * DEGREE


def _query(known: Knowledge) -> str:
    """By every property whose values the ontology calls points."""
    found = known.vocabulary.graph.subjects(RDFS.range, GEO.wktLiteral)
    paths = " ".join(sorted(terms.iri(str(path)) for path in found))
    return f"SELECT DISTINCT ?point WHERE {{ VALUES ?path {{ {paths} }} ?place ?path ?point }}"


def _in_words(longitude: float, latitude: float, language: str) -> str:
    """Latitude first, as people say it: 21,0386° B, 105,8380° Đ."""
    if language == "en":
        return f"{latitude:.4f}° N, {longitude:.4f}° E"
    return f"{latitude:.4f}° B – {longitude:.4f}° Đ".replace(".", ",")
