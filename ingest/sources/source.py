"""What a mapping says about a source: where it is, how it is written, what one row of it is."""

from dataclasses import dataclass, field
from enum import StrEnum

from graph.errors import Place


class Root(StrEnum):
    """The folder a relative path starts from (RML-IO, rml:root)."""

    DATA = "CurrentWorkingDirectory"
    MAPPING = "MappingDirectory"


class Format(StrEnum):
    """How a source is written. A JSON source's references are JSONPaths, all others' are column names."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    SQLITE_TABLE = "sqlite-table"
    SQLITE_QUERY = "sqlite-query"
    PARQUET = "parquet"
    VIEW = "view"

    @property
    def is_json(self) -> bool:
        return self in (Format.JSON, Format.NDJSON)


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """One rml:LogicalSource; `name` is its IRI's fragment and the name of its relation.

    `iterator` is a JSONPath (JSON), a table name or a SELECT (SQLite), else None. `nulls` are the values
    read as NULL besides the format's own (RML-IO, rml:null); CSV has none of its own, so an empty cell is
    the empty string unless the mapping says `rml:null ""`. `relations` are the names of all relations of
    the mapping, which is all that a view may read.
    """

    name: str
    path: str
    format: Format
    iterator: str | None = None
    root: Root = Root.DATA
    nulls: tuple[str, ...] = ()
    encoding: str = "utf-8"
    compression: str | None = None
    delimiter: str = ","
    quote: str = '"'
    relations: tuple[str, ...] = ()
    place: Place = field(default_factory=Place)
