"""Extract: every source format becomes a relation of text columns, each row with its number.

One file per format: `delimited` (CSV, TSV), `spreadsheet` (XLSX), `sqlite`, `postgresql`, `mysql`,
`json_document`, `json_lines`, `xml_document`, `parquet`, `rdf_document`, `http_api` (any of the text formats,
page by page), and `view` (a SELECT over the other relations of the same mapping).
"""

from ingest.sources.connections import Connections
from ingest.sources.delta import files_of, part_name
from ingest.sources.dialect import Dialect
from ingest.sources.extract import extract
from ingest.sources.limits import Limits
from ingest.sources.order import in_order
from ingest.sources.path_error import PathError
from ingest.sources.reference import is_text, path_of
from ingest.sources.relation import (
    JSON_COLUMN,
    ROW_COLUMN,
    Content,
    Part,
    Rejected,
    Relation,
    first,
    telling,
    touched,
)
from ingest.sources.rowwise import relation_behind
from ingest.sources.select import Select, parse_select
from ingest.sources.source import Delta, Format, LogicalSource, Root, Vocabulary
from ingest.sources.view import read_view
from ingest.sources.web import Policy, Web

__all__ = [
    "JSON_COLUMN",
    "ROW_COLUMN",
    "Connections",
    "Content",
    "Delta",
    "Dialect",
    "Format",
    "Limits",
    "LogicalSource",
    "Part",
    "PathError",
    "Policy",
    "Rejected",
    "Relation",
    "Root",
    "Select",
    "Vocabulary",
    "Web",
    "extract",
    "files_of",
    "first",
    "in_order",
    "is_text",
    "parse_select",
    "part_name",
    "path_of",
    "read_view",
    "relation_behind",
    "telling",
    "touched",
]
