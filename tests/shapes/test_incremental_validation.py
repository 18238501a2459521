"""Validating what a change can matter to says what validating everything says, over the real shapes."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, BNode, Graph, Literal
from rdflib.term import Node

from graph.columns import Builder, TextQuad, difference
from graph.shacl.incremental import validate_changes
from graph.shacl.parsing import parse
from graph.shacl.reach import Reach
from graph.shacl.report import in_order
from graph.shacl.resident import Judged, Resident
from graph.shacl.validator import ColumnsValidator
from graph.shacl.ways import Ways

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "shapes" / "cases"
VALIDATOR = ColumnsValidator(ROOT / "shapes", ROOT / "ontology")
MODULES = ("business", "core", "person", "place", "property", "service")


def pool(dice: random.Random) -> list[TextQuad]:
    """What some valid and some invalid cases of several modules say, without blank nodes."""
    files = [
        path
        for module in MODULES
        for path in sorted((CASES / module).glob("*.ttl"))
        if not path.name.endswith(".report.ttl")
    ]
    whole = Graph()
    for path in dice.sample(files, 14):
        whole.parse(path)
    triples = [triple for triple in whole if not any(isinstance(node, BNode) for node in triple)]
    return sorted(map(quad, triples), key=repr)


def quad(triple: tuple[Node, Node, Node]) -> TextQuad:
    s, p, o = triple
    language = o.language if isinstance(o, Literal) else None
    datatype = None
    if isinstance(o, Literal):
        datatype = str(RDF.langString if language else (o.datatype or rdflib.XSD.string))
    return TextQuad(str(s), str(p), str(o), datatype, language, "https://lienthong.gov.vn/graph/test/open")


def columns(path: Path, quads: set[TextQuad]) -> Path:
    with Builder(path, memory_mb=256, threads=1) as builder:
        source = builder.source("cases", "cases")
        builder.stage(sorted(quads, key=repr), source)
        builder.finish()
    return path


def changes(old: Path, new: Path, path: Path) -> Path:
    with difference(old, new) as found:
        found.write(path)
    return path


@pytest.mark.parametrize("seed", range(3))
def test_a_change_and_what_it_can_matter_to(tmp_path: Path, seed: int) -> None:
    """Quads, and whole entities, come and go in the version and in another data set that it refers to."""
    dice = random.Random(seed)
    known = pool(dice)
    subjects = sorted({one.s for one in known})
    elsewhere = set(dice.sample(subjects, len(subjects) // 3))
    there = {one for one in known if one.s in elsewhere and dice.random() < 0.8}
    here = {one for one in known if one.s not in elsewhere and dice.random() < 0.8}
    old, old_context = columns(tmp_path / "old", here), columns(tmp_path / "old-context", there)
    before = VALIDATOR.validate(old, [old_context])
    for step in range(3):
        gone, goes_there = dice.choice(subjects), dice.choice(sorted(elsewhere))
        new_here = {one for one in here if one.s != gone} | set(dice.sample(known, 3))
        new_here = {one for one in new_here if one.s not in elsewhere and dice.random() < 0.97}
        new_there = {one for one in there if one.s != goes_there}
        new = columns(tmp_path / f"new{step}", new_here)
        new_context = columns(tmp_path / f"new-context{step}", new_there)
        told = [
            changes(old, new, tmp_path / f"changes{step}"),
            changes(old_context, new_context, tmp_path / f"changes-there{step}"),
        ]
        found = validate_changes(VALIDATOR, new, [new_context], told, before)
        assert found == VALIDATOR.validate(new, [new_context])


@pytest.mark.parametrize("seed", range(3))
def test_a_change_of_a_graph_in_memory(tmp_path: Path, seed: int) -> None:
    """Quads, and whole entities, come and go; what was said of all other nodes stays true."""
    dice = random.Random(seed)
    known = pool(dice)
    subjects = sorted({one.s for one in known})
    said = {one for one in known if dice.random() < 0.8}
    old = columns(tmp_path / "old", said)
    before = [replace(one, source_row=None) for one in VALIDATOR.validate(old, []).violations]
    resident = Resident(VALIDATOR, old)
    for step in range(6):
        gone = dice.choice(subjects)
        now = {one for one in said if one.s != gone or dice.random() < 0.5} | set(dice.sample(known, 3))
        judged = resident.judged(now - said, said - now)
        assert judged is not None
        kept = [one for one in before if one.focus not in judged.focus]
        whole = VALIDATOR.validate(columns(tmp_path / f"new{step}", now), [])
        told = [replace(one, source_row=None) for one in whole.violations]
        assert in_order((*kept, *judged.violations)) == told
        assert len(judged.focus) < len(subjects)
    assert resident.judged(set(), set()) == Judged(frozenset(), ())
    resident.close()


def test_the_real_shapes_have_an_end() -> None:
    assert VALIDATOR.reach is not None
    assert VALIDATOR.reach.depth <= 4


PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix x: <http://x/> .
"""
THREE_AND_BACK = """
    x:S a sh:NodeShape ; sh:targetClass x:C ; sh:sparql [ sh:select '''
        SELECT $this WHERE { $this <http://x/p> ?a . ?b <http://x/q> ?a . ?b ?r ?c
            FILTER(?r IN (<http://x/r>, <http://x/s>)) }''' ] ."""
