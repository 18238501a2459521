"""Whether a registry was written since it was last read, told in microseconds: by its own counter of changes.

`PRAGMA data_version` differs as soon as any other connection, of whichever process, has committed
(https://www.sqlite.org/pragma.html#pragma_data_version).
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Version:
    """Of one file (device and inode), as one connection sees it: equal ones mean that nothing was written."""

    connection: int
    file: tuple[int, int]
    number: int


class Watch:
    """Reads nothing but the counter; to be used in one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._connection: sqlite3.Connection | None = None
        self._connections = 0
        self._file = (0, 0)

    def version(self) -> Version | None:
        """None where it cannot be told at once: there is no file, or somebody is writing."""
        try:
            found = self._path.stat()
            file = (found.st_dev, found.st_ino)
            if self._connection is None or file != self._file:
                self._open(file)
            assert self._connection is not None
            ((number,),) = self._connection.execute("PRAGMA data_version")
        except (FileNotFoundError, sqlite3.OperationalError):
            return None
        return Version(self._connections, file, number)

    def close(self) -> None:
        """It is opened again when it is needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, file: tuple[int, int]) -> None:
        self.close()
        # It does not wait for who is writing: others would wait with it.
        self._connection = sqlite3.connect(self._address, uri=True, timeout=0, isolation_level=None)
        self._connections += 1
        self._file = file
