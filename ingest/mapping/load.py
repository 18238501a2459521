"""A mapping document, read into the model (RML-Core; RML-IO for sources)."""

from dataclasses import replace
from pathlib import Path

from rdflib import RDF, URIRef
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping import yarrrml
from ingest.mapping.databases import Databases
from ingest.mapping.document import Document, open_document
from ingest.mapping.iri import is_absolute_iri
from ingest.mapping.model import (
    Join,
    Mapping,
    ParentMap,
    PredicateObjectMap,
    TermMap,
    TriplesMap,
)
from ingest.mapping.source_description import Sources
from ingest.mapping.term_maps import TermMaps
from ingest.mapping.vocabulary import RML, check_properties, normalised, vocabulary_of
from ingest.sources import LogicalSource

_NAMED = Databases()


def load(
    path: Path,
    *,
    base: str,
    sources: Path | None = None,
    data_base: str | None = None,
    databases: Databases = _NAMED,
) -> Mapping:
    """The mapping at `path`. IRIs of the file below the default base become IRIs below `base`. `data_base`,
    `base` by default, is that of relative IRIs in the data, for triples maps without rml:baseIRI. `sources`
    is a document of logical sources that take the place of those of the same name.

    Raises MappingError with file and line: bad Turtle, missing or double parts, unknown properties, bad
    templates, term types that the position forbids.
    """
    mapping = _Loader(_opened(path, base), base, data_base or base, databases).mapping()
    if sources is None:
        return mapping
    return replace(mapping, logical_sources=_replaced(mapping, sources, base))


def _opened(path: Path, base: str) -> Document:
    if path.suffix in yarrrml.SUFFIXES:
        return yarrrml.open_yarrrml(path, base=base)
    opened = open_document(path, base=base)
    vocabulary = vocabulary_of(opened.graph)
    document = Document(opened.path, normalised(opened.graph), opened.text, vocabulary)
    check_properties(document)
    return document


def _replaced(mapping: Mapping, path: Path, base: str) -> tuple[LogicalSource, ...]:
    """The sources of the mapping, those that the document at `path` describes as it says."""
    names = tuple(source.name for source in mapping.logical_sources)
    others = {source.name: source for source in Sources(_opened(path, base), base, _NAMED).all()}
    for name, source in others.items():
        if name not in names:
            raise MappingError(
                Text(f"Ánh xạ không có nguồn «{name}».", f"The mapping has no source “{name}”."),
                hint=Text(f"Các nguồn: {', '.join(names)}", f"Sources: {', '.join(names)}"),
                place=source.place,
            )
    return tuple(
        replace(others.get(source.name, source), relations=names) for source in mapping.logical_sources
    )


