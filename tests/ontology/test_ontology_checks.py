"""A rule of the ontology is a query whose rows are violations; its file name is its name."""

from pathlib import Path

import pytest
import rdflib

from graph import turtle
from graph.prefixes import Prefixes

ROOT = Path(__file__).resolve().parents[2]
CHECKS = sorted(ROOT.glob("ontology/checks/*.rq"))
BROKEN = Path(__file__).with_name("broken")


def rows(graph: rdflib.Graph, check: Path, prefixes: Prefixes) -> list[str]:
    found = graph.query(prefixes.sparql() + turtle.read_text(check))
    return [" ".join(f"{name}={value}" for name, value in row.asdict().items()) for row in found]


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_the_ontology_keeps_the_rule(check: Path, ontology: rdflib.Graph, prefixes: Prefixes) -> None:
    assert rows(ontology, check, prefixes) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_the_rule_notices_what_breaks_it(check: Path, prefixes: Prefixes) -> None:
    broken = turtle.read(ROOT / "ontology" / "catalogue.ttl", BROKEN / f"{check.stem}.ttl")
    assert rows(broken, check, prefixes)


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_the_rule_says_what_it_asks_for_in_both_languages(check: Path) -> None:
    first, second = check.read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# vi: ")
    assert second.startswith("# en: ")
