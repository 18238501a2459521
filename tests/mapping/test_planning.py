"""Plans: pure, printable, one scan a triples map, errors that name the columns there are."""

from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping import Plan

HEAD = """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
<#units> a rml:LogicalSource ; rml:source "units.csv" ; rml:referenceFormulation rml:CSV .
<#items> a rml:LogicalSource ; rml:source "i.json" ; rml:iterator "$[*]" ; rml:referenceFormulation rml:JSONPath .
"""
COLUMNS = {"units": ("code", "name", "Phường"), "items": ("it",)}


@pytest.fixture
def plan_of(tmp_path: Path) -> "type[object]":
    def run(text: str) -> Plan:
        (tmp_path / "m.ttl").write_text(HEAD + text, encoding="utf-8")
        return mapping.plan(mapping.load(tmp_path / "m.ttl", base="http://b.example/"), COLUMNS)

    return run
