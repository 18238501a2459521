"""Whole collections as tables, from the columns: NDJSON, CSV, Parquet.

`planning` makes SQL from a description of the table, `pivot` and `cells` columns from what it finds, `lines`
writes them; `process` runs it all and streams what comes of it.
"""

from graph.tables.plan import Field, Request, TableFormat

__all__ = ["Field", "Request", "TableFormat"]
