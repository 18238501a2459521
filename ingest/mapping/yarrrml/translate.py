"""From the tree of a YARRRML document to the triples of RML.

One triples map for each pair of a source and a subject of a mapping. Values are read as the RML of 2014 reads
them, on which YARRRML was made: an empty cell is no value.
"""

from itertools import product
from pathlib import Path
from urllib.parse import quote

from rdflib import FOAF, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, URIRef
from rdflib.term import Node

from graph.errors import MappingError, OntologyError
from graph.iris import Iris
from graph.text import Text
from graph.turtle import read_text
from ingest.mapping.document import Document
from ingest.mapping.functions.function import GREL, IDLAB
from ingest.mapping.vocabulary import RML
from ingest.mapping.yarrrml.external import filled
from ingest.mapping.yarrrml.sources import add_source
from ingest.mapping.yarrrml.terms import Terms
from ingest.mapping.yarrrml.tree import Item, parse
from ingest.mapping.yarrrml.values import expanded
from ingest.sources import Vocabulary

_MAPPING_KEYS = (
    *("sources", "source", "subjects", "subject", "s", "predicateobjects", "predicateobject", "po"),
    *("graphs", "graph", "g", "condition"),
)
_PAIR_KEYS = (
    *("predicates", "predicate", "p", "objects", "object", "o", "graphs", "graph", "g", "condition"),
)
_TOP_KEYS = ("prefixes", "base", "sources", "mappings", "mapping", "authors", "author", "version")


def open_yarrrml(path: Path, *, base: str) -> Document:
    """Raises MappingError with the line of what is not YAML, not YARRRML, or not supported."""
    try:
        text = read_text(path, base=base)
    except OntologyError as wrong:
        raise MappingError(wrong.message, hint=wrong.hint, place=wrong.place) from wrong
    translated = _Translation(filled(parse(text, path)), base)
    return Document(path, translated.graph, text, Vocabulary.RML_2014, translated.lines)


