"""The same verbs everywhere: the Makefile, CI and the README."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"run", "test", "lint", "fix", "bench", "docs", "clean"}


def test_make_alone_lists_every_target_with_a_line() -> None:
    run = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    listed = dict(re.findall(r"^  make (\w+) +(\S.*)$", run.stdout, re.MULTILINE))
    assert set(listed) >= TARGETS
    assert all(" · " in line for line in listed.values()), "each line speaks Vietnamese and English"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split("\n\n")[-1].strip().splitlines()
    assert commands[-1] == "make test"
    assert re.search(r"^make test\b", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
