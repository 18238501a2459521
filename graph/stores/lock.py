"""One writer per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import WriterBusyError
from graph.text import Text


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; the system lets go of it when the process ends, however it ends.

    The file says who holds it: process id, and since when. Raises WriterBusyError at once when another does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            pid, _, since = (path.read_text(encoding="utf-8").strip() or "? ?").partition(" ")
            raise WriterBusyError(
                Text(
                    f"Một tiến trình khác (pid {pid}, từ {since}) đang ghi vào {path.parent}.",
                    f"Another process (pid {pid}, since {since}) is writing into {path.parent}.",
                ),
                hint=Text("Hãy thử lại khi nó xong.", "Try again when it has finished."),
            ) from busy
        file.truncate(0)
        file.write(f"{os.getpid()} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n")
        file.flush()
        yield
