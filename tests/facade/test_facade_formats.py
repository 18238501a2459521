"""One resource in every format, chosen and cached as HTTP has it."""

import csv
import io

import pytest
import rdflib
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from api.facade import geojson

UNITS = "/api/v1/units"
UNIT = f"{UNITS}/2025-07-01/00004"
IRI = "https://lienthong.gov.vn/id/unit/2025-07-01/00004"

PLAIN = {"Accept-Encoding": "identity"}

CHOSEN = {
    "": "application/json",
    "*/*": "application/json",
    "text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
    "text/csv": "text/csv",
    "text/turtle;q=0.9, text/csv;q=0.5": "text/turtle",
    "text/turtle;q=0.1, application/ld+json;q=0.2": "application/ld+json",
    "application/geo+json": "application/geo+json",
    "text/*": "text/csv",
    "application/json;q=0, text/turtle": "text/turtle",
}


@pytest.mark.parametrize("accept", CHOSEN)
@pytest.mark.parametrize("path", [UNITS, UNIT])
def test_accept_chooses_the_format(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"].split(";")[0] == CHOSEN[accept]
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", [UNITS, UNIT])
def test_no_format_of_ours_is_406_and_names_ours(client: TestClient, path: str) -> None:
    for asked in ({"headers": {"Accept": "application/pdf"}}, {"params": {"format": "pdf"}}):
        answer = client.get(path, **asked)  # type: ignore[arg-type]  # as requests has them
        assert answer.status_code == 406
        assert "text/csv (csv)" in answer.json()["hint"]


def test_geojson_is_offered_where_there_is_a_place(client: TestClient) -> None:
    assert client.get("/api/v1/agencies?format=geojson").status_code == 406
    unit = client.get(f"{UNIT}?format=geojson&fields=name,centroid").json()
    assert (unit["type"], unit["id"]) == ("Feature", IRI)
    assert unit["geometry"] == {"type": "Point", "coordinates": [105.838, 21.0386]}
    assert "centroid" not in unit["properties"]
    page = client.get(f"{UNITS}?format=geojson&limit=3&count=true").json()
    assert page["type"] == "FeatureCollection"
    assert (len(page["features"]), page["total"]) == (3, 66)
    assert page["links"]["next"]


def test_turtle_is_the_triples_and_nothing_else(client: TestClient) -> None:
    query = f"CONSTRUCT WHERE {{ <{IRI}> ?p ?o }}"
    whole = client.post("/sparql", data={"query": query}, headers={"Accept": "application/n-triples"})
    assert set(rdflib.Graph().parse(data=client.get(f"{UNIT}?format=ttl").text)) == set(
        rdflib.Graph().parse(data=whole.text, format="nt")
    )
    some = rdflib.Graph().parse(data=client.get(f"{UNIT}?format=ttl&fields=code").text)
    assert {str(path).rpartition("#")[2] for path in some.predicates(URIRef(IRI))} == {"type", "code"}


def test_csv_has_a_column_for_each_key_and_language(client: TestClient) -> None:
    text = client.get(f"{UNITS}?format=csv&limit=200&count=true")
    assert text.headers["lienthong-total"] == "66"
    rows = list(csv.DictReader(io.StringIO(text.text)))
    by_iri = {row["id"]: row for row in rows}
    unit = by_iri[IRI]
    assert len(rows) == 66
    assert (unit["name.vi"], unit["name.en"], unit["code"]) == ("Phường Ba Đình", "Ba Đình ward", "00004")
    assert (unit["level"], unit["areaKm2"], unit["validUntil"]) == ("commune", "2.97", "")
    assert unit["basis"] == "202-2025-QH15|72-2025-QH15"
    assert unit["within"].endswith("id/unit/2025-07-01/01")
    assert text.text.count("\r\n") == 67


def test_pages_of_every_format_lead_on(client: TestClient) -> None:
    for extension in ("json", "jsonld", "csv", "ttl", "geojson"):
        answer = client.get(f"{UNITS}?format={extension}&limit=40")
        address = next(part for part in answer.headers["link"].split(", ") if 'rel="next"' in part)
        rest = client.get(address.partition(">")[0].lstrip("<"))
        assert rest.headers["content-type"] == answer.headers["content-type"]
        assert 'rel="next"' not in rest.headers.get("link", "")


@pytest.mark.parametrize("path", [UNITS, UNIT, f"{UNITS}?facets=level&sort=name"])
def test_tags_are_strong_and_of_one_representation(client: TestClient, path: str) -> None:
    join = "&" if "?" in path else "?"
    tags = set()
    for extension in ("json", "jsonld", "csv", "ttl", "geojson"):
        address = f"{path}{join}format={extension}"
        first = client.get(address, headers=PLAIN)
        assert first.headers["etag"].startswith('"g000001-')
        tags.add(first.headers["etag"])
        again = client.get(address, headers=PLAIN | {"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(address, headers=PLAIN).headers["etag"] == first.headers["etag"]
    assert len(tags) == 5


def test_what_is_open_may_be_kept_by_anybody_who_asks_again(client: TestClient) -> None:
    for path in (UNITS, UNIT):
        headers = client.get(path).headers
        assert headers["cache-control"] == "public, no-cache"
        assert {"Authorization", "X-API-Key"} <= {one.strip() for one in headers["vary"].split(",")}
        again = client.get(path, headers={"If-None-Match": headers["etag"]})
        assert again.headers["cache-control"] == "public, no-cache"


GEOMETRIES = {
    "POINT(105.838 21.0386)": {"type": "Point", "coordinates": [105.838, 21.0386]},
    "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Point (1 2 3)": {
        "type": "Point",
        "coordinates": [1, 2, 3],
    },
    "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(21 105)": None,
    "LINESTRING(0 0, 1 1)": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    "MULTIPOINT((0 0),(1 1))": {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]},
    "MULTIPOINT(0 0,1 1)": {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]},
    "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))": {
        "type": "Polygon",
        "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 1]]],
    },
    "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))": {
        "type": "MultiPolygon",
        "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]],
    },
    "POINT EMPTY": None,
    "POINT(a b)": None,
    "POINT(1)": None,
    "POINT(1 2": None,
    "CIRCLE(1 2)": None,
    "": None,
}


@pytest.mark.parametrize("text", GEOMETRIES)
def test_well_known_text_becomes_a_geometry(text: str) -> None:
    assert geojson.geometry(text) == GEOMETRIES[text]


@given(st.text(alphabet="POINT(), 0123.-eE<>M", max_size=40))
def test_any_text_is_a_geometry_or_none(text: str) -> None:
    found = geojson.geometry(text)
    assert found is None or isinstance(found, dict)
