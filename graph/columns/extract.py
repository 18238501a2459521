"""Parts of a columns file: what is about given subjects, what is in given graphs."""

from collections.abc import Collection
from pathlib import Path

from graph.columns import given
from graph.columns.build import Builder
from graph.columns.connection import MEMORY_MB, THREADS, attach
from graph.columns.statistics import Statistics

_OF_GIVEN = """
    INSERT INTO work.staged
    SELECT s.value, p.value, o.value, o.datatype, o.language, g.value, quads.source, quads.row
    FROM (SELECT * FROM whole.quads WHERE {position} IN
          (SELECT id FROM whole.terms WHERE datatype IS NULL AND value IN (SELECT value FROM given))) quads
    JOIN whole.terms s ON s.id = quads.s JOIN whole.terms p ON p.id = quads.p
    JOIN whole.terms o ON o.id = quads.o JOIN whole.terms g ON g.id = quads.g"""


def about(
    whole: Path,
    subjects: Collection[str],
    output: Path,
    *,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> Statistics:
    """Writes to `output` the quads of the version `whole` whose subject is one of these, with source rows."""
    return _part(whole, "s", subjects, output, memory_mb, threads)


def within(
    whole: Path,
    graphs: Collection[str],
    output: Path,
    *,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> Statistics:
    """Writes to `output` the quads of the version `whole` that are in one of these named graphs."""
    return _part(whole, "g", graphs, output, memory_mb, threads)


def _part(
    whole: Path, position: str, wanted: Collection[str], output: Path, memory_mb: int, threads: int
) -> Statistics:
    with Builder(output, memory_mb=memory_mb, threads=threads, keep_source=True) as builder:
        attach(builder.connection, whole, "whole")
        builder.connection.execute("INSERT INTO work.sources SELECT * FROM whole.sources")
        builder.connection.register("given", given.values(wanted))
        builder.connection.execute(_OF_GIVEN.format(position=position))
        builder.connection.unregister("given")
        builder.connection.execute("DETACH whole")
        return builder.finish()
