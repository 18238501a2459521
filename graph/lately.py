"""What is asked of the system so often that the asking counts."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

AGE = 0.001
"""Seconds: the requests of one round of the event loop, or some tens of one after the other."""
Value = TypeVar("Value")


class Lately(Generic[Value]):
    """The value of `ask`, at most `AGE` old. An error is not remembered."""

    def __init__(self, ask: Callable[[], Value]) -> None:
        self._ask = ask
        self._until = 0.0
        self._value: Value

    def __call__(self) -> Value:
        now = time.monotonic()
        if now >= self._until:
            self._value = self._ask()
            self._until = now + AGE
        return self._value
