"""A columns file less some of its subjects: what is left when entities are put in quarantine."""

from collections.abc import Collection
from pathlib import Path

from graph.columns.build import Builder
from graph.columns.connection import MEMORY_MB, THREADS, attach
from graph.columns.statistics import Statistics

_KEPT = """
    INSERT INTO work.staged
    SELECT s.value, p.value, o.value, o.datatype, o.language, g.value, quads.source, quads.row
    FROM whole.quads
    JOIN whole.terms s ON s.id = quads.s JOIN whole.terms p ON p.id = quads.p
    JOIN whole.terms o ON o.id = quads.o JOIN whole.terms g ON g.id = quads.g
    WHERE s.value NOT IN (SELECT unnest($left_out))"""


def without(
    whole: Path,
    subjects: Collection[str],
    output: Path,
    *,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> Statistics:
    """Writes the version `whole` to `output` without the quads of `subjects`; nothing of them stays behind.

    The dictionary is made anew, so that no value of a left out entity is in the file. Source rows are kept.
    """
    with Builder(output, memory_mb=memory_mb, threads=threads, keep_source=True) as builder:
        attach(builder.connection, whole, "whole")
        builder.connection.execute("INSERT INTO work.sources SELECT * FROM whole.sources")
        builder.connection.execute(_KEPT, {"left_out": list(subjects)})
        builder.connection.execute("DETACH whole")
        return builder.finish()
