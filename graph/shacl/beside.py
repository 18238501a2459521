"""A second thread for what pyarrow does with many texts, for which it lets go of the interpreter.

Of steps in Python two threads make each other wait: only what takes a millisecond or more goes there.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

_MANY = 4_000

_Given = ParamSpec("_Given")
_Told = TypeVar("_Told")


class Beside:
    """Leave its `with`: it then waits for what is still being done."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)  # has no thread before it is asked for anything

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def told(
        self, texts: int, tell: Callable[_Given, _Told], *given: _Given.args, **named: _Given.kwargs
    ) -> Callable[[], _Told]:
        """What `tell` tells of so many texts: found now where these are few, else beside what comes next."""
        if texts >= _MANY:
            return self._pool.submit(tell, *given, **named).result
        found = tell(*given, **named)
        return lambda: found
