"""The check digit of an enterprise code: the shape, the generator and python-stdnum say the same."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from graph.columns import Builder, TextQuad
from graph.iris import Iris
from graph.shacl.validator import ColumnsValidator
from ingest.demo.identifiers import check_digit, enterprise_code

ROOT = Path(__file__).resolve().parents[2]
IRIS = Iris()
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
STRING = "http://www.w3.org/2001/XMLSchema#string"


def codes(count: int) -> Iterator[str]:
    """Half of them with the right last digit, half with any; some of dependent units; a serial of zeros."""
    source = random.Random(7)
    for number in range(count):
        digits = f"{source.randrange(10**9):09}"
        last = check_digit(digits) if number % 2 else source.randrange(10)
        code = f"{digits}{source.randrange(10) if last is None else last}"
        yield code if number % 3 else f"{code}-{source.randrange(1, 1000):03}"
    yield from (f"{province:02}0000000{digit}" for province in (1, 98) for digit in range(10))


def quads(given: list[str]) -> Iterator[TextQuad]:
    for code in given:
        kind, term = ("dependent-unit", "DependentUnit") if "-" in code else ("enterprise", "Enterprise")
        subject = IRIS.entity(kind, code)
        yield TextQuad(subject, TYPE, IRIS.ontology("business", term), None, None, "urn:graph")
        yield TextQuad(subject, IRIS.ontology("core", "code"), code, STRING, None, "urn:graph")


def is_valid(code: str) -> bool:
    try:
        mst.validate(code)
    except ValidationError:
        return False
    return True


def test_the_shape_agrees_with_stdnum(tmp_path: Path) -> None:
    given = list(dict.fromkeys(codes(1_000)))
    columns = tmp_path / "columns.duckdb"
    with Builder(columns, keep_source=False) as builder:
        builder.stage(quads(given))
        builder.finish()
    report = ColumnsValidator(ROOT / "shapes", ROOT / "ontology").validate(columns, [])
    check = IRIS.shape("business", "CheckDigit")
    wrong = {str(one.value) for one in report.violations if one.shape == check}
    assert wrong == {code for code in given if not is_valid(code)}
    assert len(wrong) > 400
    assert len(given) - len(wrong) > 400


@pytest.mark.parametrize("province", ["01", "79", "96"])
def test_the_generator_gives_codes_that_stdnum_accepts(province: str) -> None:
    given = {enterprise_code(province, index, seed=2025) for index in range(500)}
    assert len(given) == 500
    assert [code for code in given if not is_valid(code)] == []
