"""`/` as the server makes it: complete without scripts."""

import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.examples import examples
from graph import settings
from graph.settings import Settings

PROVINCES = "SELECT ?unit ?name { ?unit a <https://lienthong.gov.vn/ont/place#Province> ; "
PROVINCES += "<http://www.w3.org/2000/01/rdf-schema#label> ?name } ORDER BY ?unit ?name"


def ask(client: TestClient, query: str, language: str = "en") -> str:
    answer = client.get("/", params={"query": query, "lang": language})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("language", "sentence"), [("vi", "Câu hỏi mẫu"), ("en", "Example questions")])
def test_it_speaks_both_languages(client: TestClient, language: str, sentence: str) -> None:
    page = client.get(f"/?lang={language}").text
    assert sentence in page
    assert f'<html lang="{language}">' in page


def test_every_example_is_offered_in_the_readers_language(client: TestClient, small: Settings) -> None:
    page = client.get("/?lang=vi").text
    every = examples(small)
    assert every
    assert page.count("data-query=") == len(every)


def test_it_says_what_is_published(client: TestClient) -> None:
    page = client.get("/").text
    assert re.search(r"<dt>bộ bốn \(quad\)</dt><dd>\d", page)


def test_results_are_a_table_of_links_and_texts(client: TestClient) -> None:
    page = ask(client, PROVINCES)
    assert "<caption>4 rows</caption>" in page
    assert '<th scope="col">unit</th>' in page
    assert 'href="/id/unit/2025-07-01/01?lang=en"' in page
    assert '<span lang="vi">Thành phố Hà Nội</span> <small class="tag">vi</small>' in page
    assert "format=csv" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("ASK { ?s ?p ?o }", '<p class="answer">Yes</p>'),
        ("ASK { ?s <a:none> ?o }", '<p class="answer">No</p>'),
        ("SELECT * { ?s <a:none> ?o }", "There are no results."),
        ("CONSTRUCT { <a:s> <a:p> <a:o> } {}", "&lt;a:s&gt; &lt;a:p&gt; &lt;a:o&gt;"),
        ('SELECT ("<script>alert(1)</script>" AS ?x) {}', "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("SELECT (<javascript:alert(1)> AS ?x) {}", "<span>javascript:alert(1)</span>"),
    ],
)
def test_every_form_of_answer_is_shown(client: TestClient, query: str, shown: str) -> None:
    assert shown in ask(client, query)


def test_an_error_is_told_with_hint_and_line_beside_the_query(client: TestClient) -> None:
    page = ask(client, "SELECT ?x WHERE {\n  ?x rdfs:label ?y }")
    assert 'role="alert"' in page
    assert "Line 2" in page
    assert "PREFIX rdfs:" in page
    assert "?x rdfs:label ?y }</textarea>" in page


def test_before_the_first_generation_it_says_what_to_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    chosen = settings.load(data_dir=tmp_path_factory.mktemp("nothing"), workers=1)
    with TestClient(create_app(chosen)) as fresh:
        for path in (
            "/",
            "/?query=ASK%20%7B%7D",
            "/datasets",
            "/ont/place.html",
            "/dataset/moha-agencies.html",
        ):
            assert fresh.get(path).status_code == 200
        page = fresh.get("/?lang=en").text
        assert "Nothing has been published yet" in page
        assert "lienthong ingest" in page
        assert fresh.get("/api/v1/units").status_code == 503
        assert fresh.get("/id/unit/2025-07-01/01").status_code == 503


def test_the_list_of_data_sets(client: TestClient) -> None:
    page = client.get("/datasets?lang=vi").text
    assert '<a href="/dataset/moha-agencies?lang=vi">' in page
    assert "chưa công bố" in page
