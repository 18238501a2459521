"""Example queries: what their first comments say, and asking them with other values."""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from graph import queries
from graph.errors import OntologyError, ParameterError, UnknownNameError
from graph.queries import Column, Parameter
from graph.queries.parameter import Choice
from graph.sparql.guard import Limits, guard
from graph.sparql.results import Term
from graph.text import Text

HEAD = "# vi: Câu hỏi?\n# en: A question?\n"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"PREFIX xsd: <{XSD}>\nPREFIX place: <https://x/>\n"
BODY = (
    PREFIXES
    + 'SELECT ?unit WHERE { VALUES ?day { "2025-07-02"^^xsd:date } VALUES ?name { "Ba \\"Đình\\""@vi } }\n'
)


def written(folder: Path, text: str) -> Path:
    path = folder / "question.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_with_parameters_and_an_answer(tmp_path: Path) -> None:
    head = HEAD + "# parameter: day | ngày | day\n# answer: unit iri, until date?\n"
    found = queries.read(written(tmp_path, head + BODY))
    assert (found.question.vi, found.question.en) == ("Câu hỏi?", "A question?")
    [day] = found.parameters
    assert (day.name, day.label.vi, day.label.en) == ("day", "ngày", "day")
    assert day.default == Term("literal", "2025-07-02", f"{XSD}date")
    assert found.answer == (Column("unit", "iri", False), Column("until", "date", True))


def test_another_value_keeps_the_type_and_cannot_leave_its_term(tmp_path: Path) -> None:
    head = HEAD + "# parameter: day | ngày | day\n# parameter: name | tên | name\n"
    found = queries.read(written(tmp_path, head + BODY))
    asked = found.asking({"day": "2025-01-01", "name": '" } INSERT \\ "\n'})
    assert f'VALUES ?day {{ "2025-01-01"^^<{XSD}date> }}' in asked
    assert 'VALUES ?name { "\\" } INSERT \\\\ \\"\\n"@vi }' in asked
    assert found.asking({}) == found.text


KINDS = [
    # default, kind, what may be asked instead, what may not
    (
        "<https://x/a>",
        "iri",
        "https://x/b",
        ["https://x/> }", "relative", "https://x/ y", "", "https://x/\n"],
    ),
    ("place:Province", "iri", "https://x/b", ["", "{", "place Province"]),
    ("5", "integer", "7", ["1e", "1.5", "5 5", "", "٣"]),
    ("-5.0", "decimal", "7", ["1e", "5,0", "1" * 40]),
    ("true", "boolean", "false", ["yes", "TRUE", "1"]),
    (
        '"2025-07-02"^^xsd:date',
        "date",
        "2024-02-29",
        ["2025-02-29", "2/7/2025", "2025-07-02Z", "2025-07-02\n"],
    ),
    ('"2025-07"^^xsd:gYearMonth', "month", "2024-12", ["2024-13", "2024"]),
    ('"2025"^^xsd:gYear', "year", "1999", ["99", "2025-01"]),
    ('"2025-07-02T00:00:00Z"^^xsd:dateTime', "moment", "2025-07-02T08:30:00+07:00", ["2025-07-02", "now"]),
    ('"a"', "text", 'x" } # \\', ["", "\0", "x" * 501, "\ud800"]),
    ('"a"@vi', "text", "đ\n\t", ["", "\0"]),
    ("'''a'''", "text", "'''", [""]),
]


@pytest.mark.parametrize(("default", "kind", "good", "bad"), KINDS, ids=[one[0] for one in KINDS])
def test_a_value_is_a_term_of_the_defaults_type_or_refused(
    tmp_path: Path, default: str, kind: str, good: str, bad: list[str]
) -> None:
    head = HEAD + "# parameter: x | x | x\n" + PREFIXES
    found = queries.read(written(tmp_path, f"{head}SELECT ?x {{ VALUES ?x {{ {default} }} }}"))
    [parameter] = found.parameters
    assert parameter.kind == kind
    [solution] = pyoxigraph.Store().query(found.asking({"x": good}))
    assert str(solution["x"].value) == good
    for value in bad:
        with pytest.raises(ParameterError) as refused:
            found.asking({"x": value})
        assert refused.value.place is not None
        assert refused.value.place.column == "x"
        assert parameter.example in str(refused.value.hint)


HOSTILE = [
    '" } UNION { ?s ?p ?o } #',
    "> } SERVICE <http://127.0.0.1/> { ?s ?p ?o } #",
    '"} SERVICE SILENT <http://127.0.0.1/> {} VALUES ?name { "',
    "\\u0022 } #",
    "\\\\u0022",
    "x\ny\r\n}",
    "{}()[]<>#?$",
    "'''\"\"\"",
    "}\n} INSERT DATA { <a:a> <a:b> <a:c> } #",
]
ASKED = (
    HEAD
    + "# parameter: name | tên | name\n# parameter: at | ở | at\n"
    + PREFIXES
    + """
# VALUES ?name { "only a comment" }
SELECT ?name ?at ("VALUES ?name { 'in a string' }" AS ?said) {
  VALUES ?name { "Ba Đình" } { VALUES ?at { <https://x/a> } } UNION { VALUES ?at { <https://x/a> } }
}
"""
)


