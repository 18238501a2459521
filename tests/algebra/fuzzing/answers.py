"""Answers of engines, made comparable; and whether two of them say the same."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyoxigraph
import rdflib

from tests.algebra.fuzzing.trees import Tree
from tests.algebra.graphs import LANG_STRING, XSD, Cell, Graphs, Row, cell, rdflib_cell

JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
BASE = "urn:base"


@dataclass(frozen=True)
class Answer:
    """A truth value, a graph in canonical form, or solutions with their variables."""

    value: bool | str | None = None
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def of_columns(graphs: Graphs, query: str) -> Answer:
    """Raises Unsupported."""
    if query.startswith("CONSTRUCT"):
        return Answer(_canonical(graphs.written(query, BASE, NTRIPLES)))
    read = json.loads(graphs.written(query, BASE, JSON))
    if "boolean" in read:
        return Answer(read["boolean"])
    variables = tuple(sorted(read["head"]["vars"]))
    rows = tuple(
        tuple(_json_cell(row.get(name)) for name in variables) for row in read["results"]["bindings"]
    )
    return Answer(None, variables, rows)


def of_oxigraph(store: pyoxigraph.Store, query: str) -> Answer:
    """Raises SyntaxError."""
    found = store.query(query, base_iri=BASE)
    if isinstance(found, pyoxigraph.QueryBoolean):
        return Answer(bool(found))
    if isinstance(found, pyoxigraph.QueryTriples):
        document = found.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES)
        return Answer(_canonical(document or b""))
    variables = tuple(sorted(variable.value for variable in found.variables))
    return Answer(None, variables, tuple(tuple(cell(row[name]) for name in variables) for row in found))


def of_rdflib(data: rdflib.Dataset, query: str) -> Answer:
    """Raises whatever rdflib does, which is much."""
    found = data.query(query)
    if found.type == "ASK":
        return Answer(bool(found.askAnswer))
    if found.type == "CONSTRUCT":
        return Answer(_canonical(found.graph.serialize(format="nt", encoding="utf-8")))
    variables = tuple(sorted(str(one) for one in found.vars or ()))
    rows = tuple(
        tuple(rdflib_cell(row.get(rdflib.Variable(name))) for name in variables) for row in found.bindings
    )
    return Answer(None, variables, rows)


def alike(one: Answer, other: Answer, *, reduced: bool = False) -> bool:
    """Whether they are the same solutions in any order, numbers of a value being the same to 12 digits; with
    REDUCED any may be there once or more often."""
    if one.value is not None or other.value is not None:
        return one.value == other.value
    a, b = _counted(one), _counted(other)
    return one.variables == other.variables and (a.keys() == b.keys() if reduced else a == b)


def is_page(query: Tree) -> bool:
    return len(query.children) == 3


def whole(query: Tree) -> Tree:
    """A page's query without LIMIT and OFFSET."""
    return Tree(query.kind, "§ §", query.children[:2])


def is_page_of(page: Answer, entire: Answer, end: str) -> bool:
    """Whether `page` may be what LIMIT and OFFSET, in `end`, leave of `entire`: which solutions those are is
    left open but for their number."""
    words = end.split()
    limits = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    left = max(0, len(entire.rows) - limits.get("OFFSET", 0))
    return (
        len(page.rows) == min(left, limits.get("LIMIT", left))
        and page.variables == entire.variables
        and not _counted(page) - _counted(entire)
    )


def is_sorted(answer: Answer, conditions: str) -> bool:
    """Whether neighbours stand in the order of the first condition, `?a`, as far as SPARQL says (§15.1)."""
    if "ORDER BY" not in conditions or "a" not in answer.variables:
        return True
    place = answer.variables.index("a")
    column = [row[place] for row in answer.rows]
    return not any(_is_before(later, earlier) for earlier, later in pairwise(column))


def _is_before(one: Cell, other: Cell) -> bool:
    a, b = _rank(one), _rank(other)
    if a != b:
        return a < b
    if one is None or other is None or a == 0:
        return False
    if a == 1:
        return one[0] < other[0]
    numbers = _number(one), _number(other)
    if None not in numbers:
        return numbers[0] < numbers[1]  # type: ignore[operator] – neither is None
    return one[1] == other[1] == f"{XSD}string" and one[0] < other[0]


def _rank(one: Cell) -> int:
    if one is None:
        return -1
    if one[1] is not None:
        return 2
    return 0 if one[0].startswith("_:") else 1


def _number(one: Cell) -> float | None:
    if one is None or one[1] not in {XSD + name for name in ("integer", "decimal", "float", "double")}:
        return None
    try:
        value = float(one[0])
    except ValueError:
        return None
    return None if math.isnan(value) else value


def _counted(answer: Answer) -> Counter[tuple[object, ...]]:
    return Counter(tuple(_by_value(one) for one in row) for row in answer.rows)


def _by_value(one: Cell) -> object:
    if one is None or one[1] not in (f"{XSD}double", f"{XSD}float"):
        return one
    try:
        return (f"{float(one[0]):.12g}", one[1])
    except ValueError:
        return one


def _json_cell(term: dict[str, Any] | None) -> Cell:
    if term is None:
        return None
    value = str(term["value"])
    match term["type"]:
        case "uri":
            return value, None, None
        case "bnode":
            return f"_:{value}", None, None
    if "xml:lang" in term:
        return value, LANG_STRING, str(term["xml:lang"]).lower()
    return value, str(term.get("datatype", f"{XSD}string")), None


def _canonical(document: bytes) -> str:
    triples = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.N_TRIPLES)
    data = pyoxigraph.Dataset(triples)
    data.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return "\n".join(sorted(str(quad) for quad in data))


def dataset_of(quads: Sequence[pyoxigraph.Quad]) -> rdflib.Dataset:
    data = rdflib.Dataset()
    document = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS)
    data.parse(data=document, format="nquads")
    return data
