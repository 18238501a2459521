"""Regular expressions and letter case, against other implementations of both."""

import re

import duckdb
import pyoxigraph
import pytest

from graph import algebra
from graph.algebra import regex, strings

PATTERNS = (
    "abc",
    "^a.c$",
    "a|b|",
    "[a-c]+",
    "[^a-c]",
    "[-a]",
    "[a-]",
    r"[\-\]]",
    r"\.",
    r"\d{2,3}",
    r"[\d\s]+",
    r"\S",
    r"\p{Lu}\p{Ll}*",
    r"\P{L}",
    "(a(b)?)+",
    "(?:ab)*c",
    "a{2}",
    "a{0,1}?b",
    "^$",
    "^(Phường|Xã) ",
    "ạ$",
    "^[0-9]{10}(-[0-9]{3})?$",
)
TEXTS = (
    "",
    "abc",
    "a\nc",
    "ABC",
    "a-c]",
    "12 345",
    "٣٤",
    "Phường Ba Đình",
    "xã",
    "aab",
    "ab\n",
    "0101234567-001",
    "Ạ.",
)
FLAGS = ("", "i", "s", "m", "q")


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_regular_expression_matches_as_in_oxigraph(pattern: str, flags: str) -> None:
    found = regex.translate(pattern, flags)
    connection = duckdb.connect()
    for text in TEXTS:
        sql = f"SELECT regexp_matches(?, ?, '{found.options}')"
        ours = connection.execute(sql, [text, found.pattern]).fetchall()[0][0]
        query = f"SELECT (REGEX({quoted(text)}, {quoted(pattern)}, {quoted(flags)}) AS ?x) {{}}"
        answer = pyoxigraph.Store().query(query)
        assert isinstance(answer, pyoxigraph.QuerySolutions)
        theirs = next(iter(answer))["x"]
        assert isinstance(theirs, pyoxigraph.Literal)
        assert ours == (theirs.value == "true"), (text, found)


def quoted(text: str) -> str:
    return str(pyoxigraph.Literal(text))


@pytest.mark.parametrize(
    "pattern",
    [r"(a)\1", "[a-z-[aeiou]]", r"\p{IsGreek}", r"\i\c*", "a{1,2000}", "(?=a)", "a**", "[", "(", "a)", r"\b"],
)
def test_what_is_not_translated_is_refused(pattern: str) -> None:
    with pytest.raises(algebra.Unsupported):
        regex.translate(pattern, "")


def test_word_characters_are_those_of_xpath() -> None:
    connection = duckdb.connect()
    for sign, is_word in {
        "a": True,
        "ộ": True,
        "٣": True,
        "_": False,
        "-": False,
        " ": False,
        "+": True,
    }.items():
        for pattern, expected in (
            (r"\w", is_word),
            (r"\W", not is_word),
            (r"[^\w]", not is_word),
            (r"[\w]", is_word),
        ):
            found = regex.translate(f"^{pattern}$", "").pattern
            assert connection.execute("SELECT regexp_matches(?, ?)", [sign, found]).fetchall() == [
                (expected,)
            ]


@pytest.mark.parametrize(
    ("written", "re2"), [("$1-$2", r"\1-\2"), (r"\$", "$"), (r"a\\b", r"a\\b"), ("$0", r"\0")]
)
def test_replacement(written: str, re2: str) -> None:
    assert regex.replacement(written) == re2


@pytest.mark.parametrize("function", ["upper", "lower"])
def test_letter_case_is_that_of_unicode_but_for_what_is_refused(function: str) -> None:
    signs = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    uncommon = re.compile(f"[{strings.uncommon(function)}]")
    sql = f"SELECT x, {function}(x) FROM (SELECT unnest(?) AS x)"
    changed = dict(duckdb.connect().execute(sql, [signs]).fetchall())
    differing = {sign for sign in signs if changed[sign] != getattr(sign, function)()}
    assert not {sign for sign in differing if not uncommon.match(sign)}
