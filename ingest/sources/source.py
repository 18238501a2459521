"""What a mapping says about a source: where it is, how it is written, what one row of it is."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from graph.errors import Place
from ingest.sources.dialect import Dialect
from ingest.sources.request import Request


class Root(StrEnum):
    """The folder a relative path starts from (RML-IO, rml:root)."""

    DATA = "CurrentWorkingDirectory"
    MAPPING = "MappingDirectory"


class Format(StrEnum):
    """How a source is written. References into nested ones are paths, into all others column names."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    XML = "xml"
    XLSX = "xlsx"
    SQLITE_TABLE = "sqlite-table"
    SQLITE_QUERY = "sqlite-query"
    DATABASE_TABLE = "database-table"
    DATABASE_QUERY = "database-query"
    PARQUET = "parquet"
    SPARQL = "sparql"
    VIEW = "view"

    @property
    def is_nested(self) -> bool:
        """True where a row is a JSON value in the column `it`."""
        return self in (Format.JSON, Format.NDJSON, Format.XML)


class Vocabulary(StrEnum):
    """In which vocabulary a mapping describes a source. It decides how references name the columns of a
    database, whether numbers and booleans of JSON have datatypes of their own, and what an empty cell is."""

    RML = "rml"
    RML_2014 = "rml-2014"
    R2RML = "r2rml"


@dataclass(frozen=True, slots=True)
class Delta:
    """Files of changes that follow a whole one (`ingest:delta`), in the order of their names.

    `files` is a glob pattern below the source's root; `key` the references whose values tell rows apart. A
    row is a deletion where the value of the reference `operation` is one of `deletes`, else an upsert.
    """

    files: str
    key: tuple[str, ...]
    operation: str | None = None
    deletes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """One rml:LogicalSource; `name` is its IRI's fragment and the name of its relation.

    `iterator` is a JSONPath (JSON), the XPath of the rows' elements (XML), a sheet's name (XLSX), a table's
    name or a SELECT (SQLite, database servers; SPARQL for an RDF file), else None. A database server has no
    `path` but a `connection`, by its name among the settings; an HTTP API has a `request`. `member` is the
    file wanted of an archive. Of `dialect`, a workbook has the rows to skip before its header alone.
    `nulls` are the values read as NULL besides the format's own (RML-IO, rml:null); CSV has none of its own,
    so an empty cell is the empty string unless the mapping says `rml:null ""`. `namespaces` are prefixes that
    XPaths use, with their addresses. `relations` are the names of all relations of the mapping, which is all
    that a view may read. `delta` says which files of changes are applied to the file at `path`.
    """

    name: str
    path: str
    format: Format
    iterator: str | None = None
    root: Root = Root.DATA
    connection: str | None = None
    nulls: tuple[str, ...] = ()
    encoding: str = "utf-8"
    compression: str | None = None
    member: str | None = None
    dialect: Dialect = field(default_factory=Dialect)
    request: Request | None = None
    namespaces: tuple[tuple[str, str], ...] = ()
    relations: tuple[str, ...] = ()
    delta: Delta | None = None
    vocabulary: Vocabulary = Vocabulary.RML
    place: Place = field(default_factory=Place)

    @property
    def origin(self) -> str:
        """The file's path, the address of an HTTP API, or which connection it is."""
        if self.request is not None:
            return self.request.url
        return self.path if self.connection is None else f"database:{self.connection}"

    def reads_the_same(self, other: "LogicalSource") -> bool:
        """Whether the two differ in nothing but their names."""
        return replace(self, name="", place=Place()) == replace(other, name="", place=Place())
