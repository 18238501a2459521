"""Logical sources of the document (RML-IO; a plain string as rml:source in the older vocabulary).

A database server is named by `ingest:connection` on its d2rq:Database: address and password are settings.
"""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.iris import Iris
from graph.text import Text
from ingest.mapping.delta import read_delta
from ingest.mapping.document import Document
from ingest.mapping.vocabulary import CSVW, D2RQ, RML
from ingest.sources import Format, LogicalSource, Root
from ingest.sources.files import COMPRESSIONS, ENCODINGS

# Tables of the working database that a relation may not be called like.
_RESERVED = frozenset({"staged", "terms", "quads", "sources", "statistics"})

_TABLE, _SELECT = Text("tên bảng", "the table's name"), Text("câu SELECT", "the SELECT")
# Formats that need an iterator, and what it is.
_ITERATED = {
    Format.SQLITE_TABLE: _TABLE,
    Format.SQLITE_QUERY: _SELECT,
    Format.POSTGRESQL_TABLE: _TABLE,
    Format.POSTGRESQL_QUERY: _SELECT,
    Format.XML: Text("XPath của phần tử là một bản ghi", "the XPath of the elements that are rows"),
}


class Sources:
    """Names and reads logical sources; two blank ones that say the same are one."""

    def __init__(self, document: Document, base: str) -> None:
        self._document = document
        self._ingest = Iris(base).ontology("ingest")
        self._by_node: dict[Node, str] = {}
        self._by_name: dict[str, LogicalSource] = {}

    def all(self) -> tuple[LogicalSource, ...]:
        """All sources of the document: those of triples maps, and those that only views read."""
        for node in self._document.graph.subjects(RDF.type, RML.LogicalSource):
            self.name(node)
        names = tuple(self._by_name)
        return tuple(replace(source, relations=names) for source in self._by_name.values())

    def name(self, node: Node) -> str:
        """The name of a logical source, read when first met. Raises MappingError."""
        if node not in self._by_node:
            source = self._read(node)
            same = next((known for known in self._by_name.values() if _alike(known, source)), None)
            if isinstance(node, BNode) and same is not None:
                source = same
            else:
                source = replace(source, name=self._free_name(node, source))
                self._by_name[source.name] = source
            self._by_node[node] = source.name
        return self._by_node[node]

    def _free_name(self, node: Node, source: LogicalSource) -> str:
        taken = {name.lower() for name in self._by_name} | _RESERVED
        if not isinstance(node, BNode):
            name = re.split(r"[#/]", str(node).rstrip("/"))[-1]
            if name.lower() in taken:
                raise MappingError(
                    Text(f"Tên nguồn «{name}» không dùng được.", f"The source name “{name}” cannot be used."),
                    hint=Text(
                        f"Dành riêng hoặc đã dùng: {', '.join(sorted(taken))}",
                        f"Reserved or taken: {', '.join(sorted(taken))}",
                    ),
                    place=source.place,
                )
            return name
        stem = re.sub(r"\W+", "_", PurePosixPath(source.origin).name.split(".")[0]) or "source"
        numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (stem, *numbered) if name.lower() not in taken)

    def _read(self, node: Node) -> LogicalSource:
        document = self._document
        place = document.place(node)
        described = document.object(node, RML.source)
        if described is None:
            raise MappingError(Text("Thiếu rml:source.", "rml:source is missing."), place=place)
        is_text = isinstance(described, Literal)
        connection = None if is_text else self._connection(described, place)
        path = str(described) if is_text else "" if connection else self._path(described, place)
        iterator = document.text_of(node, RML.iterator)
        formulation, namespaces = self._formulation(node, place)
        dialect = None if is_text else document.object(described, CSVW.dialect)
        dialect = dialect if dialect is not None else BNode()
        tabs = path.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
        return LogicalSource(
            name="",
            path=path,
            format=self._format(formulation, path, connection, iterator, place),
            iterator=iterator,
            root=Root.DATA if is_text else self._root(described, place),
            connection=connection,
            nulls=tuple(str(value) for value in document.objects(described, RML.null)),
            encoding=self._option(described, "encoding", ENCODINGS, place) or "utf-8",
            compression=self._option(described, "compression", COMPRESSIONS, place),
            delimiter=document.text_of(dialect, CSVW.delimiter) or ("\t" if tabs else ","),
            quote=document.text_of(dialect, CSVW.quoteChar) or '"',
            namespaces=namespaces,
            delta=read_delta(document, node, self._ingest, place),
            place=place,
        )

    def _connection(self, node: Node, place: Place) -> str | None:
        """The name of a connection; an address or a password in the document is refused."""
        document = self._document
        written = [item for item in document.graph.predicates(node) if str(item).startswith(D2RQ)]
        name = document.text_of(node, URIRef(f"{self._ingest}connection"))
        is_database = (node, RDF.type, D2RQ.Database) in document.graph
        if written or (is_database and name is None):
            raise MappingError(
                Text(
                    "Ánh xạ không được chứa địa chỉ hay mật khẩu của cơ sở dữ liệu.",
                    "A mapping may not hold the address or the password of a database.",
                )
                if written
                else Text("Thiếu tên kết nối.", "The name of the connection is missing."),
                hint=Text(
                    'Viết ingest:connection "tên"; đặt địa chỉ của tên đó trong LIENTHONG_CONNECTIONS.',
                    'Write ingest:connection "name", and set its address in LIENTHONG_CONNECTIONS.',
                ),
                place=place,
            )
        return name

    def _path(self, node: Node, place: Place) -> str:
        path = self._document.text_of(node, RML.path) or self._document.text_of(node, CSVW.url)
        if path is None:
            raise MappingError(
                Text("Nguồn không có rml:path.", "The source has no rml:path."),
                hint=Text(
                    "Đọc được tệp (rml:RelativePathSource, rml:path) và cơ sở dữ liệu (ingest:connection).",
                    "Files (rml:RelativePathSource, rml:path) and databases (ingest:connection) can be read.",
                ),
                place=place,
            )
        return path

    def _root(self, node: Node, place: Place) -> Root:
        written = self._document.text_of(node, RML.root)
        if written is None:
            return Root.DATA
        local = written.removeprefix(str(RML))
        if local not in set(Root):
            known = ", ".join(f"rml:{root}" for root in Root)
            raise MappingError(
                Text(f"Không dùng được rml:root {written}.", f"rml:root {written} cannot be used."),
                hint=Text(f"Dùng: {known}", f"Use: {known}"),
                place=place,
            )
        return Root(local)

    def _option(self, node: Node, local: str, known: tuple[str, ...], place: Place) -> str | None:
        written = self._document.text_of(node, RML[local])
        if written is None or written == str(RML.none):
            return None
        value = written.removeprefix(str(RML)).lower()
        if value not in known:
            raise MappingError(
                Text(f"Không đọc được rml:{local} {written}.", f"rml:{local} {written} cannot be read."),
                hint=Text(f"Có: {', '.join(known)}", f"Known: {', '.join(known)}"),
                place=place,
            )
        return value

    def _formulation(self, node: Node, place: Place) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        """The reference formulation, and the namespaces that one for XPath declares (RML-IO §5.4)."""
        document = self._document
        found = document.object(node, RML.referenceFormulation)
        if found is None or (found, RDF.type, RML.XPathReferenceFormulation) not in document.graph:
            return (None if found is None else str(found)), ()
        namespaces = []
        for item in document.objects(found, RML.namespace):
            prefix = document.text_of(item, RML.namespacePrefix)
            address = document.text_of(item, RML.namespaceURL)
            if not prefix or not address:
                raise MappingError(
                    Text(
                        "rml:namespace thiếu tiền tố hoặc địa chỉ.",
                        "An rml:namespace lacks prefix or address.",
                    ),
                    hint=Text(
                        'Viết: rml:namespacePrefix "…" ; rml:namespaceURL "…"',
                        'Write: rml:namespacePrefix "…" ; rml:namespaceURL "…"',
                    ),
                    place=place,
                )
            namespaces.append((prefix, address))
        return str(RML.XPath), tuple(sorted(namespaces))

    def _format(
        self, written: str | None, path: str, connection: str | None, iterator: str | None, place: Place
    ) -> Format:
        suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix
        by_lines = suffix in (".ndjson", ".jsonl")
        table, query = str(RML.SQL2008Table), str(RML.SQL2008Query)
        files = {
            str(RML.CSV): Format.CSV,
            str(RML.JSONPath): Format.NDJSON if by_lines else Format.JSON,
            str(RML.XPath): Format.XML,
            table: Format.SQLITE_TABLE,
            query: Format.VIEW if suffix == ".sql" else Format.SQLITE_QUERY,
            f"{self._ingest}Parquet": Format.PARQUET,
            f"{self._ingest}XLSX": Format.XLSX,
        }
        known = {table: Format.POSTGRESQL_TABLE, query: Format.POSTGRESQL_QUERY} if connection else files
        format = known.get(written or "")
        if format is None:
            listed = ", ".join(
                one.replace(str(RML), "rml:").replace(self._ingest, "ingest:") for one in known
            )
            what = written or "(trống / none)"
            raise MappingError(
                Text(
                    f"Không biết rml:referenceFormulation {what}.",
                    f"Unknown rml:referenceFormulation {what}.",
                ),
                hint=Text(f"Có: {listed}", f"Known: {listed}"),
                place=place,
            )
        if format in _ITERATED and not iterator:
            raise MappingError(
                Text(
                    f"Thiếu rml:iterator: {_ITERATED[format].vi}.",
                    f"rml:iterator is missing: {_ITERATED[format].en}.",
                ),
                place=place,
            )
        return format


def _alike(one: LogicalSource, other: LogicalSource) -> bool:
    return replace(one, name="", place=Place()) == replace(other, name="", place=Place())
