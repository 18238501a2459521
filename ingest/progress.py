"""What a run tells while it runs, and how long each step took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.report import Step


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows read so far, and how many the published version was made from, where there is one."""

    read: int
    expected: int | None


Listener = Callable[[str, str, Rows | None], None]
"""Called with the name of a data set and the step that begins for it, or with the rows read so far in it."""


def silent(dataset: str, step: str, rows: Rows | None) -> None:
    """A listener for callers that show nothing."""


@dataclass(slots=True)
class RunningStep:
    items: int = 0


class Clock:
    """Times the steps of one data set and announces each to the listener."""

    def __init__(
        self, dataset: str, steps: list[Step], listener: Listener, expected: int | None = None
    ) -> None:
        self._dataset = dataset
        self._steps = steps
        self._listener = listener
        self._expected = expected

    @contextmanager
    def step(self, name: str) -> Iterator[RunningStep]:
        self._listener(self._dataset, name, None)
        running = RunningStep()
        began = time.perf_counter()
        try:
            yield running
        finally:
            self._steps.append(Step(name, round(time.perf_counter() - began, 4), running.items))

    def rows(self, read: int) -> None:
        """Tells that so many rows of the data set's sources have been read."""
        self._listener(self._dataset, "extract", Rows(read, self._expected))
