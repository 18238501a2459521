"""Several files in one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import Columns, TextQuad, dictionary, merge

A = TextQuad("http://x/a", "http://x/p", "7", "http://www.w3.org/2001/XMLSchema#integer", None, "http://x/g")
B = TextQuad("http://x/b", "http://x/p", "http://x/a", None, None, "http://x/h")
BLANK = TextQuad("_:b", "http://x/p", "_:b", None, None, "http://x/g")


def read(path: Path) -> set[TextQuad]:
    with Columns(path) as columns:
        assert columns.source_row("http://x/a") is None
        return set(columns.quads())


def test_quads_of_all_are_in_one_once(write: Callable[..., Path], tmp_path: Path) -> None:
    statistics = merge([write("one", [A, B]), write("two", [A])], tmp_path / "merged")
    assert read(tmp_path / "merged") == {A, B}
    assert (statistics.quads, statistics.terms, statistics.overlaps) == (2, 6, 0)


def test_blank_nodes_of_two_files_stay_two(write: Callable[..., Path], tmp_path: Path) -> None:
    merge([write("one", [BLANK]), write("two", [BLANK])], tmp_path / "merged")
    merged = read(tmp_path / "merged")
    assert len({quad.s for quad in merged}) == 2
    assert all(quad.s == quad.o and quad.s.startswith("_:b") for quad in merged)


def test_blank_nodes_keep_their_labels_whatever_else_is_merged(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    one, two = write("one", [BLANK]), write("two", [A])
    merge([one], tmp_path / "alone", labels=["units"])
    merge([two, one], tmp_path / "both", labels=["agencies", "units"])
    assert read(tmp_path / "alone") <= read(tmp_path / "both")


def test_a_literal_that_looks_like_a_blank_node_is_left_alone(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    literal = A._replace(o="_:b")
    merge([write("one", [literal])], tmp_path / "merged")
    assert read(tmp_path / "merged") == {literal}


@pytest.mark.parametrize("same", [["hashes"], ["hashes", "digest"]])
def test_terms_that_share_a_key(
    write: Callable[..., Path], tmp_path: Path, same: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [write("one", [A]), write("two", [B])]
    for key in same:
        monkeypatch.setattr(dictionary, key, lambda *columns: "1")
    merge(inputs, tmp_path / "merged")
    assert read(tmp_path / "merged") == {A, B}


def test_nothing_merged_is_empty(tmp_path: Path) -> None:
    assert merge([], tmp_path / "merged").quads == 0
    assert read(tmp_path / "merged") == set()


def test_nothing_else_is_left(write: Callable[..., Path], tmp_path: Path) -> None:
    merge([write("one", [A])], tmp_path / "out" / "merged")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["merged"]


def test_labels_must_tell_inputs_apart(write: Callable[..., Path], tmp_path: Path) -> None:
    one = write("one", [A])
    with pytest.raises(ValueError, match="labels"):
        merge([one, one], tmp_path / "merged", labels=["units", "units"])
