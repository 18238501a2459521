"""The page of a data set's validation as a steward uses it: by keyboard, on a phone, in both languages."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graph import settings
from ingest import pipeline
from tests.conftest import serving

ROOT = Path(__file__).resolve().parents[2]
NAME = "un-egovernment"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service after a refused attempt and one that was published."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "ingest" / "datasets" / NAME, folder / "datasets" / NAME)
    chosen = settings.load(data_dir=folder / "data", datasets_dir=folder / "datasets")
    table = folder / "datasets" / NAME / "data" / "vietnam.csv"
    good = table.read_text(encoding="utf-8")
    table.write_text(good.replace("83,190,2012-03-21", "83,190,2012-03-32"), encoding="utf-8")
    assert pipeline.run(chosen).failed
    table.write_text(good, encoding="utf-8")
    assert not pipeline.run(chosen).failed
    places = {"LIENTHONG_DATA_DIR": str(chosen.data_dir), "LIENTHONG_DATASETS_DIR": str(chosen.datasets_dir)}
    with serving(os.environ | places) as found:
        yield found


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(base_url=address, locale="vi-VN")
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not complaints


def test_from_the_data_set_to_the_fault_and_what_to_do(page: Page) -> None:
    page.goto(f"/dataset/{NAME}.html")
    page.get_by_role("link", name="Kiểm tra dữ liệu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kiểm tra dữ liệu")
    expect(page.get_by_text("Đạt: không có vi phạm.")).to_be_visible()
    attempts = page.get_by_role("region", name="Các lần kiểm tra").get_by_role("row")
    expect(attempts).to_have_count(3)
    attempts.nth(2).get_by_role("link").click()
    faults = page.get_by_role("region", name="Chỗ cần sửa")
    where = re.compile(r"vietnam\.csv.*bản ghi 2.*published_on", re.S)
    expect(faults.get_by_role("rowheader")).to_have_text(where)
    expect(faults).to_contain_text("2012-03-32")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("This attempt was refused")).to_be_visible()
    assert "run=" in page.url


def test_tables_are_named_and_reached_by_keyboard(page: Page) -> None:
    page.goto(f"/datasets/{NAME}/validation?lang=en")
    page.get_by_role("region", name="Over time").get_by_role("link").last.click()
    for name in ("By rule", "By column", "What to mend", "Over time"):
        region = page.get_by_role("region", name=name)
        assert region.get_attribute("tabindex") == "0"
        region.focus()
        expect(region).to_be_focused()
        expect(region.get_by_role("table")).to_have_count(1)
        assert region.get_by_role("columnheader").count() > 1


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/datasets/{NAME}/validation?lang=vi")
    page.get_by_role("region", name="Các lần kiểm tra").get_by_role("link").last.click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
