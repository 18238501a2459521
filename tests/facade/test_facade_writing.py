"""Cursors, and JSON that keeps its digits."""

import json
from decimal import Decimal

import pytest

from api.facade import cursor, exact
from api.facade.cursor import Position
from graph.errors import ParameterError
from graph.iris import Iris


@pytest.mark.parametrize("iri", ["https://lienthong.gov.vn/id/unit/2025-07-01/00004", "http://other/ñ?x#y"])
def test_a_cursor_is_read_as_it_was_written(iri: str) -> None:
    position = Position("g000001", iri, "-name@vi")
    written = cursor.write(position, Iris())
    assert written.isascii()
    assert not set(written) & set("+/=&?#")
    assert cursor.read(written, "-name@vi", Iris()) == position
    with pytest.raises(ParameterError, match="cursor"):
        cursor.read(written, "name@vi", Iris())


@pytest.mark.parametrize("given", ["", "***", "a", "_w", "💥", "W10", "WzFd", "e30", "W251bGwsMSwiIl0"])
def test_a_cursor_that_was_not_given_out_is_refused(given: str) -> None:
    with pytest.raises(ParameterError, match="cursor"):
        cursor.read(given, "", Iris())


def test_decimals_keep_every_digit() -> None:
    many = Decimal("0.1234567890123456789012345678901")
    assert exact.dumps({"a": [many, Decimal("2.970"), Decimal("1E+2")]}) == f'{{"a":[{many},2.970,100]}}'


def test_everything_else_is_as_the_standard_library_writes_it() -> None:
    value = {"a": None, "b": True, "c": 1.5, "d": 'Đ\n"', "e": [], "f": {}, "g": -0.0, "h": 10**30}
    assert json.loads(exact.dumps(value)) == value


def test_what_json_has_no_number_for_is_text() -> None:
    assert exact.dumps([float("nan"), float("inf"), Decimal("NaN")]) == '["NaN","INF","NaN"]'
