"""Blank nodes of Turtle files: the same labels for the same content, whatever the order it is read in."""

import rdflib

from ingest.labels import Labels

TURTLE = """
@prefix x: <http://x/> .
x:a x:p [ x:q 1 ; x:r [ x:q 2 ] ] , [ x:q 2 ] , [ x:q 2 ] .
x:b x:list ( 1 2 ) .
"""


def named(text: str) -> set[tuple[str, str, str]]:
    graph = rdflib.Graph().parse(data=text, format="turtle")
    labels = Labels(graph, "file")
    return {(labels.name(s), str(p), labels.name(o)) for s, p, o in graph}


def test_two_readings_give_the_same_labels() -> None:
    assert named(TURTLE) == named(TURTLE)
    assert len(named(TURTLE)) == len(rdflib.Graph().parse(data=TURTLE, format="turtle"))


def test_an_edit_changes_the_labels_it_is_about() -> None:
    edited = named(TURTLE.replace("( 1 2 )", "( 1 3 )"))
    kept = named(TURTLE) & edited
    assert {s for s, _, _ in kept} == {s for s, _, _ in named(TURTLE.split("x:b")[0])}
