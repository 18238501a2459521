"""A mapping document: its triples, and the lines on which they stand as well as can be told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.errors import MappingError, OntologyError, Place
from graph.text import Text
from graph.turtle import read, read_text
from ingest.sources import Vocabulary


@dataclass(frozen=True)
class Document:
    """The graph and text of one file, and the vocabulary in which it was written. `lines` are those of nodes,
    where they are known exactly."""

    path: Path
    graph: Graph
    text: str
    vocabulary: Vocabulary = Vocabulary.RML
    lines: Mapping[Node, int] = field(default_factory=dict)

    def objects(self, subject: Node, *predicates: URIRef) -> list[Node]:
        """Objects of any of `predicates`, in an order that does not change between runs."""
        found = [item for predicate in predicates for item in self.graph.objects(subject, predicate)]
        return sorted(found, key=lambda node: self._order(node))

    def object(self, subject: Node, predicate: URIRef) -> Node | None:
        """The only object. Raises MappingError where there are several."""
        found = self.objects(subject, predicate)
        if len(found) > 1:
            local = re.split(r"[#/]", predicate)[-1]
            raise MappingError(
                Text(f"Có {len(found)} giá trị của {local}.", f"There are {len(found)} values of {local}."),
                hint=Text("Chỉ được có một.", "Only one is allowed."),
                place=self.place(subject, local),
            )
        return found[0] if found else None

    def text_of(self, subject: Node, predicate: URIRef) -> str | None:
        """The text of the only object."""
        found = self.object(subject, predicate)
        return None if found is None else str(found)

    def place(self, subject: Node, word: str | None = None) -> Place:
        """The file and the line of `subject`; with `word`, the first line from there that holds it."""
        if subject in self.lines:
            return Place(file=str(self.path), line=self.lines[subject])
        owner = self._named_owner(subject)
        start = self._line_of(owner) if owner is not None else None
        lines = self.text.splitlines()
        if word:
            for number, line in enumerate(lines[(start or 1) - 1 :], start=start or 1):
                if word in line:
                    return Place(file=str(self.path), line=number)
        return Place(file=str(self.path), line=start)

    def _named_owner(self, node: Node) -> Node | None:
        seen: set[Node] = set()
        while isinstance(node, BNode) and node not in seen:
            seen.add(node)
            node = next(iter(self.graph.subjects(None, node)), node)
        return None if isinstance(node, BNode) else node

    def _line_of(self, node: Node) -> int | None:
        local = re.escape(re.split(r"[#/]", str(node))[-1])
        begins = re.compile(rf"^\s*(<[^>]*{local}>|[\w.-]*:{local})(?=[\s;]|$)", re.MULTILINE)
        found = begins.search(self.text)
        return self.text.count("\n", 0, found.start(1)) + 1 if found else None

    def _order(self, node: Node) -> tuple[int, str]:
        """Where a node is in the text; blank nodes by what they hold, for their labels are random."""
        if node in self.lines:
            return self.lines[node], ""
        if isinstance(node, BNode):
            held = sorted(str(item) for _, item in self.graph.predicate_objects(node) if not _blank(item))
            position = min((self.text.find(text) for text in held if text in self.text), default=-1)
            return position, " ".join(held)
        return 0, f"{node}@{node.language or node.datatype}" if isinstance(node, Literal) else str(node)


def _blank(node: Node) -> bool:
    return isinstance(node, BNode)


def open_document(path: Path, *, base: str) -> Document:
    """Raises MappingError with file and line where the file is absent or not Turtle."""
    try:
        text = read_text(path, base=base)
        return Document(path, read(path, base=base), text)
    except OntologyError as wrong:
        raise MappingError(wrong.message, hint=wrong.hint, place=wrong.place) from wrong
