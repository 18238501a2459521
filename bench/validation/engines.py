"""The engines, each as a function of a columns file; to be run in a process of its own."""

import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rdflib import Graph

from bench.validation import topquadrant as other
from graph import turtle
from graph.columns import Columns
from graph.formats import DOCUMENTS, by_extension
from graph.iris import DEFAULT_BASE
from graph.shacl.reference import PyShaclValidator
from graph.shacl.session import Session
from graph.shacl.validator import ColumnsValidator
from graph.stores import lines
from graph.stores.lines import Document, read

ROOT = Path(__file__).resolve().parents[2]
SHAPES, ONTOLOGY = ROOT / "shapes", ROOT / "ontology"
Measured = dict[str, Any]


def ours(columns: Path) -> Measured:
    """The columns, validated once they are open; shapes are read before."""
    validator = ColumnsValidator(SHAPES, ONTOLOGY)
    validator.prepare()
    with Session(columns) as session:
        began = _now()
        found = validator.count(session)
        return _measured(began, found, columns)


def text(columns: Path) -> Measured:
    """From an N-Quads file to results; shapes are read, and what reads lines is imported, before."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nq"
        # In a process of its own, so that its memory is not counted; and first, as the memory of a process
        # that waits has to be fetched again.
        writing = multiprocessing.get_context("spawn").Process(target=_write, args=(columns, data))
        writing.start()
        writing.join()
        validator = ColumnsValidator(SHAPES, ONTOLOGY)
        validator.prepare()
        lines.prepare()
        began = _now()
        statements = read({data.name: Document(data, by_extension("nq", DOCUMENTS))}, base=DEFAULT_BASE)
        with Session(statements) as session:
            found = validator.count(session)
            return _measured(began, found, columns)


def _write(columns: Path, data: Path) -> None:
    with Columns(columns) as opened, data.open("wb") as file:
        file.writelines(opened.nquads())
        file.flush()
        os.fsync(file.fileno())  # what is still being written would be in the reader's way


def rust(columns: Path) -> Measured:
    """From N-Triples text to results; shapes are read before."""
    import shacl

    shapes = shacl.Shapes.from_text(_shapes().serialize(format="nt"), format="ntriples")
    text = b"".join(_ntriples(columns)).decode()
    began = _now()
    report = shapes.validate_text(text, format="ntriples")
    return _measured(began, len(report.results), columns)


def topquadrant(columns: Path) -> Measured:
    """From an N-Triples file to the report; Java's start and the shapes are in it."""
    with tempfile.TemporaryDirectory() as folder:
        data, shapes = Path(folder) / "data.nt", Path(folder) / "shapes.ttl"
        with data.open("wb") as file:
            file.writelines(_ntriples(columns))
        _shapes().serialize(shapes, format="turtle")
        command = other.command(data, shapes)
        began = _now()
        # Its exit code is 1 where there are violations.
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "ValidationReport" not in done.stdout:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        return _measured(began, done.stdout.count("sh:ValidationResult"), columns)


def pyshacl(columns: Path) -> Measured:
    """The columns, read into a graph and validated."""
    validator = PyShaclValidator(SHAPES, ONTOLOGY)
    began = _now()
    report = validator.validate(columns, [])
    return _measured(began, len(report.violations), columns)


ENGINES: dict[str, Callable[[Path], Measured]] = {
    "ours": ours,
    "text": text,
    "rust": rust,
    "topquadrant": topquadrant,
    "pyshacl": pyshacl,
}


def _now() -> tuple[float, float]:
    """The clock, and the seconds of processor of this process and those that it waited for."""
    times = os.times()
    return time.perf_counter(), times.user + times.system + times.children_user + times.children_system


def _measured(began: tuple[float, float], results: int, columns: Path) -> Measured:
    seconds, processor = (now - before for now, before in zip(_now(), began, strict=True))
    with Columns(columns) as opened:
        quads = opened.statistics().quads
    return {"seconds": seconds, "processor": processor, "results": results, "quads": quads}


def _shapes() -> Graph:
    return turtle.read(*sorted(SHAPES.glob("*.ttl")))


def _ntriples(columns: Path) -> list[bytes]:
    with Columns(columns) as opened:
        text = b"".join(opened.nquads())
        for graph in opened.statistics().graphs:
            text = text.replace(f" <{graph}> .\n".encode(), b" .\n")
    return [text]
