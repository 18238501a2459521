"""Logical sources of the document (RML-IO; a plain string as rml:source in the older vocabulary).

A database server is named by `ingest:connection` on its d2rq:Database: address and password are settings.
Only a mapping that is run on its own may describe a database (D2RQ) or name none (R2RML). An HTTP API is
described in `request_description`.
"""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from pydantic import SecretStr
from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.iris import Iris
from graph.text import Text
from ingest.mapping.databases import Databases, address
from ingest.mapping.delta import read_delta
from ingest.mapping.dialect_description import encoding_of, read_dialect
from ingest.mapping.document import Document
from ingest.mapping.request_description import read_request
from ingest.mapping.vocabulary import CSVW, D2RQ, RML
from ingest.sources import Format, LogicalSource, Root, Vocabulary
from ingest.sources.archives import COMPRESSIONS, compression_of, without_suffix
from ingest.sources.files import ENCODINGS

# Tables of the working database that a relation may not be called like.
_RESERVED = frozenset({"staged", "terms", "quads", "sources", "statistics"})

# R2RML's own, and those of the working group's list.
_SQL_VERSIONS = (
    "SQL2008",
    "PostgreSQL",
    "MySQL",
    "Oracle",
    "MSSQLServer",
    "DB2",
    "HSQLDB",
    "Virtuoso",
    "Firebird",
)
_TABLE, _SELECT = Text("tên bảng", "the table's name"), Text("câu SELECT", "the SELECT")
# What RML-IO's test case 0003 calls the reference formulation of an RDF file that SPARQL asks.
SPARQL_RESULTS = "http://www.w3.org/ns/formats/SPARQL_Results_CSV"
# Formats that need an iterator, and what it is.
_ITERATED = {
    Format.SQLITE_TABLE: _TABLE,
    Format.SQLITE_QUERY: _SELECT,
    Format.DATABASE_TABLE: _TABLE,
    Format.DATABASE_QUERY: _SELECT,
    Format.SPARQL: Text("câu SELECT của SPARQL", "the SPARQL SELECT"),
    Format.XML: Text("XPath của phần tử là một bản ghi", "the XPath of the elements that are rows"),
}


