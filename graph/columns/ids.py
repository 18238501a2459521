"""Terms of a columns file that is being changed: ids stay, new terms follow behind, unused ones go."""

import duckdb

_ALIKE = (
    "n.value = o.value AND n.datatype IS NOT DISTINCT FROM o.datatype"
    " AND n.language IS NOT DISTINCT FROM o.language"
)


_TEXTS = 100_000


def are_in_order(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether ids are in the order of the texts, as `dictionary.write_terms` makes them and `add_terms` does
    not. Reads all texts: 0.1 s a million."""
    import pyarrow.compute as pc  # it takes 20 ms, and most who read columns never ask

    before = None
    for batch in connection.sql("SELECT value FROM terms ORDER BY id").to_arrow_reader(_TEXTS):
        texts = batch.column(0)
        if before is not None and texts[0].as_py() < before:
            return False
        if not pc.all(pc.less_equal(texts[:-1], texts[1:])).as_py():
            return False
        before = texts[-1].as_py()
    return True


def add_terms(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Adds to `output.terms` those terms of `table` (which has its columns) that it does not have.

    Makes the table `fresh` of them, with their ids.
    """
    connection.execute(
        f"""
        CREATE TEMP TABLE fresh AS
        SELECT ((SELECT coalesce(max(id), -1) FROM output.terms) + row_number() OVER
                (ORDER BY value, datatype NULLS FIRST, language NULLS FIRST))::UINTEGER AS id,
               value, datatype, language, number, instant
        FROM {table} o ANTI JOIN output.terms n ON {_ALIKE}
        """
    )
    connection.execute("INSERT INTO output.terms SELECT * FROM fresh")


def translate(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Makes the table `translation` (old, new) from the ids of `table` to those of `output.terms`."""
    connection.execute(
        f"CREATE TEMP TABLE translation AS SELECT o.id AS old, n.id AS new"
        f" FROM output.terms n JOIN {table} o ON {_ALIKE}"
    )


def drop_unused(connection: duckdb.DuckDBPyConnection) -> int:
    """Takes the terms of the table `went` that no quad has any more out of `output.terms`; how many."""
    connection.execute("CREATE TEMP TABLE unused AS SELECT DISTINCT unnest([s, p, o, g]) AS id FROM went")
    for position in ("s", "p", "o", "g"):
        connection.execute(
            f"DELETE FROM unused WHERE id IN"
            f" (SELECT {position} FROM output.quads WHERE {position} IN (SELECT id FROM unused))"
        )
    connection.execute("DELETE FROM output.terms WHERE id IN (SELECT id FROM unused)")
    [(gone,)] = connection.execute("SELECT count(*) FROM unused").fetchall()
    return int(gone)
