"""Parquet: typed columns as text."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import SourceError
from ingest.sources import Format, Relation

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]


def test_typed_columns_become_text(tmp_path: Path, extracted: Extracted) -> None:
    moment = datetime.datetime(2025, 7, 1, 8, 30, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "code": ["00004", None],
            "count": [1, 2],
            "on": [datetime.date(2025, 7, 1), None],
            "at": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("us")),
            "utc": pa.array([moment, None], pa.timestamp("us", tz="UTC")),
            "yes": [True, False],
            "list": [[1, 2], []],
        }
    )
    pq.write_table(table, tmp_path / "d.parquet")
    relation, rows = extracted("d.parquet", Format.PARQUET)
    assert relation.columns == tuple(table.column_names)
    assert rows[0] == (
        1, "00004", "1", "2025-07-01", "2025-07-01T08:30:00", "2025-07-01T08:30:00Z", "true", "[1,2]"
    )  # fmt: skip
    assert rows[1][:3] == (2, None, "2")
    assert relation.datatypes == {
        "code": "string",
        "count": "integer",
        "on": "date",
        "at": "dateTime",
        "utc": "dateTime",
        "yes": "boolean",
        "list": "string",
    }


def test_a_file_that_is_not_parquet(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.parquet").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        extracted("d.parquet", Format.PARQUET)
    assert caught.value.place is not None
    assert caught.value.place.file == str(tmp_path / "d.parquet")