IN_EXISTS = """
    x:S a sh:NodeShape ; sh:targetClass x:C ; sh:sparql [ sh:select '''
        SELECT $this WHERE { $this <http://x/p> ?a FILTER NOT EXISTS { ?a <http://x/q> ?b
            OPTIONAL { ?c <http://x/r> ?b } FILTER EXISTS { ?b <http://x/s> ?d } } }''' ] ."""


@pytest.mark.parametrize(
    ("shapes", "depth", "forwards", "backwards"),
    [
        ("x:S sh:property [ sh:path x:p ] .", 1, {"p"}, set()),
        ("x:S sh:property [ sh:path x:p ; sh:class x:C ] .", 2, {"p"}, set()),
        ("x:S sh:property [ sh:path ( x:p [ sh:inversePath x:q ] ) ] .", 2, {"p"}, {"q"}),
        ("x:S sh:property [ sh:path x:p ; sh:node [ sh:property [ sh:path x:q ] ] ] .", 2, {"p", "q"}, set()),
        ("x:S sh:or ( [ sh:path x:p ] [ sh:path x:q ; sh:class x:C ] ) .", 2, {"p", "q"}, set()),
        (THREE_AND_BACK, 3, {"p", "q", "r", "s"}, {"q"}),
        (IN_EXISTS, 4, {"p", "q", "r", "s"}, {"r"}),
    ],
)
def test_how_far_shapes_look(shapes: str, depth: int, forwards: set[str], backwards: set[str]) -> None:
    reach = Reach.of(Graph().parse(data=PREFIXES + shapes, format="turtle"))
    assert reach is not None
    own = {one.removeprefix("http://x/") for one in reach.forwards if one.startswith("http://x/")}
    assert (reach.depth, own) == (depth, forwards)
    assert reach.backwards == {f"http://x/{one}" for one in backwards}


LOOKING = [
    "sh:property [ sh:path x:p ; sh:minCount 1 ; sh:nodeKind sh:IRI ]",
    "sh:property [ sh:path ( x:p [ sh:inversePath x:q ] x:r ) ; sh:maxCount 1 ]",
    "sh:property [ sh:path [ sh:alternativePath ( x:p ( x:q x:r ) ) ] ; sh:minCount 2 ]",
    "sh:property [ sh:path x:p ; sh:class x:D ]",
    "sh:property [ sh:path x:p ; sh:equals x:q ]",
    "sh:property [ sh:path x:p ; sh:node [ sh:closed true ; sh:property [ sh:path x:q ] ] ]",
    "sh:closed true ; sh:ignoredProperties ( rdf:type x:p )",
    "sh:or ( [ sh:path x:p ; sh:hasValue x:a ] [ sh:path ( x:q x:r ) ; sh:minCount 1 ] )",
    """sh:property [ sh:path x:p ; sh:qualifiedValueShape [ sh:not [ sh:path x:r ; sh:minCount 1 ] ] ;
        sh:qualifiedMinCount 1 ]""",
    """sh:sparql [ sh:select '''SELECT $this ?value WHERE { $this <http://x/p> ?value . ?value <http://x/q> ?a
        FILTER NOT EXISTS { ?b <http://x/r> ?a } }''' ]""",
    """sh:property [ sh:path [ sh:inversePath x:q ] ; sh:property [ sh:path x:r ; sh:sparql [
        sh:select '''SELECT $this ?value WHERE { $this $PATH ?value . $this <http://x/p> ?value }''' ] ] ]""",
]


