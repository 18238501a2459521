"""morph-kgc in an environment of its own: it needs pyoxigraph below 0.4, this project a newer one."""

import subprocess
import sys
from pathlib import Path

VERSION = "2.10.0"
FOLDER = Path(__file__).resolve().parents[2] / ".venv-morph"


def python() -> Path:
    """Its interpreter; the environment is made when it is not there yet (about half a minute).

    Raises CalledProcessError where the package index cannot be reached.
    """
    made = FOLDER / f"morph-kgc-{VERSION}"
    interpreter = FOLDER / "bin" / "python"
    if not made.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run(
            [str(interpreter), "-m", "pip", "install", "--quiet", f"morph-kgc=={VERSION}"], check=True
        )
        made.touch()
    return interpreter


def command(
    folder: Path, mapping: Path, output: Path, processes: int, output_format: str = "N-TRIPLES"
) -> list[str]:
    """The command that maps; the sources' paths begin at its working directory. Settings go to `folder`."""
    settings = folder / f"morph-{processes}.ini"
    settings.write_text(
        f"[CONFIGURATION]\noutput_file: {output}\noutput_format: {output_format}\n"
        f"number_of_processes: {processes}\nlogging_level: WARNING\n[Source]\nmappings: {mapping}\n",
        encoding="utf-8",
    )
    return [str(python()), "-m", "morph_kgc", str(settings)]
