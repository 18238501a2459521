"""The library of functions: a table of cases, and any text against the same functions in plain Python."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Graph, Namespace

from graph import turtle
from ingest import identity
from ingest.mapping.functions import LIBRARY, Function
from ingest.mapping.macros import CREATE
from tests.examples import examples
from tests.mapping.plain_functions import PLAIN, SECRET, RefusedError

TABLE = tomllib.loads((Path(__file__).parent / "functions.toml").read_text(encoding="utf-8"))
BY_NAME = {function.name: function for function in LIBRARY}
CASES = [(name, case) for name, cases in TABLE.items() for case in cases]
REFUSED = "refused by the function"
FNO = Namespace("https://w3id.org/function/ontology#")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as database:
        for macro in CREATE:
            database.execute(macro)
        identity.create(database, SECRET)
        yield database


def evaluated(connection: duckdb.DuckDBPyConnection, function: Function, arguments: list[str | None]) -> Any:
    """The value in one row; RefusedError where the SQL raises what stands for an error of the data."""
    given: list[str] = []
    names = [f"a{number}" for number in range(len(arguments))]
    for number, one in enumerate(function.parameters):
        if number < len(arguments):
            given.append(names[number])
        else:
            given.append("CAST(NULL AS VARCHAR)" if one.default is None else f"'{one.default}'")
    sql = function.call(tuple(given), f"CAST(error('{REFUSED}') AS VARCHAR)")
    columns = ", ".join(f"CAST(${name} AS VARCHAR) AS {name}" for name in names)
    try:
        row = connection.execute(
            f"SELECT {sql} FROM (SELECT {columns})", dict(zip(names, arguments, strict=True))
        ).fetchone()
    except duckdb.Error as wrong:
        if REFUSED in str(wrong):
            raise RefusedError from wrong
        raise
    assert row is not None
    return row[0]


def test_every_function_has_cases() -> None:
    assert set(TABLE) == set(BY_NAME) == set(PLAIN)
    assert {name for name, case in CASES if case.get("refused")} == {
        one.name for one in LIBRARY if one.remedy is not None
    }


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{' '.join(c['of'])[:30]!a}" for n, c in CASES])
def test_a_case(connection: duckdb.DuckDBPyConnection, name: str, case: dict[str, Any]) -> None:
    function = BY_NAME[name]
    if case.get("refused"):
        with pytest.raises(RefusedError):
            evaluated(connection, function, case["of"])
        with pytest.raises(RefusedError):
            PLAIN[name](*case["of"])
        return
    assert evaluated(connection, function, case["of"]) == case.get("gives") == PLAIN[name](*case["of"])


@pytest.mark.parametrize("function", LIBRARY, ids=lambda one: one.name)
def test_no_value_in_no_value_out(connection: duckdb.DuckDBPyConnection, function: Function) -> None:
    needed = [one for one in function.parameters if one.default is None and not one.optional]
    for missing in range(len(needed)):
        arguments: list[str | None] = ["1"] * len(needed)
        arguments[missing] = None
        if function.takes_missing:
            assert evaluated(connection, function, arguments) == PLAIN[function.name](*arguments)
        elif function.name != "concat":
            assert evaluated(connection, function, arguments) is None


# Upper and lower case beyond the Basic Multilingual Plane and of letters that change their number differ
# between Unicode versions; Vietnamese does not.
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ"
TONES = "\u0300\u0301\u0303\u0309\u0323"
vietnamese = st.text(st.sampled_from(LETTERS + TONES + " \u00a0\u200b\t.,-/0123456789"), max_size=12)
anything = st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"), max_size=10)
days = st.dates().map(lambda day: f"{day:%d/%m/%Y}")
SPECIAL: dict[str, tuple[st.SearchStrategy[str], ...]] = {
    "upper": (vietnamese,),
    "lower": (vietnamese,),
    "upperUrl": (vietnamese | st.just("http://x"),),
    "normaliseName": (vietnamese,),
    "part": (vietnamese, st.sampled_from([",", " ", "-", ""]), st.integers(-4, 4).map(str)),
    "substring": (vietnamese, st.integers(0, 6).map(str), st.integers(-1, 6).map(str)),
    "onlyIf": (st.sampled_from(["true", "false", ""]), anything),
    "choose": (st.sampled_from(["a", "b", " ", "c", ""]), st.sampled_from(["a=1; b = 2", "a=", "a=1;a=2"])),
    "date": (days | vietnamese | anything,),
    "asOf": (days | vietnamese, st.sampled_from(["2024-06-01 2025-07-01", "1000-01-01"])),
    "pad": (anything, st.integers(1, 8).map(str), st.sampled_from(["0", "x"])),
    "enterpriseCode": (st.from_regex(r"0[0-9]{9}(-?[0-9]{3})?", fullmatch=True) | anything,),
}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_same_as_plain_python(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    function = BY_NAME[name]
    needed = sum(one.default is None and not one.optional for one in function.parameters)
    texts = SPECIAL.get(name, tuple(anything for _ in range(needed + (name == "concat"))))

    @settings(max_examples=examples(25), deadline=None, database=None)
    @given(arguments=st.tuples(*texts))
    def agree(arguments: tuple[str, ...]) -> None:
        try:
            expected = PLAIN[name](*arguments)
        except RefusedError:
            with pytest.raises(RefusedError):
                evaluated(connection, function, list(arguments))
            return
        assert evaluated(connection, function, list(arguments)) == expected

    agree()


def test_the_ontology_describes_the_library() -> None:
    base = "https://lienthong.gov.vn/"
    module = Path(__file__).resolve().parents[2] / "ontology" / "modules" / "function.ttl"
    described: Graph = turtle.read(module, base=base)
    own = f"{base}ont/function#"
    assert {str(one) for one in described.subjects(RDF.type, FNO.Function)} == {own + one for one in BY_NAME}
    parameters = {own + one.name for function in LIBRARY for one in function.parameters}
    assert {str(one) for one in described.subjects(RDF.type, FNO.Parameter)} == parameters
    for function in LIBRARY:
        same = {str(one) for one in described.objects(Namespace(own)[function.name], SKOS.exactMatch)}
        assert same == set(function.also)
