"""Callers take turns, none takes all there is, and the rate is kept: decisions without a clock."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.sparql.admission import Shares, Ticket, Turns
from graph.sparql.rate import WINDOW, Rates, spend
from tests.examples import examples


def test_one_caller_leaves_a_place_for_the_next() -> None:
    turns = Turns(Shares(places=3, each=2, waiting=10, waiting_each=10))
    assert [turns.arrive(Ticket("a")) for _ in range(4)] == ["serve", "serve", "wait", "wait"]
    assert turns.arrive(Ticket("b")) == "serve"


def test_callers_take_turns_however_many_queries_one_has_sent() -> None:
    turns = Turns(Shares(places=1, each=1, waiting=10, waiting_each=10))
    held: Ticket | None = Ticket("a")
    assert turns.arrive(held) == "serve"
    for caller in ("a", "a", "a", "b", "c", "b"):
        assert turns.arrive(Ticket(caller)) == "wait"
    order = []
    while held is not None:
        held = turns.leave(held)
        order.append(held and held.caller)
    assert order == ["a", "b", "c", "a", "b", "a", None]


def test_queues_are_bounded_for_each_and_for_all() -> None:
    turns = Turns(Shares(places=1, each=1, waiting=3, waiting_each=2))
    assert [turns.arrive(Ticket("a")) for _ in range(4)] == [
        "serve",
        "wait",
        "wait",
        "caller's queue is full",
    ]
    assert [turns.arrive(Ticket("b")) for _ in range(2)] == ["wait", "queue is full"]


shares = st.builds(
    Shares,
    places=st.integers(1, 4),
    each=st.integers(1, 4),
    waiting=st.integers(0, 6),
    waiting_each=st.integers(0, 4),
)
steps = st.lists(st.tuples(st.sampled_from(["arrive", "leave", "give up"]), st.integers(0, 3)), max_size=60)


@settings(max_examples=examples(150), deadline=None)
@given(shares, steps)
def test_no_place_is_held_twice_and_none_lies_idle(
    given_shares: Shares, taken: list[tuple[str, int]]
) -> None:
    turns = Turns(given_shares)
    holding: list[Ticket] = []
    standing: list[Ticket] = []
    for step, number in taken:
        if step == "arrive":
            ticket = Ticket("abcd"[number])
            verdict = turns.arrive(ticket)
            (holding if verdict == "serve" else standing if verdict == "wait" else []).append(ticket)
        elif step == "leave" and holding:
            following = turns.leave(holding.pop(number % len(holding)))
            if following is not None:
                standing.remove(following)
                holding.append(following)
        elif step == "give up" and standing:
            turns.give_up(standing.pop(number % len(standing)))
        held = {caller: sum(one.caller == caller for one in holding) for caller in "abcd"}
        assert len(holding) <= given_shares.places
        assert max(held.values()) <= given_shares.each
        assert len(standing) <= given_shares.waiting
        if len(holding) < given_shares.places:
            assert all(held[one.caller] == given_shares.each for one in standing)


def test_a_minute_s_requests_at_once_and_then_the_steady_rate() -> None:
    rates = Rates(limit=6)
    assert [rates.spend("a", 100.0).remaining for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    refused = rates.spend("a", 100.0)
    assert (refused.allowed, refused.reset) == (False, 10.0)
    assert rates.spend("b", 100.0).allowed
    assert not rates.spend("a", 109.9).allowed
    assert rates.spend("a", 110.0).allowed
    assert rates.spend("a", 110.0 + WINDOW).remaining == 5


def test_a_caller_that_is_forgotten_starts_afresh() -> None:
    rates = Rates(limit=1, most=1)
    assert rates.spend("a", 0.0).allowed
    assert not rates.spend("a", 1.0).allowed
    assert rates.spend("b", 1.0).allowed
    assert rates.spend("a", 1.0).allowed


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(1, 1000), st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_has_more_than_twice_the_limit(limit: int, pauses: list[float]) -> None:
    """What was saved up before it, and what is earned within it."""
    now, owed, allowed = 0.0, 0.0, []
    for pause in pauses:
        now += pause
        owed, spent = spend(owed, now, limit)
        assert 0 <= spent.remaining < limit
        assert 0 <= spent.reset <= WINDOW
        if spent.allowed:
            allowed.append(now)
    assert all(sum(start <= one < start + WINDOW for one in allowed) <= 2 * limit for start in allowed)
