"""Seconds of the processor."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(process: int) -> float:
    """Of a process and of those it started; of those that ended too, which it has waited for."""
    total = 0.0
    waiting = [process]
    while waiting:
        one = waiting.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            waiting += [
                int(child)
                for task in tasks
                for child in (task / "children").read_text(encoding="ascii").split()
            ]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        total += sum(map(int, fields[11:15])) / _TICKS
    return total
