"""A page for every class and property, and the browser: all from ontology and shapes."""

import re
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.knowledge import Knowledge, load
from api.pages.terms import tree
from graph import settings
from graph.settings import Settings

NEW_CLASS = """
place:Lagoon a owl:Class ;
    rdfs:subClassOf place:AdministrativeUnit ;
    rdfs:label "đầm phá"@vi , "lagoon"@en ;
    skos:definition "Vùng nước lợ."@vi , "Brackish water."@en ;
    skos:changeNote "Thêm ngày 01/11/2026."@vi , "Added on 1 November 2026."@en ;
    skos:example "Phá Tam Giang"@vi , "Tam Giang"@en ;
    rdfs:isDefinedBy <https://lienthong.gov.vn/ont/place> .
place:Pond a owl:Class ;
    owl:deprecated true ; <http://purl.org/dc/terms/isReplacedBy> place:Lagoon ;
    rdfs:label "ao"@vi , "pond"@en ;
    rdfs:isDefinedBy <https://lienthong.gov.vn/ont/place> .
"""
NEW_SHAPE = """
shape:Lagoon a sh:NodeShape ;
    sh:targetClass place:Lagoon ;
    facade:collection "lagoons" ;
    facade:title "Đầm phá"@vi , "Lagoons"@en ;
    sh:pattern "^https://lienthong.gov.vn/id/lagoon/[a-z]+$" ;
    sh:property [ sh:path core:code ; sh:minCount 2 ; sh:maxCount 3 ; sh:order 1 ;
        facade:key "code" ; facade:accessClass access-class:open ;
        sh:message "Hai hoặc ba mã."@vi , "Two or three codes."@en ] .
"""


@pytest.fixture(scope="module")
def knowledge(guarded: Settings) -> Knowledge:
    return load(guarded)


def test_every_class_and_property_has_a_page(opened: TestClient, knowledge: Knowledge) -> None:
    base = knowledge.iris.base
    every = (*tree.own_classes(knowledge.vocabulary, base), *tree.own_properties(knowledge.vocabulary, base))
    assert len(every) > 200
    for place, iri in enumerate(every):
        module, _, term = iri.removeprefix(f"{base}ont/").partition("#")
        language = ("vi", "en")[place % 2]
        answer = opened.get(f"/ontology/{module}/{term}", params={"lang": language})
        assert answer.status_code == 200, iri
        assert knowledge.vocabulary.name(iri).of(language) in answer.text.replace("&#39;", "'"), iri


def test_every_class_stands_in_the_tree(opened: TestClient, knowledge: Knowledge) -> None:
    page = opened.get("/ontology").text
    section = page[page.index('class="tree"') :].partition("</section>")[0]
    for iri in tree.own_classes(knowledge.vocabulary, knowledge.iris.base):
        assert f">{knowledge.prefixes.compact(iri)}</code>" in section, iri


def test_a_class_below_stands_below(opened: TestClient) -> None:
    page = opened.get("/ontology").text
    unit, commune = page.index(">place:AdministrativeUnit<"), page.index(">place:Commune<")
    between = page[unit:commune]
    assert between.count("<ul>") == between.count("</ul>") + 1


def test_the_page_of_a_class_says_everything_about_it(opened: TestClient) -> None:
    page = opened.get("/ontology/place/AdministrativeUnit?lang=en").text
    for said in (
        "A part of the territory set out for local government",
        "Ba Đình ward, Hà Nội (code 00004, register from 1 July 2025)",
        "/ontology/place/Province?lang=en",
        "exactly 1",
        "A unit must have exactly one code: a string of 2 digits",
        "written as the pattern (regular expression)",
        "/code/unit-type?lang=en",
        "/api/v1/units",
        "core:code &#34;",
        "the module is at version",
        "/ont/place.ttl",
    ):
        assert said in page, said
    fields = page[page.index('id="fields"') :].partition("</section>")[0]
    order = [fields.index(f"<code>{key}</code>") for key in ("name", "shortName", "code", "level", "within")]
    assert order == sorted(order)


def test_the_page_of_a_property_says_everything_about_it(opened: TestClient) -> None:
    page = opened.get("/ontology/place/within?lang=vi").text
    for said in (
        "Đơn vị hành chính cấp trên trực tiếp",
        "nhiều nhất một giá trị",
        "/ontology/place/AdministrativeUnit?lang=vi",
        "nhiều nhất 1",
        "http://purl.org/dc/terms/isPartOf",
    ):
        assert said in page, said


def test_only_what_the_reader_may_see_is_counted(opened: TestClient) -> None:
    assert "<td>7</td>" in opened.get("/ontology/place/Commune").text
    assert "none, or none that you may see" in opened.get("/ontology/place/Province?lang=en").text
    page = opened.get("/ontology").text
    assert 'place:Commune</code> <small class="count">7</small>' in page
    assert "place:Province</code></li>" in page


def test_who_may_see_more_is_told_more(insider: TestClient) -> None:
    assert "<td>8</td>" in insider.get("/ontology/place/Commune").text
    assert 'place:Province</code> <small class="count">1</small>' in insider.get("/ontology").text


@pytest.mark.parametrize(
    "path", ["place/Nothing", "nothing/Commune", "place/commune", "place-alignment/Commune", "core/%3E"]
)
def test_what_is_no_term_is_404(opened: TestClient, path: str) -> None:
    assert opened.get(f"/ontology/{path}").status_code == 404


@pytest.mark.parametrize("address", ["/ontology", "/ontology/place/Commune"])
def test_a_page_is_sent_once(opened: TestClient, address: str) -> None:
    answer = opened.get(address)
    again = opened.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    other = opened.get(f"{address}?lang=en", headers={"If-None-Match": answer.headers["etag"]})
    assert other.status_code == 200


def test_they_are_there_before_anything_is_published(tmp_path: Path) -> None:
    with TestClient(create_app(settings.load(data_dir=tmp_path, workers=1))) as fresh:
        assert "place:Commune" in fresh.get("/ontology").text
        assert fresh.get("/ontology/place/Commune").status_code == 200
        assert fresh.get("/incoming?of=urn:x").status_code == 503


def test_a_new_class_and_its_shape_have_pages_without_any_code(tmp_path: Path, guarded: Settings) -> None:
    for folder in (guarded.ontology_dir, guarded.shapes_dir):
        shutil.copytree(folder, tmp_path / folder.name)
    for file, text in (("ontology/modules/place.ttl", NEW_CLASS), ("shapes/place.ttl", NEW_SHAPE)):
        with (tmp_path / file).open("a", encoding="utf-8") as opened_file:
            opened_file.write(text)
    chosen = settings.load(
        data_dir=guarded.data_dir,
        ontology_dir=tmp_path / "ontology",
        shapes_dir=tmp_path / "shapes",
        workers=1,
    )
    with TestClient(create_app(chosen)) as client:
        page = client.get("/ontology/place/Lagoon?lang=vi").text
        for said in (
            "Vùng nước lợ.",
            "Thêm ngày 01/11/2026.",
            "từ 2 đến 3",
            "Hai hoặc ba mã.",
            "/api/v1/lagoons",
        ):
            assert said in page, said
        assert "Added on" in client.get("/ontology/place/Lagoon?lang=en").text
        assert "place:Lagoon" in client.get("/ontology").text
        assert 'id="Lagoon"' in client.get("/shape/place.html").text
        assert re.search(r"Thay bằng: <a [^>]*>đầm phá</a>", client.get("/ontology/place/Pond?lang=vi").text)
