"""One writer per data folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import WriterBusyError
from graph.text import Text


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; the system lets go of it when the process ends, however it ends.

    Raises WriterBusyError at once when another holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise WriterBusyError(
                Text(
                    f"Một tiến trình khác đang ghi vào {path.parent}.",
                    f"Another process is writing into {path.parent}.",
                ),
                hint=Text("Hãy thử lại khi nó xong.", "Try again when it has finished."),
            ) from busy
        yield
