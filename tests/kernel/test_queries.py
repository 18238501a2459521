"""Example queries: what their first comments say, and asking them with other values."""

from pathlib import Path

import pytest

from graph import queries
from graph.errors import OntologyError, ParameterError, UnknownNameError
from graph.queries import Column

HEAD = "# vi: Câu hỏi?\n# en: A question?\n"
BODY = 'SELECT ?unit WHERE { VALUES ?day { "2025-07-02"^^xsd:date } VALUES ?name { "Ba \\"Đình\\""@vi } }\n'


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
    assert day.default == '"2025-07-02"^^xsd:date'
    assert found.answer == (Column("unit", "iri", False), Column("until", "date", True))


def test_another_value_keeps_the_type_and_cannot_leave_its_term(tmp_path: Path) -> None:
    head = HEAD + "# parameter: day | ngày | day\n# parameter: name | tên | name\n"
    found = queries.read(written(tmp_path, head + BODY))
    asked = found.asking({"day": "2025-01-01", "name": '" } INSERT \\ "\n'})
    assert 'VALUES ?day { "2025-01-01"^^xsd:date }' in asked
    assert 'VALUES ?name { "\\" } INSERT \\\\ \\"\\n"@vi }' in asked
    assert found.asking({}) == found.text


@pytest.mark.parametrize(
    ("default", "good", "bad"),
    [
        ("<https://x/a>", "https://x/b", "https://x/> }"),
        ("place:Province", "https://x/b", ""),
        ("5", "7", "1e"),
    ],
)
def test_iris_and_numbers(tmp_path: Path, default: str, good: str, bad: str) -> None:
    head = HEAD + "# parameter: x | x | x\n"
    found = queries.read(written(tmp_path, f"{head}ASK {{ VALUES ?x {{ {default} }} }}"))
    assert found.parameters[0].default == default
    assert good in found.asking({"x": good})
    with pytest.raises(ParameterError, match="x"):
        found.asking({"x": bad})


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
    ],
)
def test_what_is_missing_or_wrong_in_the_first_comments(tmp_path: Path, text: str) -> None:
    with pytest.raises(OntologyError):
        queries.read(written(tmp_path, text))
