"""Sources of a YARRRML document as logical sources."""

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.text import Text
from ingest.mapping.vocabulary import CSVW, D2RQ, RML
from ingest.mapping.yarrrml.tree import Item

_FORMULATIONS = {"csv": RML.CSV, "jsonpath": RML.JSONPath, "xpath": RML.XPath}
_DATABASES = ("postgresql", "mysql", "mariadb")
_KEYS = (
    "access",
    "type",
    "credentials",
    "queryFormulation",
    "referenceFormulation",
    "iterator",
    "query",
    "table",
    "connection",
    "delimiter",
    "encoding",
)


def add_source(graph: Graph, source: Item, ingest: str) -> Node:
    """Adds the logical source that a list `[file~csv, iterator]` or a mapping describes; its node."""
    node = BNode()
    graph.add((node, RDF.type, RML.LogicalSource))
    if isinstance(source.value, dict):
        _described(graph, node, source, ingest)
    else:
        _short(graph, node, source)
    return node


def _short(graph: Graph, node: Node, source: Item) -> None:
    access, *rest = source.items or [source]
    path, tilde, formulation = access.text.rpartition("~")
    if not tilde:
        raise access.wrong(
            f"Nguồn «{access.text}» không nói cách đọc.",
            f"The source “{access.text}” does not say how to read it.",
            Text(
                "Ví dụ: ['tep.csv~csv'], ['tep.json~jsonpath', '$.items[*]'], ['tep.xml~xpath', '/a/b']",
                "For example: ['a.csv~csv'], ['a.json~jsonpath', '$.items[*]'], ['a.xml~xpath', '/a/b']",
            ),
        )
    graph.add((node, RML.source, Literal(path)))
    graph.add((node, RML.referenceFormulation, _formulation(access, formulation)))
    for iterator in rest[:1]:
        graph.add((node, RML.iterator, Literal(iterator.text)))


def _described(graph: Graph, node: Node, source: Item, ingest: str) -> None:
    source.only(*_KEYS)
    texts = {name: item.text for name, item in source.mapping.items() if name != "credentials"}
    kind = texts.get("type", "localfile").lower()
    if "connection" in texts or kind in _DATABASES:
        graph.add((node, RML.source, _database(graph, source, texts, kind, ingest)))
        for name, term in (("query", RML.query), ("table", RML.tableName)):
            if name in texts:
                graph.add((node, term, Literal(texts[name])))
        return
    if "access" not in texts:
        raise source.wrong("Nguồn thiếu «access».", "The source lacks “access”.")
    if not {"delimiter", "encoding"} & set(texts):
        graph.add((node, RML.source, Literal(texts["access"])))
    else:
        graph.add((node, RML.source, _file(graph, texts)))
    formulation = texts.get("referenceFormulation", "csv")
    graph.add((node, RML.referenceFormulation, _formulation(source, formulation)))
    if "iterator" in texts:
        graph.add((node, RML.iterator, Literal(texts["iterator"])))


def _file(graph: Graph, texts: dict[str, str]) -> Node:
    file = BNode()
    graph.add((file, RML.path, Literal(texts["access"])))
    if "encoding" in texts:
        graph.add((file, RML.encoding, RML[texts["encoding"]]))
    if "delimiter" in texts:
        dialect = BNode()
        graph.add((file, CSVW.dialect, dialect))
        graph.add((dialect, CSVW.delimiter, Literal(texts["delimiter"])))
    return file


def _database(graph: Graph, source: Item, texts: dict[str, str], kind: str, ingest: str) -> Node:
    database = BNode()
    graph.add((database, RDF.type, D2RQ.Database))
    if "connection" in texts:
        graph.add((database, URIRef(f"{ingest}connection"), Literal(texts["connection"])))
        return database
    address = texts.get("access", "").removeprefix("http://")
    graph.add((database, D2RQ.jdbcDSN, Literal(f"jdbc:{kind}://{address}")))
    credentials = source.get("credentials")
    if credentials is not None:
        credentials.only("username", "password")
        for name, item in credentials.mapping.items():
            graph.add((database, D2RQ[name], Literal(item.text)))
    return database


def _formulation(item: Item, name: str) -> URIRef:
    found = _FORMULATIONS.get(name.lower())
    if found is None:
        known = ", ".join(_FORMULATIONS)
        raise item.wrong(
            f"Không biết cách đọc «{name}».",
            f"The reference formulation “{name}” is not known.",
            Text(f"Có: {known}", f"Known: {known}"),
        )
    return found
