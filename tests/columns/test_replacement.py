"""A version changed in place equals the version built whole: quads, source rows, statistics, terms."""

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graph.columns import Builder, Columns, Statistics, TextQuad
from graph.columns import changes as change_files
from graph.columns.replacement import replace_subjects
from tests.examples import examples

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
objects = st.sampled_from(
    [
        ("http://x/o1", None, None),
        ("http://x/s1", None, None),
        ("007", f"{XSD}integer", None),
        ("7", f"{XSD}integer", None),
        ("chữ", f"{XSD}string", None),
        ("chữ", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "vi"),
        ("_:b", None, None),
    ]
)
subjects_of_quads = st.sampled_from(["http://x/s1", "http://x/s2", "http://x/s3", "_:b"])
graphs = st.sampled_from(["http://x/g1", "http://x/g2"])
quads = st.one_of(
    st.builds(
        lambda s, p, o, g: TextQuad(s, p, *o, g),
        subjects_of_quads,
        st.sampled_from(["http://x/p1", "http://x/p2"]),
        objects,
        graphs,
    ),
    st.builds(lambda s, g: TextQuad(s, TYPE, "http://x/C", None, None, g), subjects_of_quads, graphs),
)
versions = st.lists(st.tuples(quads, st.sampled_from(["first", "second"])), max_size=12)
Sourced = list[tuple[TextQuad, str]]


def build(path: Path, given_quads: Sourced) -> Statistics:
    with Builder(path, memory_mb=256, threads=1) as builder:
        numbers = {name: builder.source(name, f"/{name}") for name in ("first", "second")}
        for quad, source in given_quads:
            builder.stage([quad], numbers[source])
        return builder.finish()


def content(path: Path) -> tuple[list[tuple[object, ...]], set[tuple[object, ...]]]:
    """Quads as text with their source rows, and the terms."""
    with Columns(path, memory_mb=256, threads=1) as columns:
        rows = columns.connection.execute(
            """
            SELECT s.value, p.value, o.value, o.datatype, o.language, g.value, sources.name, q.row
            FROM quads q
            JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o
            JOIN terms g ON g.id = q.g LEFT JOIN sources ON sources.id = q.source
            """
        ).fetchall()
        terms = columns.connection.execute(
            "SELECT value, datatype, language, number, instant FROM terms"
        ).fetchall()
        assert len(terms) == len(set(terms))
        return sorted(rows, key=repr), set(terms)


@settings(deadline=None, max_examples=examples(15), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(old=versions, new=versions, left_out=st.booleans())
def test_in_place_is_as_whole(
    tmp_path_factory: pytest.TempPathFactory, old: Sourced, new: Sourced, left_out: bool
) -> None:
    folder = tmp_path_factory.mktemp("replacement")
    subjects = {quad.s for quad, _ in new} | {"http://x/s2", "http://x/none"}
    out = {"http://x/s3"} if left_out else set()
    build(folder / "base", old)
    build(folder / "part", new)
    made = replace_subjects(
        folder / "base",
        folder / "part",
        subjects,
        folder / "made",
        changes=folder / "changes",
        left_out=out,
        memory_mb=256,
        threads=1,
    )
    wanted = [one for one in old if one[0].s not in subjects | out] + [
        one for one in new if one[0].s not in out
    ]
    assert made == build(folder / "whole", wanted)
    with Columns(folder / "made") as columns:
        assert columns.statistics() == made
        assert columns.statistics().dump() == made.dump()
    assert content(folder / "made") == content(folder / "whole")
    before, after = {one for one, _ in old}, {one for one, _ in wanted}
    told = change_files.read(folder / "changes")
    assert (told.added, told.removed) == (len(after - before), len(before - after))
    assert told.changed_subjects == len({one.s for one in after ^ before})
