"""Breadcrumbs, sources, map, drawing and links of an entity: of what its reader may see, of nothing else."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import dependencies
from api.pages import incoming
from graph.access import Principal
from tests.facade.pages.conftest import BASE, COMMUNES, DOSSIERS, UNITS, WITHIN, unit


def crumbs(page: str) -> list[str]:
    trail = page[page.index('class="crumbs"') :].partition("</nav>")[0]
    return re.findall(r">([^<>]+)</(?:a|li)>", trail)


def page_of(client: TestClient, code: str, **query: str) -> str:
    answer = client.get(f"/id/unit/2025-01-01/{code}.html", params={"lang": "vi", **query})
    assert answer.status_code == 200
    return answer.text


def linking(client: TestClient, of: str, **query: str) -> tuple[int, str]:
    answer = client.get("/incoming", params={"of": of, "lang": "vi", **query})
    return answer.status_code, answer.text


def test_breadcrumbs_lead_up_as_far_as_the_reader_may_see(opened: TestClient) -> None:
    assert crumbs(page_of(opened, "00001"))[2:] == ["Quận mở", "Phường số 1"]


def test_breadcrumbs_lead_up_to_the_top(insider: TestClient) -> None:
    assert crumbs(page_of(insider, "00001"))[2:] == ["Tỉnh kín", "Quận mở", "Phường số 1"]


def test_nothing_that_is_not_for_the_reader_is_on_any_page(opened: TestClient) -> None:
    for text in (
        page_of(opened, "00002"),
        page_of(opened, "001"),
        linking(opened, unit("001"))[1],
        linking(opened, unit("001"), by=WITHIN)[1],
        opened.get("/ontology/place/Commune").text,
        opened.get("/ontology").text,
    ):
        assert "kín" not in text
        assert "gov-dossiers" not in text


def test_the_data_sets_that_state_the_facts_are_named_with_their_versions(insider: TestClient) -> None:
    page = page_of(insider, "00002")
    sources = page[page.index('id="sources"') :].partition("</section>")[0]
    assert 'href="/dataset/nso-administrative-units?lang=vi"' in sources
    assert 'href="/dataset/gov-dossiers?lang=vi"' in sources
    assert "Phiên bản" in sources


def test_incoming_links_are_counted_exactly(insider: TestClient) -> None:
    assert f'«trực thuộc» <small class="count">{COMMUNES + 1}</small>' in linking(insider, unit("001"))[1]


def test_incoming_links_of_somebody_unknown(opened: TestClient) -> None:
    assert f'«trực thuộc» <small class="count">{COMMUNES}</small>' in linking(opened, unit("001"))[1]


def test_what_may_not_be_seen_is_answered_as_what_is_not_there(opened: TestClient) -> None:
    hidden, absent = linking(opened, unit("01")), linking(opened, unit("77"))
    assert hidden[0] == absent[0] == 404
    assert hidden[1].replace("/01", "/77").replace("%2F01", "%2F77") == absent[1]


def test_a_hidden_name_is_not_told_where_the_link_is_open(opened: TestClient) -> None:
    status, text = linking(opened, unit("00099"))
    assert status == 200
    assert "Phường số 3" in text
    assert "kín" not in text


@pytest.mark.parametrize("size", [1, 3, COMMUNES, COMMUNES + 1])
def test_pages_of_incoming_links_hold_each_entity_once(
    opened: TestClient, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(incoming, "PAGE", size)
    address: str | None = f"/incoming?of={unit('001')}&by={WITHIN.replace('#', '%23')}"
    found: list[str] = []
    asked = 0
    while address:
        text = opened.get(address).text
        asked += 1
        found += re.findall(r'href="/id/unit/2025-01-01/(0000\d)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else None
    assert found == [f"0000{number}" for number in range(COMMUNES)]
    assert asked == -(-COMMUNES // size)


def test_a_page_is_sent_once(insider: TestClient) -> None:
    address = "/incoming?of=" + unit("001")
    answer = insider.get(address)
    known = {"If-None-Match": answer.headers["etag"]}
    assert insider.get(address, headers=known).status_code == 304
    assert answer.headers["cache-control"] == "no-cache"
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize("address", ["/ontology", "/ontology/place/Commune", "/incoming?of=" + unit("001")])
def test_an_entity_tag_of_another_reader_is_not_taken(
    service: FastAPI, opened: TestClient, address: str
) -> None:
    service.dependency_overrides[dependencies.principal] = lambda: Principal(
        "x", frozenset({UNITS, DOSSIERS})
    )
    tag = opened.get(address).headers["etag"]
    del service.dependency_overrides[dependencies.principal]
    assert opened.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_link_to_what_may_not_be_seen_has_no_name(opened: TestClient) -> None:
    """The link is open, and so is the IRI at its end; the name of what is there is not."""
    page = page_of(opened, "00003")
    assert '<a href="/id/unit/2025-01-01/00099?lang=vi">id/unit/2025-01-01/00099</a>' in page
    assert "kín" not in page


@pytest.mark.parametrize("query", [{}, {"of": "x"}, {"of": "a b:c"}, {"of": f"{BASE}x", "by": "y"}])
def test_what_is_no_iri_is_refused(opened: TestClient, query: dict[str, str]) -> None:
    assert opened.get("/incoming", params=query).status_code == 400


def test_a_code_that_nothing_uses_has_a_page_that_says_so(opened: TestClient) -> None:
    status, text = linking(opened, f"{BASE}code/unit-level/commune")
    assert status == 200
    assert "Được trỏ tới 0 lần" in text


def test_a_place_is_marked_on_a_map_with_words(opened: TestClient) -> None:
    page = page_of(opened, "00001")
    assert '<image href="/places.svg?lang=vi"' in page
    assert "21,0386° B – 105,8380° Đ" in page
    assert 'class="map"' not in page_of(opened, "00003")


def test_the_picture_behind_shows_the_places_that_the_reader_may_see(opened: TestClient) -> None:
    picture = opened.get("/places.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert len(re.findall(r"M\d+ \d+", picture.text)) == 1
    known = {"If-None-Match": picture.headers["etag"]}
    assert opened.get("/places.svg", headers=known).status_code == 304


def test_the_picture_behind_for_who_may_see_more(insider: TestClient) -> None:
    assert len(re.findall(r"M\d+ \d+", insider.get("/places.svg").text)) == 2


def test_a_drawing_has_a_list_beside_it_that_says_the_same(opened: TestClient) -> None:
    page = page_of(opened, "001")
    section = page[page.index('id="around"') :].partition("</section>")[0]
    assert f"trực thuộc: {COMMUNES} …" in section.replace("<title>", "")
    assert f"<li>trực thuộc: <span>{COMMUNES} …</span></li>" in section


def test_a_page_asks_few_queries(opened: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    engine = opened.app.state.engine  # type: ignore[attr-defined]  # a FastAPI application
    answer = engine.answer

    async def counted(query: str, **given: object) -> object:
        asked.append(query)
        return await answer(query, **given)

    monkeypatch.setattr(engine, "answer", counted)
    for address, most in (
        ("/id/unit/2025-01-01/00001.html", 4),
        (f"/incoming?of={unit('001')}", 3),
        (f"/incoming?of={unit('001')}&by={WITHIN.replace('#', '%23')}", 3),
        ("/ontology", 0),
        ("/ontology/place/Commune", 0),
        ("/code/vsic-2025.html", 0),
    ):
        asked.clear()
        assert opened.get(address).status_code == 200
        assert len(asked) <= most, (address, asked)
