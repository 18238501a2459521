"""What a shape says is no longer to be used is told by OpenAPI, and to whoever asks for it."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from rdflib import Graph, Literal, URIRef

from api.app import create_app
from graph import resources, turtle
from graph.errors import OntologyError
from graph.resources import Deprecation
from graph.settings import Settings

BASE = "https://lienthong.gov.vn/"
SHAPES = """@prefix facade: <https://lienthong.gov.vn/ont/facade#> .
@prefix shape: <https://lienthong.gov.vn/shape/place#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FIELD = 'facade:key "code" ;'
SINCE, SUNSET = '"2027-01-01"^^xsd:date', '"2028-01-01"^^xsd:date'
FIRST = date(2027, 1, 1)
TOLD = {
    # Midnight in Vietnam.
    "deprecation": "@1798736400",
    "sunset": "Fri, 31 Dec 2027 17:00:00 GMT",
}


@pytest.fixture(scope="module")
def deprecating(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The codes of units are deprecated, and agencies as a whole."""
    shapes = tmp_path_factory.mktemp("deprecating") / "shapes"
    shutil.copytree(small.shapes_dir, shapes)
    change(shapes / "place.ttl", FIELD, f"{FIELD} facade:deprecated {SINCE} ; facade:sunset {SUNSET} ;")
    collection = 'facade:collection "agencies" ;'
    change(shapes / "agency.ttl", collection, f"{collection} facade:deprecated {SINCE} ;")
    with TestClient(create_app(small.model_copy(update={"shapes_dir": shapes}))) as session:
        yield session


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "query",
    [
        "?code=00008",
        "?code[in]=00008,00009",
        "?sort=-code",
        "?fields=name,code",
        "?facets=code",
        "/2025-07-01/00008?fields=code",
    ],
)
def test_who_names_the_field_is_told(deprecating: TestClient, query: str) -> None:
    for _ in range(2):
        answer = deprecating.get(f"/api/v1/units{query}")
        assert answer.status_code == 200
        assert {name: answer.headers.get(name) for name in TOLD} == TOLD
        assert 'rel="deprecation"' in answer.headers["link"]


@pytest.mark.parametrize("query", ["", "?name~=hà", "?fields=name", "/2025-07-01/00008"])
def test_who_does_not_is_not(deprecating: TestClient, query: str) -> None:
    answer = deprecating.get(f"/api/v1/units{query}")
    assert answer.status_code == 200
    assert not {*TOLD} & {*answer.headers}


def test_a_collection_is_deprecated_whatever_is_asked_of_it(deprecating: TestClient) -> None:
    for address in ("/api/v1/agencies", "/api/v1/exports/agencies?format=csv"):
        answer = deprecating.get(address)
        assert answer.headers["deprecation"] == TOLD["deprecation"]
        assert "sunset" not in answer.headers


def test_the_description_of_the_api_says_so(deprecating: TestClient) -> None:
    document = deprecating.get("/openapi.json").json()
    field = document["components"]["schemas"]["AdministrativeUnit"]["properties"]["code"]
    assert field["deprecated"] is True
    assert "2027-01-01" in field["description"]
    units, agencies = (document["paths"][f"/api/v1/{name}"]["get"] for name in ("units", "agencies"))
    assert {one["name"] for one in units["parameters"] if one.get("deprecated")} >= {"code", "code[in]"}
    assert (units.get("deprecated"), agencies["deprecated"]) == (None, True)


def test_nothing_that_is_offered_today_is_deprecated_by_mistake(small: Settings) -> None:
    types = resources.load(small.shapes_dir, Graph())
    assert [one for one in types if one.deprecation] == []
    assert [one for kind in types for one in kind.properties if one.deprecation] == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"facade:deprecated {SINCE}", Deprecation(FIRST)),
        (
            f"facade:deprecated {SINCE} ; facade:sunset {SINCE}",
            Deprecation(date(2027, 1, 1), date(2027, 1, 1)),
        ),
        (f"facade:sunset {SINCE}", None),
        (f"facade:deprecated {SUNSET} ; facade:sunset {SINCE}", None),
        ('facade:deprecated "2027"', None),
        ('facade:deprecated "2027-01-01T00:00:00"^^xsd:dateTime', None),
    ],
)
def test_what_a_shape_may_say(small: Settings, said: str, expected: Deprecation | None) -> None:
    shapes = turtle.read(*sorted(small.shapes_dir.glob("*.ttl")), base=BASE)
    [shape] = list(shapes.subjects(URIRef(f"{BASE}ont/facade#collection"), Literal("units")))
    shapes.parse(data=f"{SHAPES}<{shape}> {said} .", format="turtle")
    if expected is None:
        with pytest.raises(OntologyError, match="facade"):
            resources.read(shapes, Graph())
        return
    assert resources.read(shapes, Graph()).collections["units"].deprecation == expected