class _Translation:
    def __init__(self, root: Item, base: str) -> None:
        self.graph = Graph(bind_namespaces="none")
        self.lines: dict[Node, int] = {}
        root.only(*_TOP_KEYS)
        iris = Iris(base)
        self._ingest = iris.ontology("ingest")
        self._terms = Terms(self.graph, self.lines, _prefixes(root, iris))
        self._sources = self._named_sources(root.get("sources"))
        mappings = root.get("mappings", "mapping")
        if mappings is None or not mappings.value:
            raise root.wrong("Tài liệu không có «mappings».", "The document has no “mappings”.")
        self._triples_maps = {name: self._nodes(name, item) for name, item in mappings.mapping.items()}
        for name, item in mappings.mapping.items():
            self._mapping(item, self._triples_maps[name])

    def _named_sources(self, item: Item | None) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for name, source in (item.mapping if item else {}).items():
            blank = add_source(self.graph, source, self._ingest)
            node = URIRef(f"urn:yarrrml:source#{quote(name, safe='')}")
            for _, predicate, value in list(self.graph.triples((blank, None, None))):
                self.graph.remove((blank, predicate, value))
                self.graph.add((node, predicate, value))
            self.lines[node] = source.line
            found[name] = node
        return found

    def _nodes(self, name: str, item: Item) -> list[Node]:
        """The triples maps of a mapping, by their order."""
        item.only(*_MAPPING_KEYS)
        count = len(_sources(item)) * max(len(_subjects(item)), 1)
        names = (name if number == 1 else f"{name}-{number}" for number in range(1, count + 1))
        return [URIRef(f"urn:yarrrml:mapping#{quote(one, safe='')}") for one in names]

    def _mapping(self, item: Item, nodes: list[Node]) -> None:
        subjects: list[Item | None] = [*_subjects(item)] or [None]
        pairs = list(product(_sources(item), subjects))
        for node, (source, subject) in zip(nodes, pairs, strict=True):
            self.lines[node] = item.line
            self.graph.add((node, RDF.type, RML.TriplesMap))
            self.graph.add((node, RML.logicalSource, self._source(source)))
            made = self._terms.subject(subject, item.get("condition"), item.line)
            self.graph.add((node, RML.subjectMap, made))
            for graph in item.all("graphs", "graph", "g"):
                self.graph.add((made, RML.graphMap, self._terms.iri(graph)))
            for pair in item.all("predicateobjects", "predicateobject", "po"):
                self.graph.add((node, RML.predicateObjectMap, self._pair(pair)))

    def _source(self, item: Item) -> Node:
        if isinstance(item.value, str) and item.value in self._sources:
            return self._sources[item.value]
        if isinstance(item.value, str) and "~" not in item.value:
            known = ", ".join(self._sources) or "–"
            raise item.wrong(
                f"Không có nguồn «{item.value}».",
                f"There is no source “{item.value}”.",
                Text(f"Các nguồn: {known}", f"Sources: {known}"),
            )
        node = add_source(self.graph, item, self._ingest)
        self.lines[node] = item.line
        return node

    def _pair(self, item: Item) -> Node:
        node = BNode()
        self.lines[node] = item.line
        modifier = condition = None
        graphs: list[Item] = []
        if isinstance(item.value, list):
            predicates, objects, modifier = _shortcut(item)
        else:
            item.only(*_PAIR_KEYS)
            predicates = list(item.all("predicates", "predicate", "p"))
            objects = list(item.all("objects", "object", "o"))
            graphs = list(item.all("graphs", "graph", "g"))
            condition = item.get("condition")
        are_types = bool(predicates)
        for predicate in predicates:
            made = self._terms.predicate(predicate)
            are_types &= (made, RML.constant, RDF.type) in self.graph
            self.graph.add((node, RML.predicateMap, made))
        for one in objects:
            for found in self._objects(one, modifier, condition, are_types):
                self.graph.add((node, RML.objectMap, found))
        for graph in graphs:
            self.graph.add((node, RML.graphMap, self._terms.iri(graph)))
        return node

    def _objects(
        self, item: Item, modifier: Item | None, condition: Item | None, are_types: bool
    ) -> list[Node]:
        if not isinstance(item.value, dict) or item.get("mapping") is None:
            return [self._terms.object(item, modifier, condition, are_types)]
        item.only("mapping", "condition")
        called = item.mapping["mapping"]
        if called.text not in self._triples_maps:
            known = ", ".join(self._triples_maps)
            raise called.wrong(
                f"Không có ánh xạ «{called.text}».",
                f"There is no mapping “{called.text}”.",
                Text(f"Các ánh xạ: {known}", f"Mappings: {known}"),
            )
        found: list[Node] = []
        for parent in self._triples_maps[called.text]:
            node = BNode()
            self.lines[node] = item.line
            self.graph.add((node, RML.parentTriplesMap, parent))
            for one in item.all("condition"):
                self.graph.add((node, RML.joinCondition, self._terms.join(one)))
            found.append(node)
        return found


def _sources(item: Item) -> list[Item]:
    """Those of a mapping: a list of sources, or one that is not put into a list of its own."""
    found = item.get("sources", "source")
    if found is None or found.value is None:
        raise item.wrong("Ánh xạ thiếu «sources».", "The mapping lacks “sources”.")
    listed = found.items
    is_one = isinstance(found.value, list) and any(
        isinstance(one.value, str) and "~" in one.value for one in listed
    )
    return [found] if is_one else listed


def _subjects(item: Item) -> list[Item]:
    return list(item.all("subjects", "subject", "s"))


def _shortcut(item: Item) -> tuple[list[Item], list[Item], Item | None]:
    """`[predicates, objects, datatype or language]`."""
    parts = item.items
    if len(parts) not in (2, 3):
        raise item.wrong(
            f"Cần [thuộc tính, giá trị] và có thể thêm kiểu, có {len(parts)} phần.",
            f"[predicate, object] and perhaps a datatype are expected, there are {len(parts)} parts.",
        )
    return parts[0].items, parts[1].items, parts[2] if len(parts) == 3 else None


def _prefixes(root: Item, iris: Iris) -> dict[str, str]:
    known = {
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "xsd": str(XSD),
        "owl": str(OWL),
        "skos": str(SKOS),
        "foaf": str(FOAF),
        "schema": "http://schema.org/",
        "grel": GREL,
        "idlab-fn": IDLAB,
        "function": iris.ontology("function"),
    }
    declared = root.get("prefixes")
    for prefix, item in (declared.mapping if declared else {}).items():
        known[prefix] = expanded(item.text, known) or item.text
    return known
