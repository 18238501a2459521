"""Several columns files become one: the terms are numbered anew, the quads follow by their ids."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from graph.columns import dictionary
from graph.columns.connection import MEMORY_MB, THREADS, attach, connected, quote
from graph.columns.durable import commit
from graph.columns.schema import ABOUT, QUADS, SOURCES, TERMS
from graph.columns.statistics import Statistics, record


def merge(
    inputs: Sequence[Path],
    output: Path,
    *,
    labels: Sequence[str] | None = None,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> Statistics:
    """Write the quads of all `inputs` to `output`, in one step; source rows are left behind.

    A blank node means nothing outside its own file: its label becomes one of that input's own, made from the
    input's entry in `labels` (its data set's name; its place in the sequence when there are none), so that
    the same data set has the same labels in every merge.
    """
    prefixes = _prefixes(labels if labels is not None else [str(place) for place in range(len(inputs))])
    if len(prefixes) != len(inputs):
        raise ValueError("as many different labels as inputs are needed")
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{output.name}.", suffix=".building", dir=output.parent))
    try:
        with connected(
            database=folder / "work", spill=folder / "spill", memory_mb=memory_mb, threads=threads
        ) as connection:
            made = folder / "columns"
            attach(connection, made, "output", read_only=False)
            connection.execute("USE output")
            for table in (TERMS, QUADS, SOURCES, ABOUT):
                connection.execute(table)
            catalogues = [f"input{place}" for place in range(len(inputs))]
            for path, catalogue in zip(inputs, catalogues, strict=True):
                attach(connection, path, catalogue)
            _merge(connection, dict(zip(catalogues, prefixes, strict=True)))
            statistics = record(connection, sourced=False)
            connection.execute("USE work")
            connection.execute("CHECKPOINT output")
            connection.execute("DETACH output")
        commit(made, output)
    finally:
        shutil.rmtree(folder)
    return statistics


def _merge(connection: duckdb.DuckDBPyConnection, prefixes: dict[str, str]) -> None:
    if not prefixes:
        return
    texts = {
        catalogue: f"SELECT id, {relabelled(prefix)} AS value, datatype, language FROM {catalogue}.terms"
        for catalogue, prefix in prefixes.items()
    }
    everything = " UNION ALL ".join(texts.values())
    dictionary.write_terms(
        connection, [f"SELECT DISTINCT value, datatype, language FROM ({everything})"], into="output.terms"
    )
    any(_renumber(connection, texts, key) for key in dictionary.in_turn())
    moved = " UNION ALL ".join(
        f"""
        SELECT s.new AS s, p.new AS p, o.new AS o, g.new AS g FROM {catalogue}.quads
        JOIN work.{catalogue} s ON s.old = quads.s JOIN work.{catalogue} p ON p.old = quads.p
        JOIN work.{catalogue} o ON o.old = quads.o JOIN work.{catalogue} g ON g.old = quads.g
        """
        for catalogue in prefixes
    )
    connection.execute(
        f"INSERT INTO output.quads SELECT DISTINCT s, p, o, g FROM ({moved}) ORDER BY p, s, o, g"
    )


def _renumber(connection: duckdb.DuckDBPyConnection, texts: dict[str, str], key: dictionary.Key) -> bool:
    """Make one table (old, new) of ids for each input. False, and none made, where two terms share a key."""
    named = key("value", "datatype", "language")
    connection.execute(f"CREATE OR REPLACE TABLE work.keys AS SELECT {named} AS key, id FROM output.terms")
    if not dictionary.are_distinct(connection, "work.keys"):
        return False
    for catalogue, text in texts.items():
        connection.execute(
            f"""
            CREATE TABLE work.{catalogue} AS SELECT text.id AS old, keys.id AS new
            FROM ({text}) text JOIN work.keys ON keys.key = {named}
            """
        )
    return True


def relabelled(prefix: str, value: str = "value", datatype: str = "datatype") -> str:
    """SQL for a term's text in the merged file: a blank node's label begins with `prefix`."""
    return (
        f"CASE WHEN {datatype} IS NULL AND starts_with({value}, '_:')"
        f" THEN {quote(prefix)} || substr({value}, 3) ELSE {value} END"
    )


def prefix_of(label: str) -> str:
    """The beginning of one input's blank node labels; all of one length, so that no two run together."""
    return f"_:b{hashlib.sha256(label.encode()).hexdigest()[:12]}"


def _prefixes(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(map(prefix_of, labels)))
