"""The pages as axe-core judges them (WCAG 2.2 A and AA, best practices), on paper, and by keyboard."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from tests.conftest import serving

RULES: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
UNIT = "/id/unit/2025-01-01/00004"
PERSON = "a person, for one who may see it"
PAGES = [
    "/",
    "/?query=ASK%20%7B%7D",
    "/search?q=ba+dinh",
    "/datasets",
    "/dataset/nso-administrative-units",
    UNIT,
    "/id/unit/2025-07-01/01",
    "/id/unit/none",
    PERSON,
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
    "/datasets/gov-dossiers/validation",
]
"""Of every kind. None needs scripts."""
LOCALES = {"vi": "vi-VN", "en": "en-US"}
Visit = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def place(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What is published, in a data folder whose keys are this test's."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("generations", "current", "datasets", "runs"):
        (folder / name).symlink_to((published.data_dir / name).resolve())
    return published.model_copy(update={"data_dir": folder})


@pytest.fixture(scope="module")
def key(place: Settings) -> str:
    """The key of somebody who may see everything."""
    registry = Registry(place.data_dir)
    _, shown = Keys(registry).create("thử", "Bộ thử", [parse_grant("*:restricted")], timedelta(days=1))
    registry.close()
    return f"Bearer {shown.text}"


@pytest.fixture(scope="module")
def server(place: Settings, key: str, environment: dict[str, str]) -> Iterator[str]:
    with serving(environment | {"LIENTHONG_DATA_DIR": str(place.data_dir)}) as address:
        yield address


@pytest.fixture(scope="module")
def person(server: str, key: str) -> str:
    answer = httpx.get(f"{server}/api/v1/persons?limit=1", headers={"Authorization": key}, timeout=60)
    return str(answer.json()["items"][0]["id"]).removeprefix("https://lienthong.gov.vn")


@pytest.fixture(scope="module")
def visit(browser: Browser, server: str, key: str, person: str) -> Iterator[Visit]:
    """`visit(path, "en")`: the page at an address, seen by one who may see everything."""
    contexts = {
        language: browser.new_context(
            base_url=server, locale=locale, extra_http_headers={"Authorization": key}
        )
        for language, locale in LOCALES.items()
    }
    pages = {language: context.new_page() for language, context in contexts.items()}

    def go(path: str, language: str) -> Page:
        pages[language].goto(person if path is PERSON else path)
        return pages[language]

    yield go
    for context in contexts.values():
        context.close()


def violations(page: Page, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit: Visit, path: str, language: str) -> None:
    page = visit(path, language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert violations(page, RULES) == []


WORDS = """async () => {
  const words = (page) => {
    page.querySelectorAll("button, [role=status]").forEach((one) => one.remove());
    return page.querySelector("main").textContent.split(/\\s+/).filter((word) => word);
  };
  const sent = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
  return [words(new DOMParser().parseFromString(sent, "text/html")), words(document)];
}"""


@pytest.mark.parametrize("path", PAGES)
def test_scripts_add_no_word_to_a_page(visit: Visit, path: str) -> None:
    """But for buttons, and what one says when it was pressed: whoever has no scripts reads the same."""
    sent, shown = visit(path, "vi").evaluate(WORDS)
    assert len(sent) > 10
    assert shown == sent


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone(visit: Visit, path: str) -> None:
    page = visit(path, "en")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.parametrize("path", ["/", UNIT, "/ontology/place/AdministrativeUnit", "/shape/place"])
def test_colours_can_be_told_apart_in_the_dark(visit: Visit, path: str) -> None:
    page = visit(path, "vi")
    page.emulate_media(color_scheme="dark")
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


def test_all_of_it_is_there_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(UNIT)
    expect(page.locator(".map svg circle").first).to_be_visible()
    expect(page.locator(".drawing svg")).to_be_visible()
    page.get_by_role("link", name="Everything that links here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Truc Bach Ward")
    context.close()
