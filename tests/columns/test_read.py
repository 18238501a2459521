"""Reading columns: what is there, and what is no columns file."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from graph.columns import Columns, TextQuad
from graph.errors import SourceError

QUADS = [
    TextQuad("http://x/a", "http://x/p", "http://x/b", None, None, "http://x/g"),
    TextQuad("http://x/b", "http://x/p", "http://x/a", None, None, "http://x/h"),
]


def test_quads_of_one_graph(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS)) as columns:
        assert list(columns.quads("http://x/h")) == [QUADS[1]]
        assert list(columns.quads("http://x/absent")) == []


def test_two_iterators_at_once(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS)) as columns:
        assert sorted(zip(columns.quads(), columns.quads(), strict=True)) == [(quad, quad) for quad in QUADS]


def test_two_readers_of_one_file(write: Callable[..., Path]) -> None:
    path = write("c", QUADS)
    with Columns(path) as one, Columns(path, memory_mb=300) as other:
        assert one.statistics() == other.statistics()


def test_a_reader_cannot_write(write: Callable[..., Path]) -> None:
    with Columns(write("c", QUADS)) as columns, pytest.raises(duckdb.InvalidInputException):
        columns.connection.execute("DELETE FROM quads")


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_what_is_no_columns_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "c.duckdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"c\.duckdb"):
        Columns(path)


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "c.duckdb")) as connection:
        connection.execute("CREATE TABLE about AS SELECT 99 AS format, true AS sourced, '' AS statistics")
    with pytest.raises(SourceError, match="layout"):
        Columns(tmp_path / "c.duckdb")
