"""What the builder writes, and that it writes all or nothing."""

from pathlib import Path

import duckdb
import pytest

from graph.columns import Builder, Columns, SourceRow, TextQuad, dictionary

XSD = "http://www.w3.org/2001/XMLSchema#"
G = "http://x/g"
STAGE = "INSERT INTO staged VALUES ('http://x/s', 'http://x/p', ?, 'http://x/d', NULL, 'http://x/g', ?, ?)"


def literal(s: str, text: str, datatype: str = f"{XSD}string") -> TextQuad:
    return TextQuad(s, "http://x/p", text, datatype, None, G)


def test_ids_are_dense_in_text_order_and_quads_sorted_by_predicate(tmp_path: Path) -> None:
    path = tmp_path / "columns.duckdb"
    with Builder(path, memory_mb=256) as builder:
        # More than one row group on more than one thread.
        builder.connection.execute(
            """
            INSERT INTO staged
            SELECT 'http://x/' || hash(i), 'http://x/p' || i % 5, hash(i // 2)::VARCHAR,
                   'http://www.w3.org/2001/XMLSchema#integer', NULL, 'http://x/g', 1, i
            FROM range(400000) t(i)
            """
        )
        builder.source("table", "table.csv")
        statistics = builder.finish()
    with Columns(path) as columns:
        ask = columns.connection.execute
        assert ask("SELECT min(id), max(id), count(DISTINCT id) FROM terms").fetchone() == (
            0,
            statistics.terms - 1,
            statistics.terms,
        )
        unordered = (
            "SELECT count(*) FROM (SELECT {0} AS now, lag({0}) OVER (ORDER BY {1}) AS before FROM {2})"
        )
        assert ask(unordered.format("value", "id", "terms") + " WHERE before > now").fetchone() == (0,)
        assert ask(unordered.format("(p, s, o, g)", "rowid", "quads") + " WHERE before > now").fetchone() == (
            0,
        )
        assert statistics.quads == 400_000


def test_a_quad_stated_twice_is_one_quad(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        assert builder.stage([literal("http://x/s", "a")] * 3) == 3
        assert builder.finish().quads == 1


def test_terms_that_differ_in_kind_only_stay_apart(tmp_path: Path) -> None:
    lang = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    quads = {
        TextQuad("http://x/s", "http://x/p", "http://x/s", None, None, G),
        literal("http://x/s", "http://x/s"),
        literal("http://x/s", "http://x/s", f"{XSD}anyURI"),
        TextQuad("http://x/s", "http://x/p", "http://x/s", lang, "vi", G),
        TextQuad("http://x/s", "http://x/p", "http://x/s", lang, "en", G),
    }
    with Builder(tmp_path / "c") as builder:
        builder.stage(quads)
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        assert set(columns.quads()) == quads


@pytest.mark.parametrize("same", [["hashes"], ["hashes", "digest"]])
def test_terms_that_share_a_key_are_told_apart_by_another(
    tmp_path: Path, same: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in same:
        monkeypatch.setattr(dictionary, key, lambda *columns: "1")
    quads = {literal("http://x/a", "1"), literal("http://x/b", "2")}
    with Builder(tmp_path / "c") as builder:
        builder.stage(quads)
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        assert set(columns.quads()) == quads


def test_the_smallest_source_row_is_kept(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        first, second = builder.source("new", "new.csv"), builder.source("old", "old.csv")
        builder.connection.executemany(
            STAGE,
            [["a", first, 9], ["a", second, 2], ["a", first, 5], ["b", second, None]],
        )
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        assert columns.source_row("http://x/s", "http://x/p", "a") == SourceRow("old", "old.csv", 2)
        assert columns.source_row("http://x/s", "http://x/p", "b") == SourceRow("old", "old.csv", None)
        assert columns.source_row("http://x/s") == SourceRow("old", "old.csv", 2)
        assert columns.source_row("http://x/s", o="a", datatype="http://x/other") is None


def test_quads_without_a_source_have_no_source_row(tmp_path: Path) -> None:
    for keep in (True, False):
        with Builder(tmp_path / f"{keep}", keep_source=keep) as builder:
            builder.stage([literal("http://x/s", "a")])
            builder.finish()
        with Columns(tmp_path / f"{keep}") as columns:
            assert columns.source_row("http://x/s") is None


def test_nothing_is_left_without_finish(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        builder.stage([literal("http://x/s", "a")])
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_the_file_is_left_after_finish(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        builder.stage([literal("http://x/s", "a")])
        assert not (tmp_path / "c").exists()
        builder.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_failed_build_leaves_the_older_file(tmp_path: Path) -> None:
    for text in ("old", None):
        try:
            with Builder(tmp_path / "c") as builder:
                builder.connection.execute(STAGE, [text, 0, 0])
                builder.finish()
        except duckdb.ConstraintException:
            assert text is None
    with Columns(tmp_path / "c") as columns:
        assert [quad.o for quad in columns.quads()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