def algebra(query: str) -> str:
    return repr(prepareQuery(query).algebra)


@settings(deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)))
def test_whatever_a_caller_sends_stays_one_term_of_the_parsed_query(value: str) -> None:
    """The algebra is that of the question, with another term where the default was."""
    found = queries.parse(ASKED, Path("question.rq"))
    try:
        asked = found.asking({"name": value})
    except ParameterError:
        assert not value or "\0" in value
        return
    assert algebra(asked) == algebra(ASKED).replace(repr(Literal("Ba Đình")), repr(Literal(value)))
    assert guard(asked, Limits()).form == "select"
    assert {str(one["name"].value) for one in pyoxigraph.Store().query(asked)} == {value}


@settings(deadline=None)
@given(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.text(max_size=40).map("https://x/{}".format))
)
def test_an_iri_stays_an_iri(value: str) -> None:
    found = queries.parse(ASKED, Path("question.rq"))
    try:
        asked = found.asking({"at": value})
    except ParameterError:
        return
    assert algebra(asked) == algebra(ASKED).replace(repr(URIRef("https://x/a")), repr(URIRef(value)))


def test_every_place_where_a_parameter_is_bound_gets_the_value() -> None:
    asked = queries.parse(ASKED, Path("question.rq")).asking({"at": "https://x/b"})
    assert asked.count("<https://x/b>") == 2
    assert "<https://x/a>" not in asked


def test_a_pattern_holds_for_the_whole_value(tmp_path: Path) -> None:
    head = HEAD + "# parameter: name | tên | name | [A-Z]{2}|x\n"
    found = queries.read(written(tmp_path, head + BODY))
    assert '"AB"' in found.asking({"name": "AB"})
    with pytest.raises(ParameterError) as refused:
        found.asking({"name": "ABC"})
    assert "[A-Z]{2}|x" in str(refused.value.hint)


def test_one_of_some_choices_by_name_or_iri() -> None:
    choices = (Choice("KR", "https://x/KR"), Choice("VN", "https://x/VN"))
    country = Parameter("country", Text("nước", "country"), Term("uri", "https://x/KR"), choices=choices)
    assert country.term("VN") == country.term("https://x/VN") == "<https://x/VN>"
    assert country.example == "KR"
    with pytest.raises(ParameterError) as refused:
        country.term("https://x/US")
    assert "KR, VN" in str(refused.value.hint)


def test_the_name_tells_queries_of_data_sets_apart(tmp_path: Path) -> None:
    for dataset in ("a", "b"):
        (tmp_path / dataset / "queries").mkdir(parents=True)
        written(tmp_path / dataset / "queries", HEAD + "# version: 3\n# access: shared\nASK {}")
    found = queries.read_all(sorted(tmp_path.iterdir()))
    assert [one.name for one in found] == ["a/question", "b/question"]
    assert [(one.version, one.access) for one in found] == [(3, "shared")] * 2


def test_an_unknown_parameter_is_refused_with_those_there_are(tmp_path: Path) -> None:
    found = queries.read(written(tmp_path, HEAD + "# parameter: day | ngày | day\n" + BODY))
    with pytest.raises(UnknownNameError) as refused:
        found.asking({"days": "2025-01-01"})
    assert "day" in str(refused.value.hint)


@pytest.mark.parametrize(
    "text",
    [
        "# vi: Câu hỏi?\nASK {}",
        HEAD + "# parameter: day | ngày | day\nASK {}",
        HEAD + "# answer: unit thing\nASK {}",
        HEAD + "# version: one\nASK {}",
        HEAD + "# access: secret\nASK {}",
        HEAD + "# parameter: day | ngày | day\nASK { VALUES ?day { 1 2 } }",
        HEAD + "# parameter: day | ngày | day\n# VALUES ?day { 1 }\nASK {}",
        HEAD + "# parameter: day | ngày | day\nASK { VALUES ?day { 1 } VALUES ?day { 2 } }",
        HEAD + "# parameter: day | ngày | day\nASK { VALUES ?day { xsd:undeclared } }",
        HEAD + "# parameter: day | ngày | day\nASK { VALUES ?day { 1e5 } }",
        HEAD + "# parameter: format | dạng | format\nASK { VALUES ?format { 1 } }",
    ],
)
def test_what_is_missing_or_wrong_in_the_first_comments(tmp_path: Path, text: str) -> None:
    with pytest.raises(OntologyError):
        queries.read(written(tmp_path, text))
