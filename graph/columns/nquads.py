"""Quads as N-Quads text (RDF 1.1 N-Quads, §4), escaped and joined in SQL, streamed in chunks."""

from collections.abc import Iterator

import duckdb

from graph.columns.connection import quote
from graph.columns.schema import LANG_STRING, XSD_STRING

_CHUNK_LINES = 20_000


def chunks(connection: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """UTF-8 text of all quads of the current catalogue, whole lines in every chunk, in no order."""
    for batch in connection.sql(_LINES).to_arrow_reader(_CHUNK_LINES):
        column = batch.column(0)
        # The lines lie end to end in Arrow's text buffer: the chunk is there already.
        _, offsets, text = column.buffers()
        bounds = memoryview(offsets).cast("i")
        first, last = bounds[column.offset], bounds[column.offset + len(column)]
        if last > first:
            yield bytes(memoryview(text)[first:last])


def _iri(column: str) -> str:
    # What an IRIREF must not hold is written as \\uXXXX; such an IRI is wrong, but the text stays parseable.
    escaped = (
        f"array_to_string(list_transform(string_split({column}, ''),"
        rf" lambda c: CASE WHEN {_is_forbidden('c')} THEN printf('\u%04X', unicode(c)) ELSE c END), '')"
    )
    return f"'<' || CASE WHEN {_is_forbidden(column)} THEN {escaped} ELSE {column} END || '>'"


def _is_forbidden(text: str) -> str:
    return rf"""regexp_matches({text}, '[\x00-\x20<>"{{}}|^`\\]')"""


def _lexical_form(column: str) -> str:
    escapes = ((r"'\'", r"'\\'"), ("'\"'", r"""'\"'"""), ("chr(10)", r"'\n'"), ("chr(13)", r"'\r'"))
    for raw, escaped in escapes:
        column = f"replace({column}, {raw}, {escaped})"
    return f"""'"' || {column} || '"'"""


def _term() -> str:
    kind = (
        f"CASE datatype WHEN {quote(XSD_STRING)} THEN '' WHEN {quote(LANG_STRING)} THEN '@' || language"
        f" ELSE '^^' || {_iri('datatype')} END"
    )
    return (
        f"CASE WHEN datatype IS NOT NULL THEN {_lexical_form('value')} || {kind}"
        f" WHEN starts_with(value, '_:') THEN value ELSE {_iri('value')} END"
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
