"""Whatever is staged comes back: as quads, and as N-Quads text read by a parser of somebody else."""

import tempfile
from pathlib import Path

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns import Builder, Columns, TextQuad
from tests.examples import examples

XSD = "http://www.w3.org/2001/XMLSchema#"
LANG = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    "\"\\\n\r\t\x00\x01\x0b\x7f\x85\u2028'^@<>.u", max_size=8
)
iris = st.builds("http://x/{}".format, st.text("abc/éΩ?&'()", max_size=4))
blanks = st.builds("_:{}".format, st.text("ab01", min_size=1, max_size=3))
subjects = iris | blanks
resources = st.tuples(subjects, st.none(), st.none())
literals = st.tuples(
    texts, st.sampled_from([f"{XSD}string", f"{XSD}integer", "http://x/datatype"]), st.none()
)
tagged = st.tuples(texts, st.just(LANG), st.sampled_from(["vi", "en-gb"]))
quads = st.builds(
    lambda s, p, o, g: TextQuad(s, p, *o, g), subjects, iris, resources | literals | tagged, iris
)


def parsed(text: bytes) -> set[TextQuad]:
    return {
        TextQuad(_text(quad.subject), _text(quad.predicate), *_object(quad.object), _text(quad.graph_name))
        for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)
    }


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.BlankNode)
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"


def _object(term: object) -> tuple[str, str | None, str | None]:
    if isinstance(term, ox.Literal):
        return term.value, term.datatype.value, term.language
    return _text(term), None, None


@settings(max_examples=examples(20), deadline=None)
@given(st.sets(quads, max_size=60))
def test_quads_come_back(given_quads: set[TextQuad]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "columns.duckdb"
        with Builder(path, memory_mb=256) as builder:
            builder.stage(given_quads)
            assert builder.finish().quads == len(given_quads)
        with Columns(path, memory_mb=256) as columns:
            assert set(columns.quads()) == given_quads
            assert parsed(b"".join(columns.nquads())) == given_quads


def test_chunks_end_with_a_line(tmp_path: Path) -> None:
    given_quads = {
        TextQuad(f"http://x/{n}", "http://x/p", f"{n}\n", f"{XSD}string", None, "http://x/g")
        for n in range(50_000)
    }
    with Builder(tmp_path / "c") as builder:
        builder.stage(given_quads)
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        chunks = list(columns.nquads())
    assert len(chunks) > 1
    assert all(chunk.endswith(b" .\n") for chunk in chunks)
    assert parsed(b"".join(chunks)) == given_quads


def test_an_iri_that_is_none_does_not_break_the_text(tmp_path: Path) -> None:
    wrong = TextQuad("http://x/a> b\\", "http://x/p", "http://x/\n", None, None, "http://x/g")
    with Builder(tmp_path / "c") as builder:
        builder.stage([wrong])
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        text = b"".join(columns.nquads())
    assert text == b"<http://x/a\\u003E\\u0020b\\u005C> <http://x/p> <http://x/\\u000A> <http://x/g> .\n"
    (quad,) = ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)
    assert _text(quad.subject) == wrong.s


def test_a_language_tag_is_kept_in_lower_case(tmp_path: Path) -> None:
    with Builder(tmp_path / "c") as builder:
        builder.stage([TextQuad("http://x/a", "http://x/p", "Xã", LANG, "VI", "http://x/g")])
        builder.finish()
    with Columns(tmp_path / "c") as columns:
        assert [quad.language for quad in columns.quads()] == ["vi"]
