"""Shapes and code lists as pages: nothing that a shape asks is left unsaid."""

import html
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS, SH, Graph, URIRef

from api.knowledge import load
from api.pages.entity import EntityPages
from api.pages.links import Links
from api.pages.terms import shapes
from graph import turtle
from graph.settings import Settings
from graph.text import Language

FILES = sorted(path.stem for path in Settings().shapes_dir.glob("*.ttl"))
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix p: <https://lienthong.gov.vn/ont/place#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <urn:s#S> a sh:NodeShape ; """
PHRASES = {
    "sh:property [ sh:path p:level ; sh:minCount 1 ; sh:maxCount 1 ]": "exactly 1",
    "sh:property [ sh:path p:level ; sh:minCount 2 ]": "at least 2",
    "sh:property [ sh:path p:level ; sh:maxCount 0 ]": "none",
    "sh:property [ sh:path p:level ; sh:maxCount 4 ]": "at most 4",
    "sh:property [ sh:path p:level ; sh:minCount 1 ; sh:maxCount 4 ]": "1 to 4",
    "sh:property [ sh:path p:level ; sh:minCount 0 ]": "any number",
    "sh:property [ sh:path p:level ; sh:datatype xsd:date ]": "of the datatype xsd:date",
    "sh:property [ sh:path p:level ; sh:class p:Commune ]": "a commune",
    'sh:property [ sh:path p:level ; sh:in ( "a" "b" ) ]': "one of a, b",
    "sh:property [ sh:path p:level ; sh:minInclusive 3 ]": "at least 3",
    "sh:property [ sh:path p:level ; sh:lessThan p:within ]": "before or below the value of within",
    "sh:property [ sh:path p:level ; sh:not [ sh:hasValue 3 ] ]": "must not: has the value 3",
    "sh:property [ sh:path p:level ; sh:or ( [ sh:minLength 2 ] [ sh:maxLength 9 ] ) ]": (
        "meets at least one of: characters, at least 2, characters, at most 9"
    ),
    "sh:property [ sh:path p:level ; sh:nodeKind sh:Literal ]": "a value, not a link",
    "sh:property [ sh:path p:level ; <http://www.w3.org/ns/shacl#unheardOf> 3 ]": "sh:unheardOf 3",
    "sh:closed true": "no other properties",
    'sh:pattern "^a"': "written as the pattern (regular expression) ^a",
}
PATHS = {
    "p:within": "within",
    "( p:within p:level )": "within › level",
    "[ sh:inversePath p:within ]": "within (backwards)",
    "[ sh:zeroOrMorePath p:within ]": "within (any number of times)",
    "[ sh:alternativePath ( p:within p:level ) ]": "within (either) › level (either)",
}


@pytest.fixture(scope="module")
def pages(guarded: Settings) -> EntityPages:
    known = load(guarded)
    return EntityPages(known, Links(known.iris, known.prefixes), "en")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_shape_and_every_message_is_on_the_page(
    opened: TestClient, guarded: Settings, name: str, language: Language
) -> None:
    graph = turtle.read(guarded.shapes_dir / f"{name}.ttl", base=guarded.base_iri)
    page = html.unescape(opened.get(f"/shape/{name}.html?lang={language}").text)
    words = page.partition('<pre class="source"')[0]
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        if isinstance(shape, URIRef):
            assert f'id="{str(shape).rsplit("#", 1)[-1]}"' in words
            for message in messages(graph, shape, language):
                assert message in words


def messages(graph: Graph, shape: URIRef, language: str) -> Iterator[str]:
    """Of the shape, of its properties, of its queries."""
    for node in (shape, *graph.objects(shape, SH.property), *graph.objects(shape, SH.sparql)):
        told = [one for one in graph.objects(node, SH.message) if getattr(one, "language", "") == language]
        yield from (str(one) for one in told)


def test_every_constraint_in_use_has_words(guarded: Settings, pages: EntityPages) -> None:
    graph = shapes.shapes_graph(guarded.shapes_dir, guarded.base_iri)
    told = [shapes.in_words(graph, str(one), pages) for one in graph.subjects(RDF.type, SH.NodeShape)]
    phrases = {asked.phrase for shape in told for rule in shape.rules for asked in rule.requirements}
    assert phrases
    assert not [phrase for phrase in phrases if phrase.startswith("sh:")]
    assert not [rule for shape in told for rule in shape.rules if rule.path == ()]


@pytest.mark.parametrize(("turtle_text", "phrase"), PHRASES.items())
def test_constraints_in_words(pages: EntityPages, turtle_text: str, phrase: str) -> None:
    graph = Graph().parse(data=f"{PREFIXES}{turtle_text} .", format="turtle")
    (rule,) = shapes.in_words(graph, "urn:s#S", pages).rules
    said = [
        f"{one.phrase} {', '.join(value.text for value in one.values)}".strip() for one in rule.requirements
    ]
    assert said == [phrase]


@pytest.mark.parametrize(("path", "words"), PATHS.items())
def test_paths_in_words(pages: EntityPages, path: str, words: str) -> None:
    text = f"{PREFIXES}sh:property [ sh:path {path} ; sh:minCount 1 ] ."
    (rule,) = shapes.in_words(Graph().parse(data=text, format="turtle"), "urn:s#S", pages).rules
    assert rule.path
    steps = [f"{one.text} ({one.remark})" if one.remark else one.text for one in rule.path]
    assert " › ".join(steps) == words


def test_a_code_list_is_printed_by_level(opened: TestClient) -> None:
    page = opened.get("/code/vsic-2025.html?lang=en").text
    section, division = page.index("/code/vsic-2025/A?"), page.index("/code/vsic-2025/01?")
    following = page.index("/code/vsic-2025/B?")
    assert section < division < following
    assert '<th scope="row" class="depth-2"><span class="unseen">level 2: </span>' in page
    assert "from 2025-11-15" in page


def test_every_code_is_on_the_page_of_its_list_once(opened: TestClient, guarded: Settings) -> None:
    vocabulary = load(guarded).vocabulary
    for document in vocabulary.documents.values():
        if document.is_code_list:
            path = document.iri.removeprefix(guarded.base_iri)
            page = opened.get(f"/{path}.html").text
            table = page[page.index("<tbody>") : page.index("</tbody>")]
            assert table.count("<tr>") == len(vocabulary.scheme(document.iri)), document.iri


def test_a_pattern_shows_marks_that_nobody_sees_alone(opened: TestClient) -> None:
    page = opened.get("/shape/place.html?lang=en").text
    assert r"\u0300-\u036f" in page
    assert "\u0300" not in page[: page.index("<pre")]


def test_a_code_leads_up_and_down(opened: TestClient) -> None:
    below = opened.get("/code/vsic-2025/01.html?lang=en").text
    crumbs = below[below.index('class="crumbs"') :].partition("</nav>")[0]
    assert crumbs.index("/ontology?") < crumbs.index("/code/vsic-2025?") < crumbs.index("/code/vsic-2025/A?")
    above = opened.get("/code/vsic-2025/A.html?lang=en").text
    assert "/code/vsic-2025/01?lang=en" in above[above.index('id="incoming"') :]


def test_labels_are_used_where_a_shape_has_none(pages: EntityPages) -> None:
    text = f"{PREFIXES} sh:targetClass p:Commune ."
    graph = Graph().parse(data=text, format="turtle")
    assert (URIRef("urn:s#S"), RDFS.label, None) not in graph
    assert shapes.in_words(graph, "urn:s#S", pages).label == "commune"
