"""One validation result as terms."""

from dataclasses import dataclass

from rdflib import Literal
from rdflib.term import Node

from graph.shacl.fusion import Check
from graph.shacl.terms import Key


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2). `root` is the shape that had the target, `path` a node of the
    shapes graph, or what sh:closed or a query met. `focus` and `value` are as columns write them: to make a
    Literal of an ill-typed one takes rdflib a millisecond. `times`: how often it is reported, once for each
    way on which nested property shapes come to its focus node.
    """

    root: Node
    check: Check
    focus: Key
    path: Node | None
    value: Key | None
    messages: tuple[Literal, ...]
    times: int = 1
