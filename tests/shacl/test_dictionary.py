"""Terms of a file that was changed: some ids are free, and what came later stands behind."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from rdflib import XSD

from graph.columns.schema import XSD_STRING
from graph.shacl.arrays import Terms
from graph.shacl.beside import Beside
from graph.shacl.dictionary import SCHEMA, Dictionary

ROWS = [
    (0, "1", str(XSD.integer), None, 1.0, None),
    (1, "1", XSD_STRING, None, None, None),
    (4, "urn:b/1", None, None, None, None),
    (5, "urn:b/2", None, None, None, None),
    (7, "urn:c", None, None, None, None),
    (8, "urn:b/3", None, None, None, None),
    (9, "đ", XSD_STRING, None, None, None),
]


@pytest.fixture
def table() -> pa.Table:
    columns = zip(*ROWS, strict=True)
    return pa.table([pa.array(one, kind.type) for one, kind in zip(columns, SCHEMA, strict=True)], SCHEMA)


@pytest.fixture
def known(table: pa.Table) -> Iterator[Dictionary]:
    with duckdb.connect() as connection:
        yield Dictionary(table, connection)


def test_every_term_is_found(known: Dictionary) -> None:
    for number, value, datatype, language, *_ in ROWS:
        assert known.find((value, datatype, language)) == number
    assert known.find(("urn:b", None, None)) is None
    assert known.find(("1", str(XSD.decimal), None)) is None


def test_terms_are_found_by_their_beginning(known: Dictionary) -> None:
    assert sorted(known.beginning_with("urn:b/").tolist()) == [4, 5, 8]
    assert known.beginning_with("urn:x").tolist() == []


def test_new_terms_are_numbered_behind_and_typed(known: Dictionary) -> None:
    new = ("2025-07-01", str(XSD.date), None)
    assert known.ids([new, ("urn:c", None, None)]) == {new: 10, ("urn:c", None, None): 7}
    rows = known.rows(np.array([5, 9, 10], np.uint32))
    assert rows["value"].to_pylist() == ["urn:b/2", "đ", "2025-07-01"]
    assert rows["instant"].to_pylist()[2] is not None
    known.forget()
    assert known.find(new) is None


def test_texts_have_a_rank_as_far_as_they_are_in_order(table: pa.Table) -> None:
    terms = Terms(table, Beside())
    ranks = terms.ranks(np.array([0, 1, 4, 7], np.uint32))
    assert ranks is not None
    assert ranks.tolist() == [0, 0, 1, 3]
    assert terms.ranks(np.array([4, 8], np.uint32)) is None
