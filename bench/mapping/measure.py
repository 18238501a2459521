"""One command in a process of its own: seconds, seconds of processor, peak memory with its children."""

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """`peak_mib` is the highest sum of the resident memory of the process and its children, `output` the last
    line that it wrote."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


def run(command: Sequence[str], *, cwd: Path) -> Measured:
    """Raises CalledProcessError where the command fails."""
    began, before = time.perf_counter(), _children()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(_POLL)
        written = process.stdout.read() if process.stdout else ""
    seconds = time.perf_counter() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(seconds, _children() - before, peak, written.strip().rpartition("\n")[2])


def _children() -> float:

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(pid: int) -> float:
    """MiB of a process and all below it; a page that several share counts for each."""
    total = 0.0
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) / 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                total += _resident(int(child))
    except OSError:
        return total
    return total
