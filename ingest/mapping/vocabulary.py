"""The RML vocabulary, and the two it replaced: R2RML and the RML of 2014 (with its query languages)."""

from difflib import get_close_matches

from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

from graph.errors import MappingError
from graph.text import Text
from ingest.mapping.document import Document
from ingest.sources import Vocabulary

RML = Namespace("http://w3id.org/rml/")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
D2RQ = Namespace("http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#")
RML_2014, R2RML = "http://semweb.mmlab.be/ns/rml#", "http://www.w3.org/ns/r2rml#"
FNO = Namespace("https://w3id.org/function/ontology#")
REPLACED = (RML_2014, R2RML, "http://semweb.mmlab.be/ns/ql#", "http://semweb.mmlab.be/ns/fnml#")
RENAMED = {
    "column": "reference",
    "logicalTable": "logicalSource",
    "sqlQuery": "query",
    "execution": "functionExecution",
    "valueMap": "inputValueMap",
    "value": "inputValue",
}
DEFAULT_GRAPH = RML.defaultGraph

_PROPERTIES = """logicalSource source referenceFormulation iterator root path null encoding compression
    namespace namespacePrefix namespaceURL
    subjectMap subject predicateMap predicate objectMap object graphMap graph predicateObjectMap class
    constant reference template termType languageMap language datatypeMap datatype baseIRI
    parentTriplesMap joinCondition child parent childMap parentMap
    tableName query sqlVersion inverseExpression
    functionExecution functionValue function functionMap input inputValue inputValueMap parameter parameterMap
    return returnMap condition"""
# Known to the standard, not to this engine: to be refused aloud rather than left out in silence.
_UNSUPPORTED = """logicalTarget target strategy
    gather gatherAs version subjectFunction viewOn
    field leftJoin innerJoin structuralAnnotation allowEmptyListAndContainer quotedTriplesMap
    assertedTriplesMap nonAssertedTriplesMap"""


def vocabulary_of(graph: Graph) -> Vocabulary:
    """The vocabulary a document is written in; R2RML where it has nothing of either RML."""
    used = {str(predicate) for predicate in graph.predicates()}
    for namespace, vocabulary in (
        (str(RML), Vocabulary.RML),
        (RML_2014, Vocabulary.RML_2014),
        (R2RML, Vocabulary.R2RML),
    ):
        if any(predicate.startswith(namespace) for predicate in used):
            return vocabulary
    return Vocabulary.RML


def normalised(graph: Graph) -> Graph:
    """The same triples with every older term replaced by that of `http://w3id.org/rml/`."""
    result = Graph(bind_namespaces="none")
    for triple in graph:
        subject, predicate, item = (_current(node) for node in triple)
        result.add((subject, predicate, item))
    return result


def _current(node: Node) -> Node:
    if isinstance(node, URIRef):
        for namespace in REPLACED:
            if node.startswith(namespace):
                local = node[len(namespace) :]
                return RML[RENAMED.get(local, local)]
    return node


def check_properties(document: Document) -> None:
    """Raises MappingError for a property of the RML namespace that does not exist or is not supported."""
    known, unsupported = _PROPERTIES.split(), _UNSUPPORTED.split()
    for subject, predicate in document.graph.subject_predicates():
        if not isinstance(predicate, URIRef) or not predicate.startswith(RML):
            continue
        local = predicate[len(RML) :]
        if local in unsupported:
            raise MappingError(
                Text(f"rml:{local} chưa được hỗ trợ.", f"rml:{local} is not supported."),
                hint=Text(
                    "Làm việc đó trong một khung nhìn SQL (views/*.sql).",
                    "Do that in an SQL view (views/*.sql).",
                ),
                place=document.place(subject, local),
            )
        if local not in known:
            near = get_close_matches(local, known, n=1)
            offer = f"rml:{near[0]}" if near else ", ".join(f"rml:{name}" for name in known)
            raise MappingError(
                Text(f"Không có thuộc tính rml:{local}.", f"There is no property rml:{local}."),
                hint=Text(f"Có phải: {offer}?", f"Did you mean: {offer}?"),
                place=document.place(subject, local),
            )
