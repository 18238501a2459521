"""The first page as a person uses it, in Debian's chromium, with the keyboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

LABEL = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"


@dataclass
class Seen:
    """What the pages asked for, and what the browser complained of."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, server: str, seen: Seen) -> Iterator[Page]:
    """The first page in Vietnamese; afterwards: no other host was asked, nothing was complained of."""
    context: BrowserContext = browser.new_context(base_url=server, locale="vi-VN")
    context.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    opened = context.new_page()
    opened.on("console", lambda said: seen.complaints.append(said.text) if said.type == "error" else None)
    opened.goto("/")
    yield opened
    context.close()
    assert seen.hosts <= {urlsplit(server).netloc, ""}
    assert not seen.complaints


def run(page: Page, query: str) -> None:
    page.get_by_label("Truy vấn SPARQL").fill(query)
    page.keyboard.press("Control+Enter")


def test_an_example_is_picked_and_run_by_keyboard(page: Page) -> None:
    page.locator("a[data-query]", has_text="00004").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Truy vấn SPARQL")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#outcome tbody tr").first).to_be_visible()
    expect(page.locator("#outcome")).to_contain_text("Phường Ba Đình")
    expect(page.get_by_role("status")).to_have_text(
        re.compile(r"^\d+ dòng · thế hệ g\d+ · máy (oxigraph|columns) · [\d,]+ giây$")
    )


def test_tab_leaves_the_editor_for_the_run_button(page: Page) -> None:
    page.get_by_label("Truy vấn SPARQL").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Chạy")).to_be_focused()


def test_the_query_and_its_results_survive_a_change_of_language(page: Page) -> None:
    run(page, f'{LABEL} SELECT ?x {{ ?x rdfs:label "Bộ Kế hoạch và Đầu tư"@vi }}')
    expect(page.locator("#outcome tbody tr")).to_have_count(1)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("SPARQL query")).to_have_value(re.compile("Bộ Kế hoạch và Đầu tư"))
    expect(page.locator("#outcome tbody tr")).to_have_count(1)


def test_a_result_leads_to_the_page_of_its_resource(page: Page) -> None:
    run(page, f'{LABEL} SELECT ?x {{ ?x rdfs:label "Bộ Kế hoạch và Đầu tư"@vi }}')
    page.locator("#outcome tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bộ Kế hoạch và Đầu tư")
    assert urlsplit(page.url).path == "/id/agency/2021-07-23/mpi"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ministry of Planning and Investment")


def test_an_error_says_where_and_what_would_have_worked(page: Page, seen: Seen) -> None:
    run(page, "SELECT ?x WHERE {\n ?x rdfs:label ?y }")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Dòng 2")
    expect(alert).to_contain_text("Gợi ý")
    # The browser reports the refused request itself.
    assert all("400" in one for one in seen.complaints)
    seen.complaints.clear()


def test_results_are_downloaded_as_files(page: Page) -> None:
    run(page, "SELECT (1 AS ?n) {}")
    for name, beginning in (("CSV", b"n\r\n1"), ("JSON", b"{")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename == f"lienthong.{name.lower()}"
        assert download.value.path().read_bytes().startswith(beginning)


def test_a_link_with_a_query_in_its_fragment_runs_it(page: Page) -> None:
    page.goto("about:blank")
    page.goto("/#query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D")
    expect(page.locator(".answer")).to_have_text("Đúng")


def test_markup_in_data_stays_text(page: Page) -> None:
    run(page, 'SELECT ("<img src=x onerror=alert(1)>" AS ?x) (<javascript:alert(1)> AS ?y) {}')
    expect(page.locator("#outcome td").first).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("#outcome td img, #outcome td a").count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=cong+ty",
        "/datasets",
        "/id/unit/2025-07-01/01",
        "/ont/place",
        "/code/unit-type",
        "/shape/place",
    ],
)
def test_pages_fit_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_search_with_the_keyboard(page: Page) -> None:
    page.goto("/search")
    page.get_by_label("Tìm theo tên hoặc mã").focus()
    page.keyboard.type("phuong ba dinh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("kết quả cho «phuong ba dinh»")
    page.get_by_role("link", name="Phường Ba Đình", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phường Ba Đình")


def test_it_works_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("a[data-query]", has_text="00004").first.click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#outcome tbody tr").first).to_be_visible()
    context.close()
