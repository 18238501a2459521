"""Extract: every source format becomes a relation of text columns, each row with its number.

One file per format: `delimited` (CSV, TSV), `sqlite`, `json_document`, `json_lines`, `parquet`, and `view`
(a SELECT over the other relations of the same mapping).
"""

from ingest.sources.extract import extract
from ingest.sources.order import in_order
from ingest.sources.relation import JSON_COLUMN, ROW_COLUMN, Relation
from ingest.sources.select import Select, parse_select
from ingest.sources.source import Format, LogicalSource, Root

__all__ = [
    "JSON_COLUMN",
    "ROW_COLUMN",
    "Format",
    "LogicalSource",
    "Relation",
    "Root",
    "Select",
    "extract",
    "in_order",
    "parse_select",
]
