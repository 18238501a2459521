"""Extract: every source format becomes a relation of text columns, each row with its number.

One file per format: `delimited` (CSV, TSV), `spreadsheet` (XLSX), `sqlite`, `postgresql`, `json_document`,
`json_lines`, `xml_document`, `parquet`, and `view` (a SELECT over the other relations of the same mapping).
"""

from ingest.sources.connections import Connections
from ingest.sources.delta import files_of
from ingest.sources.extract import extract
from ingest.sources.order import in_order
from ingest.sources.path_error import PathError
from ingest.sources.reference import is_text, path_of
from ingest.sources.relation import JSON_COLUMN, ROW_COLUMN, Rejected, Relation, touched
from ingest.sources.rowwise import relation_behind
from ingest.sources.select import Select, parse_select
from ingest.sources.source import Delta, Format, LogicalSource, Root
from ingest.sources.view import read_view

__all__ = [
    "JSON_COLUMN",
    "ROW_COLUMN",
    "Connections",
    "Delta",
    "Format",
    "LogicalSource",
    "PathError",
    "Rejected",
    "Relation",
    "Root",
    "Select",
    "extract",
    "files_of",
    "in_order",
    "is_text",
    "parse_select",
    "path_of",
    "read_view",
    "relation_behind",
    "touched",
]