@pytest.mark.parametrize(
    "target", ["sh:targetClass x:C", "sh:targetSubjectsOf x:p", "sh:targetObjectsOf x:q"]
)
@pytest.mark.parametrize("looking", LOOKING)
def test_what_shapes_look_at(tmp_path: Path, looking: str, target: str) -> None:
    """Any triple may matter to any node by one of the ways in which shapes look at triples, and no other."""
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "one.ttl").write_text(f"{PREFIXES} x:S a sh:NodeShape ; {target} ; {looking} .")
    validator = ColumnsValidator(tmp_path / "shapes", tmp_path / "no ontology")
    dice = random.Random(looking + target)
    names = [f"http://x/{one}" for one in "abcdefgh"]
    ends = [*((one, p, other) for one in names for p in ("p", "q", "r") for other in names)]
    kinds = [*((one, "type", kind) for one in names for kind in ("http://x/C", "http://x/D", "http://x/E"))]
    below = [("http://x/E", "subClassOf", "http://x/C"), ("http://x/E", "subClassOf", "http://x/D")]
    iris = {"type": str(RDF.type), "subClassOf": str(rdflib.RDFS.subClassOf)}
    quads = [
        TextQuad(s, iris.get(p, f"http://x/{p}"), o, None, None, "http://x/g")
        for s, p, o in (*ends, *kinds, *below)
    ]
    said = {one for one in quads if dice.random() < 0.12}
    old = columns(tmp_path / "old", said)
    before = [replace(one, source_row=None) for one in validator.validate(old, []).violations]
    resident, most = Resident(validator, old), 0
    for step in range(4):
        now = said ^ set(dice.sample(quads, 2))
        judged = resident.judged(now - said, said - now)
        assert judged is not None
        whole = validator.validate(columns(tmp_path / f"new{step}", now), [])
        kept = [one for one in before if one.focus not in judged.focus]
        told = [replace(one, source_row=None) for one in whole.violations]
        assert in_order((*kept, *judged.violations)) == told
        most += len(judged.focus) == len(names)
    resident.close()
    assert most < 4


@pytest.mark.parametrize(
    "shapes",
    [
        "sh:property [ sh:path [ sh:zeroOrMorePath x:p ] ]",
        "sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p ?o }' ]",
        "sh:sparql [ sh:select 'SELECT $this WHERE { $this <http://x/p> 1 . ?a <http://x/q> ?b }' ]",
    ],
)
def test_shapes_that_look_at_anything(shapes: str) -> None:
    graph = Graph().parse(
        data=f"{PREFIXES} x:S a sh:NodeShape ; sh:targetClass x:C ; {shapes} .", format="turtle"
    )
    assert Ways.of(parse(graph)) is None


@pytest.mark.parametrize(
    "shapes",
    [
        "x:S sh:property [ sh:path [ sh:zeroOrMorePath x:p ] ] .",
        "x:S sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p ?o }' ] .",
        "x:S sh:sparql [ sh:select 'SELECT $this WHERE { $this <http://x/p> 1 . ?a <http://x/q> ?b }' ] .",
        "x:S sh:property [ sh:path x:p ; sh:node x:S ] .",
    ],
)
def test_shapes_without_an_end(shapes: str) -> None:
    assert Reach.of(Graph().parse(data=PREFIXES + shapes, format="turtle")) is None
