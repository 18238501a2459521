"""The tables of a columns file, and the values that cross its border."""

from typing import NamedTuple

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD_STRING = f"{XSD}string"
RDF_TYPE = f"{RDF}type"
LANG_STRING = f"{RDF}langString"

FORMAT = 1
"""Number of this layout; a file of another layout is refused, not misread."""

STAGED = """
CREATE TABLE staged (
    s VARCHAR NOT NULL, p VARCHAR NOT NULL, o VARCHAR NOT NULL, datatype VARCHAR, language VARCHAR,
    g VARCHAR NOT NULL, source USMALLINT, row UBIGINT
)"""
"""Quads as text, before the dictionary. An IRI is itself, a blank node `_:label`, a literal its lexical form
with its datatype (never NULL for a literal) and, for rdf:langString, its language tag in lower case."""

TERMS = """
CREATE TABLE terms (
    id UINTEGER NOT NULL, value VARCHAR NOT NULL, datatype VARCHAR, language VARCHAR,
    number DOUBLE, instant TIMESTAMP
)"""
QUADS = (
    "CREATE TABLE quads (s UINTEGER NOT NULL, p UINTEGER NOT NULL, o UINTEGER NOT NULL, g UINTEGER NOT NULL)"
)
SOURCED_QUADS = QUADS[:-1] + ", source USMALLINT, row UBIGINT)"
SOURCES = "CREATE TABLE sources (id USMALLINT NOT NULL, name VARCHAR NOT NULL, location VARCHAR NOT NULL)"
ABOUT = "CREATE TABLE about (format INTEGER NOT NULL, sourced BOOLEAN NOT NULL, statistics VARCHAR NOT NULL)"
"""One row: the layout, whether quads know their source row, and the statistics as JSON."""


class TextQuad(NamedTuple):
    """One quad as text, written as in `STAGED`."""

    s: str
    p: str
    o: str
    datatype: str | None
    language: str | None
    g: str


class SourceRow(NamedTuple):
    """Where a quad came from. `row` counts data rows from 1; None where the source has no rows."""

    source: str
    location: str
    row: int | None
