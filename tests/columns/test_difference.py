"""The difference of two files, compared with the difference of two sets."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns import Builder, TextQuad, difference
from tests.examples import examples

iris = st.sampled_from([f"http://x/{letter}" for letter in "abcdef"])
objects = st.one_of(
    st.tuples(iris, st.none(), st.none()),
    st.tuples(st.sampled_from("12"), st.sampled_from(["http://x/d", "http://x/e"]), st.none()),
    st.tuples(st.sampled_from("12"), st.just("http://x/l"), st.sampled_from(["vi", "en"])),
)
quads = st.sets(st.builds(lambda s, p, o, g: TextQuad(s, p, *o, g), iris, iris, objects, iris), max_size=15)


def write(path: Path, given_quads: set[TextQuad]) -> Path:
    with Builder(path, memory_mb=256) as builder:
        builder.stage(given_quads)
        builder.finish()
    return path


@settings(max_examples=examples(12), deadline=None)
@given(quads, quads, quads)
def test_as_with_sets(both: set[TextQuad], before: set[TextQuad], after: set[TextQuad]) -> None:
    old, new = both | before, both | after
    with (
        tempfile.TemporaryDirectory() as folder,
        difference(write(Path(folder) / "old", old), write(Path(folder) / "new", new)) as found,
    ):
        assert set(found.added_quads()) == new - old
        assert set(found.removed_quads()) == old - new
        assert (found.added, found.removed) == (len(new - old), len(old - new))
        assert found.changed_subjects == len({quad.s for quad in old ^ new})
        assert found.is_empty == (old == new)


def test_without_an_old_version_everything_is_added(write: Callable[..., Path]) -> None:
    quad = TextQuad("http://x/a", "http://x/p", "http://x/b", None, None, "http://x/g")
    with difference(None, write("new", [quad])) as found:
        assert list(found.added_quads()) == [quad]
        assert (found.added, found.removed, found.changed_subjects) == (1, 0, 1)


def test_a_lexical_form_is_a_difference(write: Callable[..., Path]) -> None:
    before, after = (
        TextQuad(
            "http://x/a", "http://x/p", text, "http://www.w3.org/2001/XMLSchema#integer", None, "http://x/g"
        )
        for text in ("7", "07")
    )
    with difference(write("old", [before]), write("new", [after])) as found:
        assert (list(found.added_quads()), list(found.removed_quads())) == ([after], [before])
