"""Turtle is read with exact lexical forms and errors that name file and line."""

from pathlib import Path

import pytest
from rdflib import Literal

from graph import turtle
from graph.errors import OntologyError
from graph.prefixes import Prefixes

XSD = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def test_lexical_forms_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "numbers.ttl"
    file.write_text(XSD + '<a:b> <a:c> "007"^^xsd:integer, "1.50"^^xsd:decimal .')
    assert {str(value) for value in turtle.read(file).objects() if isinstance(value, Literal)} == {
        "007",
        "1.50",
    }


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text(XSD + "<a:b> <a:c> <a:d> .\n<a:b> <a:c> oops .\n")
    with pytest.raises(OntologyError) as told:
        turtle.read(file)
    assert told.value.place is not None
    assert told.value.place.file == str(file)
    assert told.value.place.line == 3


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.ttl"
    file.write_bytes(b"# one\n# \xe9\n")
    with pytest.raises(OntologyError, match="UTF-8") as told:
        turtle.read(file)
    assert told.value.place is not None
    assert told.value.place.line == 2


def test_prefixes_expand_and_compact() -> None:
    prefixes = Prefixes({"ex": "http://e.example/", "deep": "http://e.example/deep/"})
    assert prefixes.expand("deep:x") == "http://e.example/deep/x"
    assert prefixes.compact("http://e.example/deep/x") == "deep:x"
    assert prefixes.compact("http://e.example/deep/x/y") == "http://e.example/deep/x/y"
    assert prefixes.sparql().startswith("PREFIX deep: <http://e.example/deep/>\n")


def test_the_catalogue_declares_each_prefix_once() -> None:
    prefixes = Prefixes.load(Path("ontology/catalogue.ttl"))
    assert prefixes["place"].endswith("ont/place#")
