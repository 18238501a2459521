"""The same mappings run by morph-kgc, an engine of somebody else, in an environment of its own.

Data where the engines differ on purpose are left out: morph-kgc takes an empty cell for no value and encodes
letters beyond ASCII in IRIs; the suites of the community say what is right (test_community_suites).
"""

import csv
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from bench.mapping import environment
from graph.columns import TextQuad
from ingest import mapping, sources

Parse = Callable[[bytes], set[TextQuad]]
PREFIXES = """@prefix rml: <http://semweb.mmlab.be/ns/rml#> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
<#people> a rml:LogicalSource ; rml:source "people.csv" ; rml:referenceFormulation ql:CSV .
<#places> a rml:LogicalSource ; rml:source "places.csv" ; rml:referenceFormulation ql:CSV .
"""
PLACE = """<#Place> rml:logicalSource <#places> ;
  rr:subjectMap [ rr:template "http://example.org/place/{name}" ; rr:class ex:Place ] ."""
MAPPINGS = {
    "literals": """<#P> rml:logicalSource <#people> ;
  rr:subjectMap [ rr:template "http://example.org/{id}" ; rr:class ex:Person, ex:Agent ] ;
  rr:predicateObjectMap [ rr:predicate ex:note, ex:text ; rr:objectMap [ rml:reference "note" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:age ;
    rr:objectMap [ rml:reference "age" ; rr:datatype xsd:integer ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:vi ; rr:objectMap [ rml:reference "note" ; rr:language "vi" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:label ; rr:objectMap [ rr:template "{id} ({age})" ;
    rr:termType rr:Literal ] ] .""",
    "duplicates": """<#P> rml:logicalSource <#people> ;
  rr:subjectMap [ rr:template "http://example.org/city/{city}" ; rr:class ex:City ] ;
  rr:predicateObjectMap [ rr:predicate ex:age ; rr:objectMap [ rml:reference "age" ] ] .
<#Q> rml:logicalSource <#places> ;
  rr:subjectMap [ rr:template "http://example.org/city/{city}" ; rr:class ex:City ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference "name" ] ] .""",
    "joins": PLACE
    + """<#P> rml:logicalSource <#people> ; rr:subjectMap [ rr:template "http://example.org/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:near ; rr:objectMap [ rr:parentTriplesMap <#Place> ;
    rr:joinCondition [ rr:child "city" ; rr:parent "city" ] ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:exactly ; rr:objectMap [ rr:parentTriplesMap <#Place> ;
    rr:joinCondition [ rr:child "city" ; rr:parent "city" ] ;
    rr:joinCondition [ rr:child "age" ; rr:parent "size" ] ] ] .""",
    "graphs": """<#P> rml:logicalSource <#people> ;
  rr:subjectMap [ rr:template "http://example.org/{id}" ; rr:graph ex:g ] ;
  rr:predicateObjectMap [ rr:predicate ex:note ; rr:objectMap [ rml:reference "note" ] ;
    rr:graphMap [ rr:template "http://example.org/graph/{city}" ] ] .""",
}


@pytest.fixture(scope="session")
def morph() -> Path:
    """The interpreter of morph-kgc's environment; made once, kept beside the project's own."""
    return environment.python()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    chance = random.Random(7)
    notes = ["Đống Đa", 'say "hi"', "back\\slash", "a,b", "two\nlines", "tab\there", "𝔘 ế", "'", "<x> & {y}"]
    people = [
        [n, chance.choice(notes), chance.randint(1, 5), f"c {chance.randint(1, 9)}/x"] for n in range(300)
    ]
    places = [
        [f"c {chance.randint(1, 12)}/x", f"place {chance.randint(1, 20)}", chance.randint(1, 5)]
        for _ in range(120)
    ]
    for name, header, rows in (
        ("people", ["id", "note", "age", "city"], people),
        ("places", ["city", "name", "size"], places),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return folder


@pytest.mark.parametrize("name", MAPPINGS)
def test_same_quads(morph: Path, data: Path, tmp_path: Path, parse_nquads: Parse, name: str) -> None:
    document = tmp_path / "mapping.ttl"
    document.write_text(PREFIXES + MAPPINGS[name], encoding="utf-8")
    output = tmp_path / "morph.nq"
    command = environment.command(tmp_path, document, output, processes=1, output_format="N-QUADS")
    assert command[0] == str(morph)
    subprocess.run(command, cwd=data, check=True)
    expected = parse_nquads(output.read_bytes())
    rules = mapping.load(document, base="http://example.org/")
    with duckdb.connect() as connection:
        relations = [
            sources.extract(connection, source, data_dir=data, mapping_dir=tmp_path)
            for source in rules.logical_sources
        ]
        plan = mapping.plan(rules, {relation.name: relation.columns for relation in relations})
        lines = b"".join(mapping.stream(plan, connection))
    assert parse_nquads(lines) == expected
    assert lines.count(b"\n") == len(expected) > 100
