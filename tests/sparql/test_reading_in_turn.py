"""Who sends much text waits behind it, and nobody else does: decisions without a clock."""

from graph.sparql.reading import AT_ONCE, PATIENCE, RATE, Readings


def test_what_is_sent_now_and_then_does_not_wait() -> None:
    readings = Readings()
    for second in range(10):
        assert readings.wait("a", RATE // 2, float(second)) == 0
    assert readings.wait("a", AT_ONCE, 100.0) == 0


def test_who_sends_more_waits_behind_himself_and_others_do_not() -> None:
    readings, waits = Readings(), []
    for _ in range(8):
        waits.append(readings.wait("a", RATE // 10, 0.0))
        assert readings.wait("b", 10, 0.0) == 0
    assert waits[:3] == [0, 0, 0]
    assert waits[3:] == sorted(w for w in waits[3:] if w)
    assert readings.wait("a", RATE // 10, 10.0) == 0


def test_what_would_wait_too_long_is_not_read_and_does_not_count() -> None:
    readings = Readings()
    size = int(RATE * (PATIENCE + AT_ONCE / RATE)) + 1
    assert readings.wait("a", size, 0.0) == 0
    assert [readings.wait("a", size, 0.0) for _ in range(3)] == [None] * 3
    assert readings.wait("a", 1, 1.0) is not None


def test_who_is_forgotten_starts_afresh() -> None:
    readings = Readings(most=2)
    readings.wait("a", 10 * RATE, 0.0)
    for other in "bc":
        readings.wait(other, 1, 0.0)
    assert readings.wait("a", 1, 0.0) == 0
