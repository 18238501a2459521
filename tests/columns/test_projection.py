"""Quads that are never text: what a projection says, in ids, with no term too many."""

from pathlib import Path

import pytest

from graph.columns import Builder, Columns, SourceRow, TextQuad, dictionary, resolution
from graph.columns.projection import Joined, Projection, QuadSql, TermSql

XSD_STRING = "'http://www.w3.org/2001/XMLSchema#string'"
LANG = "'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'"
TYPE = TermSql("'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'")
G = TermSql("'urn:g'")
ROWS = "SELECT * FROM rows_of_test"


def literal(column: str) -> TermSql:
    return TermSql(column, XSD_STRING)


def quad(predicate: str, item: TermSql, graph: TermSql = G, joined: Joined | None = None) -> QuadSql:
    return QuadSql(TermSql(f"'urn:{predicate}'"), item, graph, joined)


def table(builder: Builder, values: str, columns: str) -> None:
    builder.connection.execute(f"CREATE TABLE rows_of_test AS SELECT * FROM (VALUES {values}) t({columns})")


def terms(path: Path) -> list[str]:
    with Columns(path) as columns:
        return [text for (text,) in columns.connection.execute("SELECT value FROM terms").fetchall()]


def quads(path: Path) -> list[tuple[str, str, str, str]]:
    with Columns(path) as columns:
        found = [(q.s, q.p.removeprefix("urn:"), q.o, q.g) for q in columns.quads()]
    return sorted(found)


def test_rows_without_a_value_leave_no_term_behind(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        table(
            builder,
            "(1, 'urn:a', 'x', NULL), (2, 'urn:b', NULL, NULL), (3, 'urn:a', 'x', NULL)",
            "row, s, c0, c1",
        )
        said = (
            quad("p", literal("c0")),
            quad("q", literal("c1")),
            quad("r", literal("c1"), TermSql("'urn:h'")),
        )
        assert builder.project(Projection(ROWS, builder.source("t", "t.csv"), said)) == 2
        statistics = builder.finish()
    assert (statistics.quads, statistics.terms) == (1, 4)
    assert terms(tmp_path / "c") == sorted(["urn:a", "urn:p", "urn:g", "x"])
    with Columns(tmp_path / "c") as columns:
        assert columns.source_row("urn:a") == SourceRow("t", "t.csv", 1)


def test_every_part_may_differ_from_row_to_row(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        table(
            builder,
            "(1, 'urn:a', 'urn:p', 'x', 'urn:d', NULL, 'urn:g'),"
            " (2, '_:b', 'urn:q', 'x', NULL, NULL, 'urn:h'),"
            f" (3, 'urn:a', 'urn:p', 'x', {LANG}, 'vi', 'urn:g'),"
            " (4, 'urn:a', NULL, 'y', NULL, NULL, 'urn:g'),"
            " (5, 'urn:a', 'urn:p', 'y', NULL, NULL, NULL)",
            "row, s, c0, c1, c2, c3, c4",
        )
        said = QuadSql(TermSql("c0"), TermSql("c1", "c2", "c3"), TermSql("c4"))
        assert builder.project(Projection(ROWS, 1, (said,), is_costly=True)) == 3
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        assert set(columns.quads()) == {
            TextQuad("urn:a", "urn:p", "x", "urn:d", None, "urn:g"),
            TextQuad("_:b", "urn:q", "x", None, None, "urn:h"),
            TextQuad("urn:a", "urn:p", "x", LANG.strip("'"), "vi", "urn:g"),
        }


@pytest.mark.parametrize("key", ["hashes", "digest", "whole_text"])
def test_joined_objects(tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("hashes", "digest", "whole_text"):
        if other == key:
            break
        monkeypatch.setattr(dictionary, other, lambda *columns: "1")
    with Builder(tmp_path / "c") as builder:
        table(
            builder,
            "(1, 'urn:a', 'k', 'urn:g'), (2, 'urn:b', 'l', 'urn:h'), (3, 'urn:c', NULL, NULL)",
            "row, s, c0, c1",
        )
        builder.connection.execute(
            "CREATE TABLE parents AS SELECT * FROM"
            " (VALUES ('urn:x', 'k'), ('urn:y', 'k'), ('urn:z', 'm')) t(o, key_0)"
        )
        parent = Joined("SELECT * FROM parents", ("c0",))
        said = (quad("p", TermSql("o"), joined=parent), quad("q", TermSql("o"), TermSql("c1"), parent))
        assert builder.project(Projection(ROWS, 1, said)) == 4
        builder.finish()
    assert quads(tmp_path / "c") == [("urn:a", p, o, "urn:g") for p in "pq" for o in ("urn:x", "urn:y")]
    assert terms(tmp_path / "c") == ["urn:a", "urn:g", "urn:p", "urn:q", "urn:x", "urn:y"]


def test_staged_quads_and_projections_are_one_graph(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        table(builder, "(1, 'urn:a', 'x')", "row, s, c0")
        builder.project(Projection(ROWS, 1, (quad("p", literal("c0")),)))
        builder.stage([TextQuad("urn:a", "urn:p", "x", XSD_STRING.strip("'"), None, "urn:g")])
        assert builder.finish().quads == 1


def test_rows_that_change_are_refused(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        table(builder, "(1, 'urn:a', 'x')", "row, s, c0")
        builder.project(Projection(ROWS, 1, (quad("p", literal("c0")),)))
        builder.connection.execute("DELETE FROM rows_of_test")
        with pytest.raises(ValueError, match="1 quads, then 0"):
            builder.finish()


def test_with_little_memory_one_table_of_keys_is_held_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for bytes_each in (0, 2**40):
        monkeypatch.setattr(resolution, "_HASHED_BYTES", bytes_each)
        path = tmp_path / str(bytes_each)
        with Builder(path, memory_mb=256) as builder:
            table(builder, "(1, 'urn:a', 'x', 'urn:o'), (2, 'urn:b', 'y', NULL)", "row, s, c0, c1")
            said = (quad("p", literal("c0")), quad("q", TermSql("c1")), quad("r", literal("c1")))
            assert builder.project(Projection(ROWS, builder.source("t", "t.csv"), said)) == 4
            builder.finish()
        made.append(quads(path))
    assert made[0] == made[1]
    assert len(made[0]) == 4
