"""The rules for what Oxigraph rewrites, compared with Oxigraph itself."""

import duckdb
import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns.rewriting import REWRITTEN
from tests.examples import examples

XSD = "http://www.w3.org/2001/XMLSchema#"
SEEDS = {
    "integer": ["007", "-0", "9223372036854775808"],
    "unsignedLong": ["18446744073709551615", "1"],
    "negativeInteger": ["-1"],
    "decimal": ["1.50", ".5", "170141183460469231731.687303715884105727", "0.000000000000000001"],
    "double": ["1e3", "INF", "NaN", "0.1", "123456789012345678", "1E-400"],
    "float": ["1.0E3", "16777217", "0.3", "infinity"],
    "boolean": ["1", "true"],
    "dateTime": ["2020-01-01T00:00:00.500Z", "2020-02-29T24:00:00-00:00", "-0001-01-01T00:00:00+00:00"],
    "dateTimeStamp": ["2020-01-01T00:00:00+07:00"],
    "date": ["2020-02-29+00:00", "2100-02-28"],
    "time": ["24:00:00.0", "12:00:00.50+00:00"],
    "gYear": ["2020+00:00", "-0000"],
    "gYearMonth": ["2020-01-00:00"],
    "gMonthDay": ["--02-29+00:00"],
    "gMonth": ["--12-00:00"],
    "gDay": ["---31+00:00"],
    "duration": ["P1Y12M", "-P0D", "P1DT36H", "PT1.50S"],
    "dayTimeDuration": ["PT60M", "P1DT.5S"],
    "yearMonthDuration": ["P12M", "P1Y2M"],
    "string": ["007"],
    "token": ["1"],
}
literal = st.sampled_from(sorted(SEEDS)).flatmap(
    lambda name: st.tuples(
        st.sampled_from(SEEDS[name]).flatmap(_slips) | st.text("0123456789+-.:TZPYMDHSeE", max_size=12),
        st.just(name),
    )
)
number = st.tuples(
    st.floats(allow_nan=False).map(repr) | st.floats(width=32).map(repr) | st.decimals(places=3).map(str),
    st.sampled_from(["double", "float", "decimal"]),
)


def _slips(seed: str) -> st.SearchStrategy[str]:
    """The seed with a few characters put in or left out."""
    slip = st.tuples(
        st.integers(0, len(seed)), st.sampled_from(["", *"0123456789+-.:TZe"]), st.integers(0, 1)
    )

    def slipped(slips: list[tuple[int, str, int]]) -> str:
        text = seed
        for place, put, cut in slips:
            text = text[:place] + put + text[place + cut :]
        return text

    return st.lists(slip, max_size=3).map(slipped)


def rules(literals: list[tuple[str, str]]) -> list[bool]:
    table = pa.table(
        {
            "place": range(len(literals)),
            "value": [value for value, _ in literals],
            "datatype": [XSD + name for _, name in literals],
        }
    )
    with duckdb.connect() as connection:
        connection.register("given_literals", table)
        rows = connection.execute(f"SELECT {REWRITTEN} FROM given_literals ORDER BY place").fetchall()
    return [rewritten for (rewritten,) in rows]


def oxigraph(literals: list[tuple[str, str]]) -> list[bool]:
    place = ox.NamedNode("http://x/place")
    found = []
    for value, name in literals:
        given_literal = ox.Literal(value, datatype=ox.NamedNode(XSD + name))
        store = ox.Store()
        store.add(ox.Quad(place, place, given_literal))
        found.append(next(iter(store)).object != given_literal)
    return found


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(literal | number, min_size=1, max_size=200))
def test_no_rewritten_literal_is_missed(literals: list[tuple[str, str]]) -> None:
    decided = zip(literals, rules(literals), oxigraph(literals), strict=True)
    assert [given for given, rule, real in decided if real and not rule] == []


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(literal, min_size=1, max_size=200))
def test_few_literals_are_counted_in_vain(literals: list[tuple[str, str]]) -> None:
    decided = zip(literals, rules(literals), oxigraph(literals), strict=True)
    exact = [given for given, rule, real in decided if rule and not real and _is_of_usual_size(*given)]
    assert exact == []


def _is_of_usual_size(value: str, name: str) -> bool:
    """Beyond 6 (float), 15 (double) or 18 (fractions of seconds) digits the rules err on the safe side."""
    digits = sum(character.isdigit() for character in value)
    return digits <= {"float": 6, "double": 15}.get(name, 18)


@pytest.mark.parametrize(
    "literals",
    [
        pytest.param(
            [("007", "integer"), ("7", "int"), ("1.50", "decimal"), ("1", "boolean")], id="rewritten"
        ),
        pytest.param(
            [("7", "integer"), ("1.5", "decimal"), ("true", "boolean"), ("x", "integer")], id="kept"
        ),
        pytest.param([("962495796261615.2", "double"), ("51038272", "float")], id="ties"),
    ],
)
def test_known_cases(literals: list[tuple[str, str]]) -> None:
    assert rules(literals) == oxigraph(literals)
