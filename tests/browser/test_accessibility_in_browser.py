"""The pages as axe-core judges them (WCAG 2.2 A and AA, best practices), on paper, and by keyboard."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
RULES: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
UNIT = "/id/unit/2025-01-01/00004"
PAGES = [
    "/",
    "/?query=ASK%20%7B%7D",
    "/search?q=ba+dinh",
    "/datasets",
    "/dataset/nso-administrative-units",
    UNIT,
    "/id/unit/2025-07-01/01",
    "/id/unit/none",
    "/ontology",
    "/ontology/place/AdministrativeUnit",
    "/ontology/place/within",
    "/ont/place",
    "/code/vsic-2025",
    "/code/vsic-2025/A",
    "/shape/place",
    "/reference",
    "/reference/enterprises",
    f"/incoming?of=https://lienthong.gov.vn{UNIT}",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing; install it: apt-get install -y chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, locale="vi-VN")
    yield context.new_page()
    context.close()


def violations(page: Page, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, path: str) -> None:
    page.goto(path)
    assert violations(page, RULES) == []


@pytest.mark.parametrize("path", ["/", UNIT, "/ontology/place/AdministrativeUnit", "/shape/place"])
def test_colours_can_be_told_apart_in_the_dark(page: Page, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(path)
    assert violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}) == []
    page.emulate_media(color_scheme="light")


@pytest.fixture
def opened(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, locale="en-US")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def test_an_identifier_is_copied_by_keyboard(opened: Page) -> None:
    opened.goto(UNIT)
    button = opened.get_by_role("button", name="Copy: https://lienthong.gov.vn")
    button.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("[role=status]", has_text="Copied.")).to_be_visible()
    assert opened.evaluate("navigator.clipboard.readText()") == f"https://lienthong.gov.vn{UNIT}"


def test_query_this_asks_for_what_the_page_says(opened: Page) -> None:
    opened.goto(UNIT)
    opened.get_by_role("link", name="Query this").click()
    expect(opened.locator("#outcome tbody tr").first).to_be_visible()
    expect(opened.locator("#outcome")).to_contain_text("Phường Trúc Bạch")


def test_from_the_tree_of_classes_to_the_entities(opened: Page) -> None:
    opened.goto("/ontology")
    opened.locator(".tree").get_by_role("link", name="commune", exact=True).focus()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", level=1)).to_have_text("commune")
    opened.get_by_role("link", name="Query this").click()
    expect(opened.locator("#outcome tbody tr").first).to_be_visible()


def test_focus_is_seen_and_nothing_traps_it(opened: Page) -> None:
    opened.goto(UNIT)
    opened.keyboard.press("Tab")
    expect(opened.locator(".skip")).to_be_focused()
    seen = set()
    for _ in range(12):
        opened.keyboard.press("Tab")
        told = opened.evaluate(
            "[document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert told[1] == "solid", told[0]
        seen.add(told[0])
    assert len(seen) == 12


def test_the_picture_behind_the_map_is_loaded(opened: Page) -> None:
    with opened.expect_response("**/places.svg") as answer:
        opened.goto(UNIT)
    assert answer.value.ok
    assert answer.value.body().count(b"M") > 1000


def test_on_paper_there_are_facts_and_no_buttons(opened: Page) -> None:
    opened.goto(UNIT)
    opened.emulate_media(media="print")
    for hidden in (".top nav", ".copy", ".asking"):
        expect(opened.locator(hidden).first).to_be_hidden()
    expect(opened.get_by_role("heading", level=1)).to_be_visible()
    expect(opened.locator(".facts").first).to_be_visible()
    opened.goto("/shape/place")
    boxes = opened.locator(".scroll, .source")
    assert {one.evaluate("e => getComputedStyle(e).overflow") for one in boxes.all()} == {"visible"}


@pytest.mark.parametrize("path", ["/ontology", "/ontology/place/Commune", UNIT, "/code/vsic-2025"])
def test_new_pages_fit_a_phone(opened: Page, path: str) -> None:
    opened.set_viewport_size({"width": 360, "height": 740})
    opened.goto(path)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


def test_all_of_it_is_there_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(UNIT)
    expect(page.locator(".map svg circle").first).to_be_visible()
    expect(page.locator(".drawing svg")).to_be_visible()
    page.get_by_role("link", name="Everything that links here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Truc Bach Ward")
    context.close()
