"""Quads as N-Quads text (RDF 1.1 N-Quads, §4), escaped and joined in SQL, streamed in chunks."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from graph.columns.connection import quote
from graph.columns.escaping import iri, lexical_form
from graph.columns.schema import LANG_STRING, XSD_STRING

_CHUNK_LINES = 20_000


def chunks(connection: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """UTF-8 text of all quads of the current catalogue, whole lines in every chunk, in no order."""
    return texts(connection, _LINES)


def triples(connection: duckdb.DuckDBPyConnection, graph: str) -> Iterator[bytes]:
    """N-Triples of one graph, likewise (RDF 1.1 N-Triples, §2)."""
    return texts(connection, _OF_ONE.replace("GRAPH", quote(graph)))


def text_of(lines: pa.Array) -> memoryview:
    """The UTF-8 of texts without nulls, end to end: so they lie in Arrow's buffer, which is not copied."""
    _, offsets, text = lines.buffers()
    bounds = memoryview(offsets).cast("i")
    return memoryview(text or b"")[bounds[lines.offset] : bounds[lines.offset + len(lines)]]


def texts(connection: duckdb.DuckDBPyConnection, select: str, rows: int = _CHUNK_LINES) -> Iterator[bytes]:
    """The texts of the first column, end to end, `rows` of them in a chunk."""
    for batch in connection.sql(select).to_arrow_reader(rows):
        if text := bytes(text_of(batch.column(0))):
            yield text


def _term() -> str:
    kind = (
        f"CASE datatype WHEN {quote(XSD_STRING)} THEN '' WHEN {quote(LANG_STRING)} THEN '@' || language"
        f" ELSE '^^' || {iri('datatype')} END"
    )
    return (
        f"""CASE WHEN datatype IS NOT NULL THEN '"' || ({lexical_form("value")}) || '"' || {kind}"""
        f" WHEN starts_with(value, '_:') THEN value ELSE {iri('value')} END"
    )


def _terms_of(position: str) -> str:
    # Only the terms that stand there: the hash tables of the join hold no more than they need.
    standing = f"SELECT DISTINCT {position} FROM quads"
    return f"(SELECT id, {_term()} AS text FROM terms WHERE id IN ({standing})) {position}"


_LINES = f"""
    SELECT concat(s.text, ' ', p.text, ' ', o.text, ' ', g.text, ' .', chr(10)) AS line
    FROM quads
    JOIN {_terms_of("p")} ON p.id = quads.p
    JOIN {_terms_of("g")} ON g.id = quads.g
    JOIN {_terms_of("s")} ON s.id = quads.s
    JOIN {_terms_of("o")} ON o.id = quads.o"""

_OF_ONE = f"""
    WITH quads AS (
        SELECT * FROM columns.quads
        WHERE g IN (SELECT id FROM terms WHERE datatype IS NULL AND value = GRAPH)
    )
    SELECT concat(s.text, ' ', p.text, ' ', o.text, ' .', chr(10)) AS line
    FROM quads
    JOIN {_terms_of("p")} ON p.id = quads.p
    JOIN {_terms_of("s")} ON s.id = quads.s
    JOIN {_terms_of("o")} ON o.id = quads.o"""