class Sources:
    """Names and reads logical sources; two blank ones that say the same are one."""

    def __init__(self, document: Document, base: str, databases: Databases) -> None:
        self._document = document
        self._databases = databases
        self._addresses: dict[str, SecretStr] = {}
        self._ingest = Iris(base).ontology("ingest")
        self._by_node: dict[Node, str] = {}
        self._by_name: dict[str, LogicalSource] = {}

    def all(self) -> tuple[LogicalSource, ...]:
        """All sources of the document: those of triples maps, and those that only views read."""
        for node in self._document.graph.subjects(RDF.type, RML.LogicalSource):
            self.name(node)
        names = tuple(self._by_name)
        return tuple(replace(source, relations=names) for source in self._by_name.values())

    @property
    def addresses(self) -> tuple[tuple[str, SecretStr], ...]:
        """Those of databases that the document describes."""
        return tuple(self._addresses.items())

    def name(self, node: Node) -> str:
        """The name of a logical source, read when first met. Raises MappingError."""
        if node not in self._by_node:
            source = self._read(node)
            same = next((known for known in self._by_name.values() if known.reads_the_same(source)), None)
            if isinstance(node, BNode) and same is not None:
                source = same
            else:
                source = replace(source, name=self._free_name(node, source))
                self._by_name[source.name] = source
            self._by_node[node] = source.name
        return self._by_node[node]

    def _free_name(self, node: Node, source: LogicalSource) -> str:
        taken = {name.lower() for name in self._by_name} | _RESERVED
        called = ""
        if not isinstance(node, BNode):
            name = re.split(r"[#/]", str(node).rstrip("/"))[-1]
            # A data set's views read a source by its name; on its own, a mapping may call it anything.
            if name.lower() in taken and self._databases.may_be_described:
                called = name
            elif name.lower() in taken:
                raise MappingError(
                    Text(f"Tên nguồn «{name}» không dùng được.", f"The source name “{name}” cannot be used."),
                    hint=Text(
                        f"Dành riêng hoặc đã dùng: {', '.join(sorted(taken))}",
                        f"Reserved or taken: {', '.join(sorted(taken))}",
                    ),
                    place=source.place,
                )
            else:
                return name
        elif source.format in (Format.DATABASE_TABLE, Format.SQLITE_TABLE):
            called = source.iterator or ""
        else:
            called = PurePosixPath(source.origin).name.split(".")[0]
        stem = re.sub(r"\W+", "_", called).strip("_") or "source"
        numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (stem, *numbered) if name.lower() not in taken)

    def _read(self, node: Node) -> LogicalSource:
        document = self._document
        place = document.place(node)
        described = document.object(node, RML.source)
        table, query = (document.text_of(node, RML[local]) for local in ("tableName", "query"))
        if described is None and (table or query):
            described = self._only_database()
        elif described is None:
            raise MappingError(Text("Thiếu rml:source.", "rml:source is missing."), place=place)
        self._check_versions(node, place)
        if (table or query) and self._is_a_name(described):
            described = BNode()
        is_text = isinstance(described, Literal)
        connection = None if is_text else self._connection(described, place)
        request = read_request(document, described, Namespace(self._ingest), place)
        is_file = not is_text and connection is None and request is None
        path = self._path(described, place) if is_file else str(described) if is_text else ""
        member = None if is_text else document.text_of(described, URIRef(f"{self._ingest}member"))
        compression = self._option(described, "compression", COMPRESSIONS, place)
        if compression is None and not self._is_plain(described):
            compression = compression_of(path)
        named = member or (without_suffix(path) if compression else path)
        if request is not None:
            named = request.file_name
        iterator = table or query or document.text_of(node, RML.iterator)
        formulation, namespaces = self._formulation(node, place)
        if table or query:
            formulation = str(RML.SQL2008Table if table else RML.SQL2008Query)
        tabs = named.lower().endswith((".tsv", ".tab"))
        format = self._format(formulation, named, connection, iterator, place)
        nulls = [str(value) for value in document.objects(described, RML.null)]
        if format is Format.CSV and document.vocabulary is not Vocabulary.RML:
            # The older vocabulary has no rml:null, and an empty cell is no value.
            nulls.append("")
        return LogicalSource(
            name="",
            path=path,
            format=format,
            iterator=iterator,
            root=Root.DATA if is_text else self._root(described, place),
            connection=connection,
            nulls=tuple(nulls),
            encoding=self._encoding(described, place),
            compression=compression,
            member=member,
            dialect=read_dialect(document, described, tabs=tabs, place=place),
            request=request,
            namespaces=namespaces,
            delta=read_delta(document, node, self._ingest, place, is_file=is_file or is_text),
            vocabulary=document.vocabulary,
            place=place,
        )

    def _check_versions(self, node: Node, place: Place) -> None:
        """rr:sqlVersion changes nothing, but a version that does not exist is an error (R2RML §5.2)."""
        for written in self._document.objects(node, RML.sqlVersion):
            local = str(written).removeprefix(str(RML))
            if local not in _SQL_VERSIONS:
                known = ", ".join(f"rr:{name}" for name in _SQL_VERSIONS)
                raise MappingError(
                    Text(f"Không có rr:sqlVersion {local}.", f"There is no rr:sqlVersion {local}."),
                    hint=Text(f"Có: {known}", f"Known: {known}"),
                    place=place,
                )

    def _is_a_name(self, described: Node) -> bool:
        """Whether a text is no file but another engine's name of a database, which is the caller's."""
        is_given = isinstance(described, Literal) and self._databases.default is not None
        return is_given and not PurePosixPath(str(described)).suffix

    def _only_database(self) -> Node:
        """The database of a table that names none: the only one of the document, else the caller's."""
        found = self._document.graph.subjects(RDF.type, D2RQ.Database)
        nodes = sorted(set(found), key=str)
        return nodes[0] if len(nodes) == 1 else BNode()

    def _connection(self, node: Node | None, place: Place) -> str | None:
        """The name of a connection. An address or a password in the document is refused, unless the caller
        allows it; it then gets a name."""
        document = self._document
        if node is None or (isinstance(node, BNode) and not any(document.graph.predicates(node))):
            return self._default(place)
        is_written = any(str(item).startswith(D2RQ) for item in document.graph.predicates(node))
        name = document.text_of(node, URIRef(f"{self._ingest}connection"))
        is_database = (node, RDF.type, D2RQ.Database) in document.graph
        if is_written and self._databases.may_be_described:
            return self._described(node, place)
        if is_written or (is_database and name is None):
            raise MappingError(
                Text(
                    "Ánh xạ không được chứa địa chỉ hay mật khẩu của cơ sở dữ liệu.",
                    "A mapping may not hold the address or the password of a database.",
                )
                if is_written
                else Text("Thiếu tên kết nối.", "The name of the connection is missing."),
                hint=Text(
                    'Viết ingest:connection "tên"; đặt địa chỉ của tên đó trong LIENTHONG_CONNECTIONS.',
                    'Write ingest:connection "name", and set its address in LIENTHONG_CONNECTIONS.',
                ),
                place=place,
            )
        return name

    def _default(self, place: Place) -> str:
        if self._databases.default is None:
            raise MappingError(
                Text(
                    "Ánh xạ không nói bảng ở cơ sở dữ liệu nào.",
                    "The mapping names no database for its tables.",
                ),
                hint=Text(
                    "Chạy với --connection TÊN=BIẾN, hoặc thêm d2rq:Database có ingest:connection.",
                    "Run with --connection NAME=VARIABLE, or add a d2rq:Database with an ingest:connection.",
                ),
                place=place,
            )
        return self._databases.default

    def _described(self, node: Node, place: Place) -> str:
        document = self._document
        dsn, user, password = (
            document.text_of(node, D2RQ[local]) for local in ("jdbcDSN", "username", "password")
        )
        found = address(dsn or "", user, password)
        if found is None:
            if self._databases.default is not None:
                return self._databases.default
            raise MappingError(
                Text(f"Không hiểu d2rq:jdbcDSN «{dsn}».", f"d2rq:jdbcDSN “{dsn}” is not understood."),
                hint=Text(
                    "Dạng: jdbc:postgresql://máy-chủ:5432/csdl, hoặc chạy với --connection TÊN=BIẾN.",
                    "Its form: jdbc:postgresql://server:5432/database, or give --connection NAME=VARIABLE.",
                ),
                place=place,
            )
        name = re.split(r"[#/]", str(node))[-1]
        self._addresses[name] = SecretStr(found)
        return name

    def _path(self, node: Node, place: Place) -> str:
        path = self._document.text_of(node, RML.path) or self._document.text_of(node, CSVW.url)
        if path is None:
            raise MappingError(
                Text("Nguồn không có rml:path.", "The source has no rml:path."),
                hint=Text(
                    "Đọc được tệp (rml:RelativePathSource, rml:path), cơ sở dữ liệu (ingest:connection) và "
                    "API (td:hasForm).",
                    "Files (rml:RelativePathSource, rml:path), databases (ingest:connection) and APIs "
                    "(td:hasForm) can be read.",
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

    def _is_plain(self, node: Node) -> bool:
        """True where the mapping says that a file is not packed, whatever it is called."""
        return self._document.text_of(node, RML.compression) == str(RML.none)

    def _encoding(self, node: Node, place: Place) -> str:
        of_dialect = encoding_of(self._document, node)
        return self._option(node, "encoding", ENCODINGS, place, of_dialect) or "utf-8"

    def _option(
        self, node: Node, local: str, known: tuple[str, ...], place: Place, default: str | None = None
    ) -> str | None:
        written = self._document.text_of(node, RML[local]) or default
        if written is None or written == str(RML.none):
            return None
        value = written.removeprefix(str(RML)).removeprefix(self._ingest).lower()
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
        suffix = PurePosixPath(path.lower()).suffix
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
            SPARQL_RESULTS: Format.SPARQL,
        }
        known = {table: Format.DATABASE_TABLE, query: Format.DATABASE_QUERY} if connection else files
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
