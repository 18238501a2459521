"""What the pages are made of: texts in both languages, nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import pages
from api.pages.texts import SCRIPTED, foreign, texts

FOLDER = Path(str(pages.__file__)).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
STATIC = sorted((FOLDER / "static").iterdir())
SCRIPTS = [file for file in STATIC if file.suffix == ".js"]


def name(path: Path) -> str:
    return path.name


def test_every_text_is_in_both_languages() -> None:
    for key, text in {**texts(), **foreign()}.items():
        assert text.vi, key
        assert text.en, key
        assert re.findall(r"\{\w+\}", text.vi) == re.findall(r"\{\w+\}", text.en), key


def test_every_text_is_used_and_every_text_used_exists() -> None:
    written = "\n".join(file.read_text(encoding="utf-8") for file in (*TEMPLATES, *FOLDER.rglob("*.py")))
    called = set(re.findall(r"""\bt\(['"](\w+)['"]""", written))
    scripted = set(
        re.findall(r"\btexts\.(\w+)", "\n".join(file.read_text(encoding="utf-8") for file in SCRIPTS))
    )
    assert called <= set(texts())
    assert scripted <= set(SCRIPTED) <= set(texts())
    assert {key for key in texts() if f'"{key}"' not in written and key not in called} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_script_style_or_handler_of_their_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text)) - {"http://www.w3.org"}
    assert not addresses
    assert not re.search(r"@import|url\(", text)


@pytest.mark.parametrize("path", STATIC, ids=name)
def test_static_files_are_served_and_revalidated(client: TestClient, path: Path) -> None:
    answer = client.get(f"/static/{path.name}")
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = client.get(f"/static/{path.name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["none.css", "..%2Froutes.py", "../routes.py"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404
