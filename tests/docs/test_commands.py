"""What the docs tell people to type works, and prints what the docs say it prints.

Every ```sh block of a document is run, in order, by `sh -eu` against a data folder into which all data sets
have been published. A ```text block right after it is what stdout must show; `…` stands for any text,
and runs of blanks count as one. A block that starts something, or needs another machine, is marked
```shell and is not run. Where a block asks the service on port 8000, one is running, on a free port.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"^( *)```sh\n(?P<script>.*?)^ *```\n(?:\s*^ *```text\n(?P<output>.*?)^ *```$)?", re.M | re.S
)
ADDRESS = "127.0.0.1:8000"


def examples(text: str) -> list[tuple[str, str | None]]:
    """The scripts of a document, each with the output it promises."""
    return [(found["script"], found["output"]) for found in BLOCK.finditer(text)]


def promised(output: str) -> re.Pattern[str]:
    """The pattern of an output in which `…` stands for any text."""
    parts = (r"\s+".join(map(re.escape, re.split(r"\s+", part))) for part in output.strip().split("…"))
    return re.compile(".*".join(parts), re.DOTALL)


def person(folder: Path, port: int) -> dict[str, str]:
    """The environment of a person at the top of the checkout, with data and data sets that can be spoilt."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LIENTHONG_DATA_DIR": str(folder / "data"),
        "LIENTHONG_DATASETS_DIR": str(folder / "ingest" / "datasets"),
        "LIENTHONG_PORT": str(port),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path) -> None:
    """A checkout to work in: links to what is only read, a copy of the data sets."""
    for path in ROOT.iterdir():
        if path.name not in (".git", ".venv", "data", "ingest", "lienthong.toml"):
            (folder / path.name).symlink_to(path)
    shutil.copytree(ROOT / "ingest", folder / "ingest", ignore=shutil.ignore_patterns("__pycache__"))


def is_ready(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5).close()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    process = subprocess.Popen(["lienthong", "serve"], cwd=folder, env=person(folder, port))
    try:
        deadline = time.monotonic() + 300
        while not is_ready(port):
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service was not ready within 300 s"
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_what_is_typed_works(script: Path, published: Settings, tmp_path: Path) -> None:
    blocks = examples(script.read_text(encoding="utf-8"))
    prepare(tmp_path)
    shutil.copytree(published.data_dir, tmp_path / "data", symlinks=True)
    port = free_port()
    if any(ADDRESS in commands for commands, _ in blocks):
        with serving(tmp_path, port):
            run_all(blocks, tmp_path, port)
    else:
        run_all(blocks, tmp_path, port)


def run_all(blocks: list[tuple[str, str | None]], folder: Path, port: int) -> None:
    for commands, output in blocks:
        run = subprocess.run(
            ["sh", "-eu"],
            input=commands.replace(ADDRESS, f"127.0.0.1:{port}"),
            cwd=folder,
            env=person(folder, port),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert run.returncode == 0, f"{commands}\n{run.stdout}\n{run.stderr}"
        if output is not None:
            printed = run.stdout.replace(f"127.0.0.1:{port}", ADDRESS).strip()
            assert promised(output).fullmatch(printed), (
                f"{commands}\nprinted:\n{printed}\npromised:\n{output}"
            )


def test_promises_can_be_broken() -> None:
    [(script, output), (_, nothing)] = examples("```sh\na\n```\n\n```text\nb  … d\n```\nx\n```sh\nc\n```\n")
    assert (script, nothing) == ("a\n", None)
    assert output is not None
    assert promised(output).fullmatch("b 1\n2 d")
    assert not promised(output).fullmatch("b 1 2")