class _Loader:
    def __init__(self, document: Document, base: str, data_base: str, databases: Databases) -> None:
        self._document = document
        self._terms = TermMaps(document, base)
        self._sources = Sources(document, base, databases)
        self._base = data_base
        self._names: dict[Node, str] = {}

    def mapping(self) -> Mapping:
        graph = self._document.graph
        nodes = {*graph.subjects(RDF.type, RML.TriplesMap), *graph.subjects(RML.logicalSource, None)}
        # A call in the older vocabulary looks like a triples map.
        nodes -= set(graph.objects(None, RML.functionValue))
        if not nodes:
            raise MappingError(
                Text("Tài liệu không có ánh xạ bộ ba nào.", "The document has no triples map."),
                hint=Text(
                    "Mỗi ánh xạ cần rml:logicalSource và rml:subjectMap.",
                    "A triples map has rml:logicalSource and rml:subjectMap.",
                ),
                place=Place(file=str(self._document.path)),
            )
        ordered = sorted(nodes, key=lambda node: (self._document.place(node).line or 0, str(node)))
        self._names = _names(ordered)
        triples_maps = tuple(self._triples_map(node) for node in ordered)
        sources = self._sources.all()
        mapping = Mapping(str(self._document.path), sources, triples_maps, self._sources.addresses)
        for triples_map in triples_maps:
            _check_parents(mapping, triples_map)
        return mapping

    def _triples_map(self, node: Node) -> TriplesMap:
        document = self._document
        source = document.object(node, RML.logicalSource)
        if source is None:
            raise self._missing(node, "rml:logicalSource")
        name = self._sources.name(source)
        subjects = self._terms.maps(node, RML.subjectMap, RML.subject)
        if len(subjects) != 1:
            raise self._missing(node, "rml:subjectMap", len(subjects))
        holder = document.object(node, RML.subjectMap)
        subject_nodes = [] if holder is None else [holder]
        return TriplesMap(
            name=self._names[node],
            source=name,
            subject=subjects[0],
            classes=tuple(self._classes(subject_nodes)),
            graphs=tuple(item for holder in subject_nodes for item in self._graphs(holder)),
            predicate_objects=tuple(
                self._predicate_object(item) for item in document.objects(node, RML.predicateObjectMap)
            ),
            base=self._base_iri(node),
            place=document.place(node),
        )

    def _classes(self, subject_nodes: list[Node]) -> list[str]:
        found = [item for node in subject_nodes for item in self._document.objects(node, RML["class"])]
        for item in found:
            if not isinstance(item, URIRef):
                raise MappingError(
                    Text(f"rml:class {item} không phải IRI.", f"rml:class {item} is not an IRI."),
                    place=self._document.place(subject_nodes[0], str(item)),
                )
        return [str(item) for item in found]

    def _graphs(self, node: Node) -> list[TermMap]:
        return self._terms.maps(node, RML.graphMap, RML.graph)

    def _predicate_object(self, node: Node) -> PredicateObjectMap:
        predicates = self._terms.maps(node, RML.predicateMap, RML.predicate)
        references = [
            item
            for item in self._document.objects(node, RML.objectMap)
            if self._document.object(item, RML.parentTriplesMap) is not None
        ]
        objects = self._terms.maps(node, RML.objectMap, RML.object, without=references)
        parents = [self._parent(item) for item in references]
        for wanted, found in (("rml:predicateMap", predicates), ("rml:objectMap", [*objects, *parents])):
            if not found:
                raise self._missing(node, wanted)
        return PredicateObjectMap(tuple(predicates), (*objects, *parents), tuple(self._graphs(node)))

    def _parent(self, node: Node) -> ParentMap:
        document = self._document
        parent = document.object(node, RML.parentTriplesMap)
        if self._terms.has_expression(node):
            raise MappingError(
                Text(
                    "rml:parentTriplesMap không đi cùng một biểu thức.",
                    "An rml:parentTriplesMap has no expression beside it.",
                ),
                hint=Text("Tách thành hai rml:objectMap.", "Make two rml:objectMaps of it."),
                place=document.place(node),
            )
        if parent not in self._names:
            known = ", ".join(self._names.values())
            raise MappingError(
                Text(f"Không có ánh xạ bộ ba {parent}.", f"There is no triples map {parent}."),
                hint=Text(f"Có: {known}", f"Known: {known}"),
                place=document.place(node),
            )
        joins = []
        for join in document.objects(node, RML.joinCondition):
            sides = [self._terms.expressions(join, side) for side in ("child", "parent")]
            for side, found in zip(("rml:child", "rml:parent"), sides, strict=True):
                if len(found) != 1:
                    raise self._missing(join, side, len(found))
            joins.append(Join(sides[0][0], sides[1][0]))
        return ParentMap(self._names[parent], tuple(joins), document.place(node))

    def _base_iri(self, node: Node) -> str:
        base = self._document.text_of(node, RML.baseIRI) or self._base
        if not is_absolute_iri(base):
            raise MappingError(
                Text(f"rml:baseIRI «{base}» không phải IRI.", f"rml:baseIRI “{base}” is not an IRI."),
                place=self._document.place(node, base),
            )
        return base

    def _missing(self, node: Node, part: str, count: int = 0) -> MappingError:
        if count:
            message = Text(f"Có {count} {part}, chỉ được một.", f"There are {count} {part}, one is allowed.")
        else:
            message = Text(f"Thiếu {part}.", f"{part} is missing.")
        name = self._names.get(node)
        hint = Text(f"Ở ánh xạ {name}.", f"In the triples map {name}.") if name else None
        return MappingError(message, hint=hint, place=self._document.place(node))


def _names(nodes: list[Node]) -> dict[Node, str]:
    """Short names: the part behind # or the last slash; the whole where two would be alike."""
    short = {node: str(node).replace("#", "/").rstrip("/").split("/")[-1] for node in nodes}
    names = list(short.values())
    return {node: name if names.count(name) == 1 else str(node) for node, name in short.items()}


def _check_parents(mapping: Mapping, triples_map: TriplesMap) -> None:
    """Without a join condition both triples maps must run over the same source (R2RML §8)."""
    for pair in triples_map.predicate_objects:
        for item in pair.objects:
            if not isinstance(item, ParentMap) or item.joins:
                continue
            parent = mapping.triples_map(item.parent)
            if not mapping.source(parent.source).reads_the_same(mapping.source(triples_map.source)):
                raise MappingError(
                    Text(
                        f"{triples_map.name} và {parent.name} có nguồn khác nhau nên cần rml:joinCondition.",
                        f"{triples_map.name} and {parent.name} have different sources: "
                        "rml:joinCondition is needed.",
                    ),
                    hint=Text(
                        'Thêm: rml:joinCondition [ rml:child "…" ; rml:parent "…" ]',
                        'Add: rml:joinCondition [ rml:child "…" ; rml:parent "…" ]',
                    ),
                    place=item.place,
                )
