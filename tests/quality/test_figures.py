"""Counts to metrics, without any data."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.quality import AGE, PERIODS, Measurement, Point, share, trends, written
from ingest.quality import figures
from ingest.quality.expectations import Expectations, Targets, is_across
from ingest.quality.figures import Kinds
from ingest.quality.left_out import Fault, LeftOut

SHACL = "http://www.w3.org/ns/shacl#"
IDS = "https://x/id/"
NOTHING = Targets(frozenset(), frozenset(), frozenset())


def expectations(**given: Any) -> Expectations:
    return Expectations(
        **{"fields": {}, "single": frozenset(), "keys": {}, "targets": NOTHING, "secret": {}, "mentioned": {}}
        | given
    )


def gone(*faults: Fault, **given: Any) -> LeftOut:
    whole: dict[str, Any] = {
        "entity": "e",
        "classes": ("A",),
        "paths": {},
        "faults": faults,
        "is_duplicate": False,
    }
    return LeftOut(**whole | given)


def fault(component: str, path: str | None = "p", shape: str = "s", refused: str | None = None) -> Fault:
    return Fault(shape, path, f"{SHACL}{component}ConstraintComponent", refused)


def values(found: list[Measurement]) -> dict[str, tuple[int | None, int | None]]:
    return {one.metric: (one.part, one.whole) for one in found}


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_one_only_of_all_and_never_too_high(part: int, whole: int) -> None:
    part = min(part, whole)
    (found,) = share("validShare", part, whole)
    assert (found.value == 1) == (part == whole)
    assert 0 <= Decimal(part) / whole - found.value < Decimal("0.000001")


def test_a_share_of_nothing_is_no_measurement() -> None:
    assert share("validShare", 0, 0) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.000000"), "1"),
        (Decimal("0.990000"), "0.99"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("0E-6"), "0"),
        (Decimal("120.0"), "120"),
        (100, "100"),
    ],
)
def test_values_are_written_as_the_stores_keep_them(value: Decimal | int, text: str) -> None:
    assert written(value) == text


def test_completeness_counts_cells_of_what_is_published_and_of_what_was_left_out() -> None:
    """Of two As and one that is A and B; B requires what A describes."""
    expected = expectations(fields={"A": {"name": True, "until": False}, "B": {"until": True}})
    a, both = frozenset("A"), frozenset("AB")
    filled = {(a, "name"): 2, (a, "until"): 1, (both, "name"): 1, (a, "other"): 2}
    left_out = [gone(paths={"until": 0})]
    found = figures.completeness(expected, {a: 2, both: 1}, filled, left_out)
    assert values(found) == {"requiredCompleteness": (3, 5), "optionalCompleteness": (2, 3)}


def test_uniqueness_counts_who_shares_a_key_and_who_was_entered_twice() -> None:
    left_out = [gone(is_duplicate=True), gone(), gone(classes=(), is_duplicate=True)]
    found = figures.uniqueness({frozenset("A"): 10}, 3, left_out)
    assert values(found) == {"uniqueShare": (8, 12)}


def test_validity_counts_quarantine_against_it() -> None:
    assert values(figures.validity(18, [gone(), gone()])) == {"validShare": (18, 20)}


def test_consistency_counts_milder_results_and_faults_across_fields() -> None:
    left_out = [gone(fault("LessThan")), gone(fault("Pattern"))]
    assert values(figures.consistency(18, 1, left_out)) == {"consistentShare": (18, 20)}


@pytest.mark.parametrize(
    ("found", "across"),
    [
        (fault("LessThanOrEquals"), True),
        (fault("Disjoint"), True),
        (fault("SPARQL", None), True),
        (fault("HasValue", "<p>/<q>"), True),
        (fault("MinCount", "^<p>"), True),
        (fault("MinCount"), False),
        (fault("Class"), False),
        (fault("Pattern", None), False),
    ],
)
def test_which_constraints_are_across_fields_or_entities(found: Fault, across: bool) -> None:
    assert is_across(found) == across


@pytest.mark.parametrize(
    ("days", "period", "expected"),
    [
        ([date(2025, 3, 1), date(2025, 2, 1)], 31, {AGE: 30, PERIODS: Decimal("0.967742")}),
        ([date(2025, 3, 31), None], 31, {AGE: 0, PERIODS: 0}),
        ([date(2025, 3, 1)], None, {AGE: 30}),
        ([date(2025, 3, 1), date(2025, 4, 1)], 10, {AGE: 30, PERIODS: 3}),
        ([date(2025, 4, 1), None], 10, {}),
    ],
    ids=["the latest day counts", "today", "no period", "a day to come does not count", "no day"],
)
def test_timeliness(days: list[date | None], period: int | None, expected: dict[str, Decimal]) -> None:
    found = figures.timeliness(days, date(2025, 3, 31), period)
    assert {one.metric: one.value for one in found} == expected


def test_linkage_tells_a_wrong_reference_from_an_absent_data_set() -> None:
    references = {f"{IDS}unit/1": 5, f"{IDS}unit/9": 1, f"{IDS}person/1": 2, f"{IDS}dossier/7": 1}
    kinds = Kinds(IDS, own={"dossier"}, elsewhere={"unit"})
    left_out = [
        gone(fault("Class", refused="unit"), paths={"place": 1, "code": 0}),
        gone(fault("Class", refused="person"), paths={"who": 1, "place": 1}),
        gone(fault("Class", refused="dossier"), paths={"other": 1}),
    ]
    found = figures.linkage(references, {f"{IDS}unit/1"}, kinds, left_out)
    # Of 8 + 1 + 2 references abroad, 5 + 1 resolve; 2 + 1 are to persons, of whom nobody speaks.
    assert values(found) == {"resolvedShare": (6, 11), "absentShare": (3, 11)}


@pytest.mark.parametrize(
    ("found", "classes", "shown"),
    [
        (fault("Pattern", "name"), {"A"}, True),
        (fault("Pattern", "secret"), {"A"}, False),
        (fault("Pattern", "secret"), {"B"}, True),
        (fault("HasValue", "<name>/<secret>"), {"A"}, False),
        (fault("SPARQL", None, "reads"), {"A"}, False),
        (fault("LessThan", "name", "reads"), {"A"}, False),
        (fault("SPARQL", None, "other"), {"A"}, True),
        (fault("Pattern", None, "reads"), {"A"}, True),
    ],
)
def test_results_that_may_tell_of_more_restricted_fields_do_not_count(
    found: Fault, classes: set[str], shown: bool
) -> None:
    expected = expectations(
        secret={"A": frozenset({"secret"})}, mentioned={"reads": frozenset({"name", "secret"})}
    )
    assert expected.shows(found, classes) == shown


def test_a_trend_is_in_the_order_of_time_and_knows_its_last_change() -> None:
    def point(day: int, metric: str, value: str) -> Point:
        return Point(f"v{day}", f"2025-12-{day:02}T00:00:00Z", "run", Measurement(metric, Decimal(value)))

    found = trends([point(3, "validShare", "0.9"), point(1, "validShare", "0.8"), point(3, "age", "4")])
    assert [(one.metric, [each.version for each in one.points], one.change) for one in found] == [
        ("validShare", ["v1", "v3"], Decimal("0.1")),
        ("age", ["v3"], None),
    ]
