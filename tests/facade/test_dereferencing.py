"""Every IRI below the base can be looked up, as data or as a page."""

import pytest
import rdflib
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef

from graph.formats import GRAPHS, Format

BASE = "https://lienthong.gov.vn/"
UNIT = "/id/unit/2025-07-01/00004"
PARSERS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOCUMENTS = {
    UNIT: f"{BASE}id/unit/2025-07-01/00004",
    "/id/register/unit-2025-07-01": f"{BASE}id/register/unit-2025-07-01",
    "/id/succession/2025-07-01/00004-00004": f"{BASE}id/succession/2025-07-01/00004-00004",
    "/ont/place": f"{BASE}ont/place#Commune",
    "/ont/catalogue": f"{BASE}ont/place",
    "/ont/place-alignment": f"{BASE}ont/place#AdministrativeUnit",
    "/code/unit-level": f"{BASE}code/unit-level/commune",
    "/code/unit-level/commune": f"{BASE}code/unit-level/commune",
    "/dataset/moha-agencies": f"{BASE}dataset/moha-agencies",
    "/shape/place": f"{BASE}shape/place#AdministrativeUnit",
}
NOTHING = [
    "/id/unit/2025-07-01/99999",
    "/id/nothing",
    "/id/",
    "/ont/none",
    "/code/none",
    "/code/unit-level/none",
]
NOTHING += [
    "/dataset/none",
    "/shape/none",
    "/shape/..%2Fcore",
    "/dataset/..%2Fx",
    "/id/unit/a%20b%22%3E",
    "/ont/Place",
]


def parse(text: str, format_: Format) -> Graph:
    return rdflib.Graph().parse(data=text, format=PARSERS[format_.extension])


@pytest.mark.parametrize("known", GRAPHS, ids=lambda known: known.extension)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_data_in_every_format_by_header_suffix_and_parameter(
    client: TestClient, path: str, known: Format
) -> None:
    by_header = client.get(path, headers={"Accept": known.media_type})
    assert by_header.status_code == 200
    assert by_header.headers["content-type"].split(";")[0] == known.media_type
    assert by_header.headers["content-location"] == f"{path}.{known.extension}"
    assert "Accept" in by_header.headers["vary"]
    assert (URIRef(DOCUMENTS[path]), None, None) in parse(by_header.text, known)
    for address in (f"{path}.{known.extension}", f"{path}?format={known.extension}"):
        other = client.get(address, headers={"Accept": BROWSER})
        assert other.headers["content-type"] == by_header.headers["content-type"]
        assert len(parse(other.text, known)) == len(parse(by_header.text, known))


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_browser_gets_a_page_in_its_language(client: TestClient, path: str, language: str) -> None:
    for answer in (
        client.get(path, headers={"Accept": BROWSER, "Accept-Language": language}),
        client.get(f"{path}?lang={language}", headers={"Accept": BROWSER}),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-language"] == language
        assert f'<html lang="{language}">' in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", NOTHING)
def test_what_is_unknown_is_404_for_people_and_programs(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(path).headers["content-type"] == "application/problem+json"
    assert client.get(path, headers={"Accept": BROWSER}).status_code == 404


def test_an_unknown_identifier_has_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get(NOTHING[0], headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "you may not see it" in answer.text


def test_no_format_that_we_write_is_406(client: TestClient) -> None:
    answer = client.get(UNIT, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["hint"]
    assert client.get(f"{UNIT}?format=docx").status_code == 406


def test_data_names_what_it_points_to(client: TestClient) -> None:
    graph = parse(client.get(f"{UNIT}.nt").text, GRAPHS[1])
    province = URIRef(f"{BASE}id/unit/2025-07-01/01")
    level = URIRef(f"{BASE}code/unit-level/commune")
    assert (province, RDFS.label, Literal("Thành phố Hà Nội", lang="vi")) in graph
    assert (level, SKOS.prefLabel, Literal("province level", lang="en")) not in graph
    assert (level, SKOS.notation, Literal("commune")) in graph
    assert (province, RDF.type, None) not in graph


def test_the_answer_offers_the_other_formats(client: TestClient) -> None:
    link = client.get(UNIT).headers["link"]
    for known in GRAPHS[1:]:
        assert f'<{UNIT}.{known.extension}>; rel="alternate"; type="{known.media_type}"' in link


def test_turtle_documents_keep_their_comments(client: TestClient) -> None:
    assert "# Classes" in client.get("/ont/place").text


def test_the_page_of_a_unit_says_what_people_look_for(client: TestClient) -> None:
    page = client.get(UNIT, headers={"Accept": BROWSER, "Accept-Language": "vi"}).text
    assert "<h1>Phường Ba Đình</h1>" in page
    order = [page.index(f">{label}<") for label in ("tên ngắn", "mã", "cấp", "trực thuộc", "thuộc danh mục")]
    assert order == sorted(order)
    assert '<a href="/id/unit/2025-07-01/01">Thành phố Hà Nội</a>' in page
    assert '<a href="/code/unit-level/commune">cấp xã</a>' in page
    assert '<span lang="en">Ba Đình ward</span>' in page
    assert "từ 01/07/2025" in page
    assert '<a href="/api/v1/units/2025-07-01/00004">JSON</a>' in page
    assert "Trỏ tới đây bằng «được kế thừa bởi»" in page
    assert '<a href="/id/unit/2025-01-01/00004">Phường Trúc Bạch</a>' in page


def test_many_incoming_links_are_counted_and_some_are_shown(client: TestClient) -> None:
    page = client.get("/id/unit/2025-07-01/01?lang=en", headers={"Accept": BROWSER}).text
    section = page[page.index("Link here by “within”") :]
    section = section[: section.index("</section>")]
    assert section.count("<li>") == 10
    assert "See all 62" in section
    more = section.split('href="')[-1].split('"')[0].replace("&amp;", "&")
    every = client.get(more).text
    assert all(f"/id/unit/2025-07-01/{20000 + number}?" in every for number in range(60))


def test_the_language_chosen_is_kept_by_links(client: TestClient) -> None:
    page = client.get(f"{UNIT}?lang=en", headers={"Accept": BROWSER}).text
    assert 'href="/id/unit/2025-07-01/01?lang=en"' in page
    assert 'href="/ont/core?lang=en#code"' in page


def test_a_module_page_has_an_anchor_for_each_term(client: TestClient) -> None:
    page = client.get("/ont/place", headers={"Accept": BROWSER}).text
    for term in ("Commune", "within", "areaKm2"):
        assert f'id="{term}"' in page


def test_definitions_do_not_need_data(client: TestClient, may_see: dict[str, frozenset[str]]) -> None:
    may_see["graphs"] = frozenset()
    for path in ("/ont/place", "/code/unit-level", "/code/unit-level/commune", "/shape/place"):
        assert client.get(path).status_code == 200
