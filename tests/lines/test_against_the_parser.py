"""Whatever is written, the same quads are read from the same lines, or the same line is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.stores.lines import Document, joining, read
from tests.examples import examples
from tests.lines.conftest import BASE, FORMATS, by_blocks, by_parser

IRIS = st.sampled_from(
    [
        *(
            "<http://example.org/a>",
            "<http://example.org/b#c>",
            "<urn:x:1>",
            "<a:>",
            "<http://h:80/x?y=%20#z>",
        ),
        *("<http://example.org/đường>", r"<http://example.org/\u00e1>", "<mailto:a@b>", "<a:/%zz>", "<rel>"),
        *("<http://example.org/{}>", "<http://[::1]/>", "<http://h:99999999/>", "<a:b#c#d>", "<a:b c>", "<>"),
    ]
)
BLANK = st.sampled_from(["_:b", "_:0", "_:a.b", "_:a-1", "_:a.", "_:", "_:é", "_:-a", "_:a:b"])
TEXTS = st.one_of(
    st.sampled_from(
        ["", "007", "a b", "<a> <b>", "_:b", " .", "# c", "x <http://example.org/g>", r"\"", r"\\"]
    ),
    st.sampled_from(
        [r"\u00e1\U0001F600", r"\n\t\r\b\f\'", r"\uD800", r"\x", "\t", "\x01", "\x7f", "đẹp", "\u2028"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\n\r"\\'), max_size=6),
)
SUFFIXES = st.sampled_from(
    [
        *("", "", "@vi", "@EN-us", "@e", "@en-", "@toolonglanguagetag", " @en", "^^<rel>", '"'),
        *("^^<http://www.w3.org/2001/XMLSchema#integer>", "^^<http://www.w3.org/2001/XMLSchema#string>"),
        *("^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>", "^^ <a:b>", "^^_:b", "^^<a:\\u0062>"),
    ]
)
LITERALS = st.builds('"{}"{}'.format, TEXTS, SUFFIXES)
GAPS = st.sampled_from([" "] * 12 + ["", "  ", "\t", " \t", "\x0b", "\u00a0"])
ENDS = st.sampled_from([" ."] * 10 + [".", "  .", " . ", "\t.", " . # c", " . # c .", "", " . .", " .."])
PLAIN = st.builds(
    "{} {} {}{} .".format,
    st.sampled_from(["<http://example.org/a>", "<http://example.org/b>", "_:b"]),
    st.sampled_from(["<http://example.org/p>", "<http://example.org/q>"]),
    st.one_of(
        st.sampled_from(["<http://example.org/b>", '"007"', '"x"@en', '"a\\nb"', '"<p> <b>x</b>"^^<a:b>']),
        BLANK,
    ),
    st.sampled_from(["", "", " <http://example.org/g>", " _:g"]),
)
ODD = st.builds(
    "".join,
    st.tuples(
        st.one_of(IRIS, BLANK, LITERALS),
        GAPS,
        st.one_of(IRIS, BLANK),
        GAPS,
        st.one_of(IRIS, BLANK, LITERALS, LITERALS),
        GAPS,
        st.one_of(st.just(""), st.just(""), IRIS, BLANK, LITERALS),
        ENDS,
    ),
)
BETWEEN = st.sampled_from(
    ["", "  ", "# a comment", "\t# <a:b> <a:b> <a:b> .", "<<( <a:b> <a:b> <a:b> )>>", "@prefix"]
)
LINE_ENDS = st.sampled_from(["\n"] * 8 + ["\r\n", "\n\n", "\r", "\r\r\n"])
DOCUMENTS = st.lists(st.tuples(st.one_of(PLAIN, PLAIN, PLAIN, ODD, BETWEEN), LINE_ENDS), max_size=6)


@pytest.mark.parametrize("extension", ["nq", "nt"])
@given(lines=DOCUMENTS, is_open=st.booleans(), block_size=st.sampled_from([1, 100, 2**20]))
@settings(max_examples=examples(250), deadline=None)
def test_documents(
    extension: str, scratch: Path, lines: list[tuple[str, str]], is_open: bool, block_size: int
) -> None:
    text = "".join(line + end for line, end in lines)
    _same(scratch, (text.rstrip("\r\n") if is_open else text).encode(), extension, block_size)


@given(
    lines=st.lists(PLAIN, min_size=1, max_size=4),
    place=st.integers(0, 400),
    change=st.sampled_from(
        [
            b"",
            b" ",
            b"\t",
            b"\n",
            b"\r",
            b'"',
            b"<",
            b">",
            b".",
            b"_",
            b":",
            b"#",
            b"\\",
            b"\xff",
            b"\xc3",
            b"@",
            b"^",
            b"\x00",
        ]
    ),
    removed=st.integers(0, 2),
)
@settings(max_examples=examples(250), deadline=None)
def test_changed_documents(scratch: Path, lines: list[str], place: int, change: bytes, removed: int) -> None:
    text = "\n".join(lines).encode() + b"\n"
    place %= len(text)
    _same(scratch, text[:place] + change + text[place + removed :], "nq", 50)


@pytest.mark.parametrize("block_size", [2**19, 2**26])
def test_more_terms_than_a_dictionary_has_room_for_at_first(scratch: Path, block_size: int) -> None:
    lines = []
    for one in range(25_000):
        subject, place = (
            f"<http://example.org/thing/{one % 9_000:05}>",
            f"<http://example.org/tỉnh/{one % 34}>",
        )
        value = [f'"{one}"', f'"{one:_}"@vi', f'"{one}"^^<http://www.w3.org/2001/XMLSchema#string>'][one % 3]
        text = "dài " * (one % 500 * (one % 50 == 0)) + (r"\t" if one % 7 == 0 else "")
        graph = f" <http://example.org/graph/{one % 3}>" if one % 5 else ""
        lines += [
            f"{subject} <http://example.org/p{one % 11}> {value}{graph} .\n",
            f'{subject} <http://example.org/text> "{text}{one}"{graph} .\n',
            f"_:b{one} <http://example.org/at> {place}{graph} .\n" if one % 2 else "# a comment\n",
        ]
    _same(scratch, "".join(lines).encode(), "nq", block_size)


@pytest.mark.parametrize("many", [0, 2**40], ids=["compiled", "numpy"])
def test_triples_come_once_in_order(scratch: Path, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(joining, "_MANY", many)
    path = scratch / "document.nq"
    lines = (f"<x:{one % 70}> <x:p{one % 3}> <x:{one % 11}> <x:g{one % 2}> .\n" for one in range(5000, 0, -1))
    path.write_text("".join(lines))
    found = read({"x": Document(path, FORMATS["nq"])}, base=BASE, block_size=1000, least=0)
    stated = zip(*(getattr(found.lines, name).tolist() for name in "pso"), strict=True)
    triples = zip(*(found.triples[name].to_pylist() for name in "pso"), strict=True)
    assert list(triples) == sorted(set(stated))


def _same(folder: Path, text: bytes, extension: str, block_size: int) -> None:
    path, form = folder / f"document.{extension}", FORMATS[extension]
    path.write_bytes(text)
    assert by_blocks(path, form, block_size) == by_parser(path, form)
