"""An RDF file (Turtle, N-Triples) that a SPARQL SELECT asks (RML-IO, test case 0003): a row is a solution, a
column a variable.

The graph is held in memory: this is for code lists and descriptions, not for what a mapping would make.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import duckdb
from pyparsing import ParseBaseException
from rdflib import Graph
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.bad_bytes import not_utf8
from ingest.sources.relation import BATCH_ROWS, Batch, check_columns, create_from_batches
from ingest.sources.source import LogicalSource

# rdflib would fetch what these name.
_REFUSED = re.compile(r"\b(SERVICE|FROM|LOAD)\b", re.IGNORECASE)


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns. Raises SourceError for what is neither Turtle nor a SELECT
    that reads this file alone."""
    query = _query(source)
    graph = Graph()
    try:
        graph.parse(str(path), format="turtle")
    except (BadSyntax, ParserError, ValueError, LookupError, RecursionError) as wrong:
        reason = str(wrong).strip().splitlines()[0] if str(wrong).strip() else type(wrong).__name__
        raise not_utf8(path) or SourceError(
            Text(f"Tệp không phải Turtle: {reason}", f"The file is not Turtle: {reason}"),
            hint=Text("Viết Turtle hoặc N-Triples.", "Write Turtle or N-Triples."),
            place=Place(file=str(path), line=getattr(wrong, "lines", None)),
        ) from wrong
    found = graph.query(query)
    columns = [str(variable) for variable in found.vars or ()]
    check_columns(columns, source.place)
    solutions = ([None if term is None else str(term) for term in row] for row in found)  # type: ignore[union-attr]  # of a SELECT
    create_from_batches(connection, source.name, columns, _batches(solutions))
    return columns


def _query(source: LogicalSource) -> Query:
    text = source.iterator or ""
    reason = ""
    if refused := _REFUSED.search(text):
        reason = refused.group().upper()
    else:
        try:
            query = prepareQuery(text)
            if query.algebra.name == "SelectQuery":
                return query
            reason = query.algebra.name
        except (ParseBaseException, ValueError, RecursionError) as wrong:
            reason = str(wrong).splitlines()[0]
    raise SourceError(
        Text(f"Không phải SELECT dùng được: {reason}", f"Not a SELECT that may be used: {reason}"),
        hint=Text(
            "Viết một SELECT của SPARQL, không có SERVICE, FROM.",
            "Write one SELECT of SPARQL, without SERVICE and FROM.",
        ),
        place=source.place,
    )


def _batches(solutions: Iterator[list[str | None]]) -> Iterator[Batch]:
    while rows := list(islice(solutions, BATCH_ROWS)):
        yield Batch(list(zip(*rows, strict=True)))
