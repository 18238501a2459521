"""Answers in every format as values that are equal when the answers mean the same (up to blank nodes)."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from tests.sparql11.suite import Term

MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
    ".ttl": "text/turtle",
}
_FORMATS = {
    MEDIA_TYPES[".srx"]: ox.QueryResultsFormat.XML,
    MEDIA_TYPES[".srj"]: ox.QueryResultsFormat.JSON,
    MEDIA_TYPES[".tsv"]: ox.QueryResultsFormat.TSV,
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_EXACT = {f"{_XSD}{name}" for name in ("integer", "decimal", "negativeInteger")}
_BOOLEAN = f"{_XSD}boolean"
_BINARY = {f"{_XSD}double", f"{_XSD}float"}
_RESULT_SET = """
PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#>
SELECT ?name ?solution ?value {
  { [] rs:resultVariable ?name } UNION
  { ?solution rs:binding [ rs:variable ?name ; rs:value ?value ] }
}"""

Row = Mapping[str, Term]


def meaning(document: bytes, media_type: str, *, base: str, ordered: bool) -> object:
    """The boolean, the solutions (in order where `ordered`), or the graph that a document states."""
    if media_type == "text/csv":
        header, *lines = csv.reader(io.StringIO(document.decode(), newline=""))
        return _solutions(header, (dict(zip(header, _cells(line), strict=True)) for line in lines), ordered)
    if media_type == "text/turtle":
        stated = ox.Dataset(ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri=base))
        return _result_set(stated) or _canonical(stated)
    found = ox.parse_query_results(document, format=_FORMATS[media_type])
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return _solutions(names, (dict(zip(names, row, strict=True)) for row in found), ordered)


def _solutions(names: Iterable[str], rows: Iterable[Row], ordered: bool) -> object:
    """SELECT * may name its variables in any order (SPARQL 1.1 §16.1)."""
    valued = [
        frozenset((name, _by_value(term)) for name, term in row.items() if term is not None) for row in rows
    ]
    unnamed = [row for row in valued if any(isinstance(term, ox.BlankNode) for _, term in row)]
    if ordered and not unnamed:
        return frozenset(names), valued
    ground = Counter(row for row in valued if row not in unnamed)
    nodes = ox.Dataset(
        ox.Quad(ox.BlankNode(f"row{number}"), ox.NamedNode(f"urn:variable:{name}"), term)
        for number, row in enumerate(unnamed)
        for name, term in row
    )
    return frozenset(names), ground, _canonical(nodes)


def _result_set(stated: ox.Dataset) -> object | None:
    """The solutions, where the graph is a result set in the vocabulary of the Data Access Working Group."""
    store = ox.Store()
    store.extend(stated)
    rows: dict[ox.BlankNode, dict[str, Term]] = {}
    names = set()
    for name, solution, value in store.query(_RESULT_SET):
        names.add(name.value)
        if solution is not None:
            rows.setdefault(solution, {})[name.value] = value
    return _solutions(names, rows.values(), False) if names else None


def _canonical(found: ox.Dataset) -> ox.Dataset:
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def _by_value(term: Term) -> Term:
    """Numbers and booleans are equal where their values are: what is computed may be written in any way."""
    if not isinstance(term, ox.Literal) or not any(character.isdigit() for character in term.value):
        return term
    if term.datatype.value == _BOOLEAN:
        return ox.Literal({"0": "false", "1": "true"}.get(term.value, term.value), datatype=term.datatype)
    if term.datatype.value in _EXACT:
        return ox.Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
    if term.datatype.value in _BINARY:
        return ox.Literal(repr(float(term.value)), datatype=term.datatype)
    return term


def _cells(line: Iterable[str]) -> Iterator[Term]:
    """CSV says no kinds of terms: only what stands for a blank node is one."""
    for cell in line:
        yield ox.BlankNode(cell[2:]) if cell.startswith("_:") else ox.Literal(cell)
