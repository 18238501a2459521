"""What is told from arrays of ids, beside the same told from sets; texts one by one, beside many at once."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.shacl import ids, possible_texts, session

ID = st.integers(0, 60)
SOME = st.lists(ID, max_size=30)
PAIRS = st.lists(st.tuples(ID, ID), max_size=30)


def array(some: list[int]) -> ids.Ids:
    return np.array(some, np.uint32)


def columns(pairs: list[tuple[int, int]]) -> tuple[ids.Ids, ids.Ids]:
    return array([one for one, _ in pairs]), array([other for _, other in pairs])


@given(SOME, SOME)
def test_which_are_among_others(some: list[int], others: list[int]) -> None:
    found = ids.are_among(array(some), array(sorted(set(others))))
    assert found.tolist() == [one in others for one in some]


@given(SOME)
def test_each_comes_once_in_order(some: list[int]) -> None:
    assert ids.distinct(array(some)).tolist() == sorted(set(some))


@given(PAIRS, PAIRS)
def test_pairs_of_both_come_once_in_order(some: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    first, second = ids.set_of(columns(sorted(some)), columns(more))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted({*some, *more})


@given(PAIRS)
def test_groups_keep_what_stands_beside_a_key(pairs: list[tuple[int, int]]) -> None:
    groups = ids.Groups(*columns(pairs))
    assert set(groups.keys) == {key for key, _ in pairs}
    for key in range(62):
        assert groups.of(key).tolist() == [other for one, other in pairs if one == key]


@given(st.lists(st.text("0159٣x ", max_size=17), max_size=20))
def test_few_texts_are_the_numbers_that_many_are(texts: list[str]) -> None:
    several = -(-possible_texts._FEW // max(len(texts), 1)) + 1
    few, many = (possible_texts._digits(pa.array(some, pa.string())) for some in (texts, texts * several))
    assert np.array_equal(few, many[: len(texts)], equal_nan=True)


@given(st.lists(st.text("ab", max_size=4), max_size=12), st.lists(st.text("ab", max_size=4), min_size=1))
def test_every_wanted_text_looks_like_one(texts: list[str], wanted: list[str]) -> None:
    long = "a" * (2 * session._LONG)
    given = pa.chunked_array([pa.array(some, pa.string()) for some in (texts, [long, *wanted], [])])
    found = session._look_like(given, pa.array([*wanted, long]))
    every = [*texts, long, *wanted]
    assert all(is_like for is_like, one in zip(found, every, strict=True) if one in (*wanted, long))
