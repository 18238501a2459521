"""Logical sources of the document (RML-IO; a plain string as rml:source in the older vocabulary)."""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from rdflib import RDF, BNode, Literal
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.iris import Iris
from graph.text import Text
from ingest.mapping.document import Document
from ingest.mapping.vocabulary import CSVW, RML
from ingest.sources import Format, LogicalSource, Root
from ingest.sources.files import COMPRESSIONS, ENCODINGS

# Tables of the working database that a relation may not be called like.
_RESERVED = frozenset({"staged", "terms", "quads", "sources", "statistics"})


class Sources:
    """Names and reads logical sources; two blank ones that say the same are one."""

    def __init__(self, document: Document, base: str) -> None:
        self._document = document
        self._parquet = Iris(base).ontology("ingest", "Parquet")
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
        stem = re.sub(r"\W+", "_", PurePosixPath(source.path).name.split(".")[0]) or "source"
        numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (stem, *numbered) if name.lower() not in taken)

    def _read(self, node: Node) -> LogicalSource:
        document = self._document
        place = document.place(node)
        described = document.object(node, RML.source)
        if described is None:
            raise MappingError(Text("Thiếu rml:source.", "rml:source is missing."), place=place)
        is_text = isinstance(described, Literal)
        path = str(described) if is_text else self._path(described, place)
        iterator = document.text_of(node, RML.iterator)
        dialect = None if is_text else document.object(described, CSVW.dialect)
        dialect = dialect if dialect is not None else BNode()
        tabs = path.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
        return LogicalSource(
            name="",
            path=path,
            format=self._format(node, path, iterator, place),
            iterator=iterator,
            root=Root.DATA if is_text else self._root(described, place),
            nulls=tuple(str(value) for value in document.objects(described, RML.null)),
            encoding=self._option(described, "encoding", ENCODINGS, place) or "utf-8",
            compression=self._option(described, "compression", COMPRESSIONS, place),
            delimiter=document.text_of(dialect, CSVW.delimiter) or ("\t" if tabs else ","),
            quote=document.text_of(dialect, CSVW.quoteChar) or '"',
            place=place,
        )

    def _path(self, node: Node, place: Place) -> str:
        path = self._document.text_of(node, RML.path) or self._document.text_of(node, CSVW.url)
        if path is None:
            raise MappingError(
                Text("Nguồn không có rml:path.", "The source has no rml:path."),
                hint=Text(
                    "Chỉ đọc được tệp: rml:RelativePathSource.",
                    "Only files can be read: rml:RelativePathSource.",
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

    def _format(self, node: Node, path: str, iterator: str | None, place: Place) -> Format:
        written = self._document.text_of(node, RML.referenceFormulation)
        suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix
        by_lines = suffix in (".ndjson", ".jsonl")
        known = {
            str(RML.CSV): Format.CSV,
            str(RML.JSONPath): Format.NDJSON if by_lines else Format.JSON,
            str(RML.SQL2008Table): Format.SQLITE_TABLE,
            str(RML.SQL2008Query): Format.VIEW if suffix == ".sql" else Format.SQLITE_QUERY,
            self._parquet: Format.PARQUET,
        }
        format = known.get(written or "")
        if format is None:
            listed = "rml:CSV, rml:JSONPath, rml:SQL2008Table, rml:SQL2008Query, ingest:Parquet"
            what = written or "(trống / none)"
            raise MappingError(
                Text(
                    f"Không biết rml:referenceFormulation {what}.",
                    f"Unknown rml:referenceFormulation {what}.",
                ),
                hint=Text(f"Có: {listed}", f"Known: {listed}"),
                place=place,
            )
        if format in (Format.SQLITE_TABLE, Format.SQLITE_QUERY) and not iterator:
            raise MappingError(
                Text(
                    "Thiếu rml:iterator: tên bảng hoặc câu SELECT.",
                    "rml:iterator: a table or SELECT is missing.",
                ),
                place=place,
            )
        return format


def _alike(one: LogicalSource, other: LogicalSource) -> bool:
    return replace(one, name="", place=Place()) == replace(other, name="", place=Place())
