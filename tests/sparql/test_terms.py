"""Values of callers become terms, whatever they hold."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ParameterError
from graph.sparql import terms
from graph.sparql.guard import Limits, guard

NASTY = [
    '" } INSERT DATA { <a:a> <a:b> <a:c> } #',
    "\\u0022 . ?s ?p ?o . #",
    "\\\\u0022",
    "\\U00000022",
    '\\"',
    "\n\r\t\b\f",
    "'''\"\"\"",
    "\\",
    "\u2028 \u00a0 Đ",
]


def back(value: str) -> str:
    """The value as Oxigraph understands it, past our guard."""
    query = f"SELECT ({terms.literal(value)} AS ?x) {{}}"
    guard(query, Limits())
    (solution,) = pyoxigraph.Store().query(query)
    return str(solution["x"].value)


@pytest.mark.parametrize("value", NASTY)
def test_nasty_text_comes_back_as_it_was(value: str) -> None:
    assert back(value) == value


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_comes_back_as_it_was(value: str) -> None:
    assert back(value) == value


@given(st.text(alphabet='\\uU0123456789abcdef"'))
def test_no_row_of_escapes_ends_a_literal(value: str) -> None:
    assert back(value) == value


def test_a_datatype_is_written_as_an_iri() -> None:
    assert terms.literal("2025-07-01", terms.XSD + "date") == f'"2025-07-01"^^<{terms.XSD}date>'
    assert terms.literal("x", terms.XSD + "string") == '"x"'


@pytest.mark.parametrize(
    "value", ["", "relative", "http://a b", "http://a>b", "http://a\\u003e", 'x:"', "a:{", "a:\n"]
)
def test_what_is_no_iri_is_refused(value: str) -> None:
    with pytest.raises(ParameterError):
        terms.iri(value)
