"""Which graphs a principal may read: the class of access of each, and the grants of the principal."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access import (
    ANONYMOUS,
    CLASSES,
    Grant,
    Identity,
    anonymous,
    class_of,
    dataset_of,
    may_write,
    parse_grant,
    principal_of,
    up_to,
)
from graph.errors import ParameterError
from graph.iris import Iris

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("one", "two", "two-more", "quality")
GRAPHS = [Iris().graph(name, access) for name in NAMES for access in CLASSES]
grants = st.builds(
    Grant,
    st.sampled_from([*NAMES, "*"]),
    st.sampled_from(CLASSES),
    st.none() | st.dates(date(2026, 2, 26), date(2026, 3, 4)),
    st.booleans(),
)


def readable(*held: Grant, at: datetime = NOON) -> set[str]:
    graphs = principal_of(Identity("key", "key:1", grants=held), GRAPHS, at).graphs
    return {graph.partition("graph/")[2] for graph in graphs}


OPEN = {f"{name}/open" for name in NAMES}


@pytest.mark.parametrize(
    ("grant", "more"),
    [
        ("one:open", set()),
        ("two:shared", {"two/shared"}),
        ("two:restricted", {"two/shared", "two/restricted"}),
        ("*:shared", {f"{name}/shared" for name in NAMES}),
        ("unknown:restricted", set()),
    ],
)
def test_a_grant_opens_a_data_set_up_to_a_class(grant: str, more: set[str]) -> None:
    assert readable(parse_grant(grant)) == OPEN | more


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 1, 17, 0, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_ends_at_midnight_in_vietnam(at: datetime, is_open: bool) -> None:
    assert ("two/shared" in readable(parse_grant("two:shared@2026-03-01"), at=at)) == is_open


def test_somebody_unknown_reads_what_is_open() -> None:
    assert principal_of(ANONYMOUS, GRAPHS, NOON) == anonymous(GRAPHS)
    assert readable() == OPEN


@given(st.lists(grants, max_size=4), grants)
def test_grants_add_up_and_never_take_away(held: list[Grant], one: Grant) -> None:
    assert readable(*held, one) == readable(*held) | readable(one)
    assert readable(*held) >= OPEN


@given(st.lists(grants, max_size=4))
def test_a_graph_is_read_when_it_is_open_or_one_grant_opens_it(held: list[Grant]) -> None:
    opened = {
        one for one in GRAPHS if class_of(one) == "open" or any(grant.opens(one, NOON) for grant in held)
    }
    assert principal_of(Identity("key", "k", grants=held), GRAPHS, NOON).graphs == opened


@given(grants)
def test_a_grant_opens_nothing_but_its_data_set_and_class(one: Grant) -> None:
    seen = up_to(one.access, GRAPHS).graphs
    for graph in principal_of(Identity("key", "k", grants=[one]), GRAPHS, NOON).graphs:
        assert class_of(graph) == "open" or (one.dataset in ("*", dataset_of(graph)) and graph in seen)


@given(st.lists(grants, max_size=4))
def test_a_graph_is_written_when_a_grant_to_write_opens_it(held: list[Grant]) -> None:
    who = Identity("key", "k", grants=held)
    writable = {graph for graph in GRAPHS if may_write(who, graph, NOON)}
    assert writable == {
        one for one in GRAPHS if any(grant.write and grant.opens(one, NOON) for grant in held)
    }
    assert writable <= principal_of(who, GRAPHS, NOON).graphs


@given(grants)
def test_a_grant_is_read_as_it_is_written(one: Grant) -> None:
    assert parse_grant(str(one)) == one


@pytest.mark.parametrize("text", ["", "one", "one:secret", ":shared", "one:shared@", "one:shared@2026-02-30"])
def test_what_is_no_grant_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r"gov-dossiers:shared@2026-12-31"):
        parse_grant(text)


@pytest.mark.parametrize("graph", ["", "open", "urn:x:shared", "http://shared", "shared", "*/shared"])
def test_an_iri_of_another_form_is_opened_by_no_grant_of_a_data_set(graph: str) -> None:
    held = Identity("key", "k", grants=[Grant(name, "restricted") for name in NAMES])
    assert principal_of(held, [graph], NOON).graphs == anonymous([graph]).graphs
