"""Requests in a second: wrk (Debian), one connection a client, a list of addresses over and over."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import processor

LUA = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`processor`: milliseconds of the server's processes by request; `failed`: answers other than 2xx."""

    per_second: float
    processor: float
    failed: int


def is_installed() -> bool:
    return shutil.which("wrk") is not None


def rate(
    endpoint: str,
    addresses: Sequence[str],
    folder: Path,
    *,
    clients: int,
    seconds: float,
    process: int,
    headers: Mapping[str, str],
) -> Rate:
    """Raises CalledProcessError where the server cannot be reached."""
    (folder / "wrk.lua").write_text(LUA, encoding="utf-8")
    (folder / "paths").write_text("\n".join(addresses) + "\n", encoding="utf-8")
    shown = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--timeout", "30s", *shown]
    before = processor.seconds(process)
    told = subprocess.run(
        [*command, "-s", str(folder / "wrk.lua"), endpoint],
        env=os.environ | {"PATHS": str(folder / "paths")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    used = processor.seconds(process) - before
    requests = int(_number(r"(\d+) requests in", told))
    return Rate(
        _number(r"Requests/sec: +([\d.]+)", told),
        1000 * used / max(1, requests),
        int(_number(r"Non-2xx or 3xx responses: (\d+)", told)),
    )


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0
