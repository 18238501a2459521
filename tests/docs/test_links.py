"""Relative links lead somewhere: to a file or folder, and to a heading where they name one."""

import re
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def prose(document: Path) -> str:
    """The text without fenced blocks and code spans, where brackets are no links."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", document.read_text(encoding="utf-8")))


def anchors(document: Path) -> set[str]:
    """The ids that GitHub gives headings: lower case, no punctuation, hyphens for spaces."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    wrong = []
    for link in LINK.findall(prose(document)):
        target, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        path = (document.parent / target).resolve() if target else document
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            wrong.append(link)
    return wrong


def test_relative_links_resolve(document: Path) -> None:
    assert not broken(document)


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Một hai, ba\n")
    page = tmp_path / "a.md"
    page.write_text(
        "[1](b.md) [2](b.md#một-hai-ba) [3](b.md#bốn) [4](c.md) [5](https://example.org) `[6](d.md)`"
    )
    assert broken(page) == ["b.md#bốn", "c.md"]
