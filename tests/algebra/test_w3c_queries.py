"""The query evaluation tests of the W3C's SPARQL 1.1 suite: what is compiled gives the expected solutions.

Queries that are refused are listed with the reason in `refused.toml`; the list may only shrink. Numbers of
results are compared by value, because the recommendation fixes no lexical form for computed ones; blank nodes
by being one.
"""

import contextlib
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result

from graph import algebra
from graph.columns import Columns
from graph.settings import Settings
from graph.sparql.guard import Limits, guard
from graph.sparql.writing import WORDINGS
from tests.algebra.graphs import (
    DEFAULT,
    XSD,
    Cell,
    Graphs,
    Refused,
    Row,
    cell,
    opened,
    rdflib_cell,
    text_quads,
)

SUITE = Settings().suites / "sparql11"
MANIFESTS = [
    path
    for path in sorted(SUITE.glob("*/manifest.ttl"))
    # Entailment regimes and SERVICE are no part of a graph's own algebra.
    if path.parent.name not in ("entailment", "service")
]
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
FORMATS = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".trig": pyoxigraph.RdfFormat.TRIG,
}
NUMERIC = tuple(XSD + name for name in ("integer", "decimal", "double", "float"))
REFUSED = tomllib.loads((Path(__file__).parent / "refused.toml").read_text(encoding="utf-8"))["refused"]


@dataclass(frozen=True)
class Case:
    name: str
    query: Path
    result: Path
    data: tuple[Path, ...]
    named: Mapping[str, Path]


def cases() -> Iterator[Case]:
    for manifest in MANIFESTS:
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        for test in sorted(graph.subjects(RDF.type, MF.QueryEvaluationTest)):
            action, result = graph.value(test, MF.action), graph.value(test, MF.result)
            query = graph.value(action, QT.query)
            if query is None or result is None:
                continue
            named = {}
            for one in graph.objects(action, QT.graphData):
                source = one if isinstance(one, URIRef) else graph.value(one, QT.graph)
                named[str(source)] = file_of(source)
            yield Case(
                f"{manifest.parent.name}/{str(test).rpartition('#')[2]}",
                file_of(query),
                file_of(result),
                tuple(file_of(one) for one in graph.objects(action, QT.data)),
                named,
            )


def file_of(address: object) -> Path:
    return Path(str(address).removeprefix("file://"))


CASES = list(cases())


def quads(case: Case) -> Iterator[pyoxigraph.Quad]:
    for path, name in [*((path, None) for path in case.data), *((path, n) for n, path in case.named.items())]:
        graph = pyoxigraph.DefaultGraph() if name is None else pyoxigraph.NamedNode(name)
        parsed = pyoxigraph.parse(path=str(path), format=FORMATS[path.suffix], base_iri=path.as_uri())
        for quad in parsed:
            yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, graph)


def expected(path: Path, variables: tuple[str, ...]) -> list[Row]:
    if path.suffix == ".ttl":
        return of_result_set(rdflib.Graph().parse(path, publicID=path.as_uri()), variables)
    kind = pyoxigraph.QueryResultsFormat.from_extension(path.suffix[1:])
    if kind is None or path.suffix == ".csv":
        return from_rdflib(Result.parse(str(path), format=path.suffix[1:]), variables)
    parsed = pyoxigraph.parse_query_results(path=str(path), format=kind)
    if isinstance(parsed, pyoxigraph.QueryBoolean):
        return [((str(bool(parsed)).lower(), f"{XSD}boolean", None),)]
    assert isinstance(parsed, pyoxigraph.QuerySolutions)
    return [tuple(cell(row[name]) for name in variables) for row in parsed]


def clauses(text: str, case: Case) -> tuple[list[str], list[str]]:
    """The graphs of FROM and FROM NAMED, or the default graph and all named ones."""
    said = guard(text, Limits(100_000, 64, 64), case.query.as_uri()).dataset
    return [*said.default] or [DEFAULT], [*said.named] or [*case.named]


def answer(document: bytes, media_type: str, variables: tuple[str, ...]) -> list[Row]:
    """The rows of an answer as our service writes it."""
    if media_type == "text/csv" and variables:
        return from_rdflib(Result.parse(io.BytesIO(document), format="csv"), variables)
    if media_type.startswith("text/") and not variables:
        return [((document.decode().strip(), f"{XSD}boolean", None),)]
    kind = pyoxigraph.QueryResultsFormat.from_media_type(media_type)
    assert kind is not None
    parsed = pyoxigraph.parse_query_results(document, kind)
    if isinstance(parsed, pyoxigraph.QueryBoolean):
        return [((str(bool(parsed)).lower(), f"{XSD}boolean", None),)]
    assert isinstance(parsed, pyoxigraph.QuerySolutions)
    return [tuple(cell(row[name]) for name in variables) for row in parsed]


def _without_empty(rows: list[Row]) -> list[Row]:
    return [tuple(None if one is None or one[0] == "" else one for one in row) for row in rows]


def of_result_set(graph: rdflib.Graph, variables: tuple[str, ...]) -> list[Row]:
    """Solutions written as RDF, with the vocabulary of the working group."""
    rows = []
    for solution in graph.objects(None, RS.solution):
        bound = {
            str(graph.value(binding, RS.variable)): rdflib_cell(graph.value(binding, RS.value))
            for binding in graph.objects(solution, RS.binding)
        }
        rows.append(tuple(bound.get(name) for name in variables))
    return rows


def from_rdflib(result: Result, variables: tuple[str, ...]) -> list[Row]:
    if result.type == "ASK":
        return [((str(result.askAnswer).lower(), f"{XSD}boolean", None),)]
    return [
        tuple(rdflib_cell(row.get(rdflib.Variable(name))) for name in variables) for row in result.bindings
    ]


def comparable(rows: Iterable[Row], *, typed: bool) -> Mapping[tuple[object, ...], int]:
    return Counter(tuple(by_value(one, typed=typed) for one in row) for row in rows)


def by_value(one: Cell, *, typed: bool) -> object:
    if one is None:
        return None
    value, datatype, language = one
    if datatype is None and value.startswith("_:"):
        return "blank"
    if datatype in NUMERIC or not typed:
        with contextlib.suppress(ValueError):
            value = f"{float(value):.12g}"
    return (value, datatype, language) if typed else value


@pytest.fixture(scope="module")
def graphs_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Case], Graphs]]:
    """The columns of a case; cases of the same data share them."""
    folder = tmp_path_factory.mktemp("w3c")
    made: dict[object, Columns] = {}
    found: dict[object, Graphs] = {}

    def graphs(case: Case) -> Graphs:
        data = (case.data, tuple(case.named.items()))
        if data not in made:
            made[data] = opened(folder / f"{len(made)}.duckdb", text_quads(quads(case)))
            found[data] = Graphs(made[data])
        return found[data]

    yield graphs
    for columns in made.values():
        columns.close()


@pytest.mark.skipif(not CASES, reason=f"the W3C suite is not in {SUITE}: set LIENTHONG_SUITES")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_query(case: Case, graphs_of: Callable[[Case], Graphs], count_for: Callable[[str], None]) -> None:
    graphs = graphs_of(case)
    text, base = case.query.read_text(encoding="utf-8"), case.query.as_uri()
    try:
        plan = graphs.plan(text, base=base, has_dataset=True)
        if plan.form == "CONSTRUCT":
            constructed = graphs.written(text, base, "application/n-triples", *clauses(text, case))
        else:
            found, by_itself = graphs.rows(plan), graphs.rows(plan, looked_up=False)
            has_cells = plan.form == "ASK" or bool(plan.variables)
            kinds = [kind for kind in WORDINGS if has_cells or not kind.startswith("text/")]
            written = {kind: graphs.written(text, base, kind) for kind in kinds}
    except (algebra.Unsupported, Refused) as refused:
        if case.name not in REFUSED:
            pytest.fail(f"refused: {refused}")
        count_for("sparql11 queries that the algebra refuses")
        return
    assert case.name not in REFUSED, f"{case.name} compiles now: take it out of refused.toml"
    count_for("sparql11 queries compiled by the algebra")
    if plan.form == "CONSTRUCT":
        given = rdflib.Graph().parse(data=constructed, format="nt")
        assert isomorphic(given, rdflib.Graph().parse(case.result, publicID=case.result.as_uri()))
        return
    wanted = expected(case.result, plan.variables)
    typed = case.result.suffix != ".csv"
    assert comparable(found, typed=typed) == comparable(wanted, typed=typed)
    assert comparable(by_itself, typed=typed) == comparable(wanted, typed=typed)
    for kind, document in written.items():
        read = answer(document, kind, plan.variables)
        is_typed = typed and kind != "text/csv"
        if kind == "text/csv":  # it has no sign for what is unbound
            read, expects = _without_empty(read), _without_empty(wanted)
        else:
            expects = wanted
        assert comparable(read, typed=is_typed) == comparable(expects, typed=is_typed), kind
