"""What is told from arrays is what SQL tells; of queries, no solution is left out."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rdflib import SH, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from graph.columns import Builder, TextQuad
from graph.shacl import array_tests, ordering, query_results, screening, value_tests
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays
from graph.shacl.beside import Beside
from graph.shacl.conformance import Violations
from graph.shacl.engine import Engine
from graph.shacl.ids import Ids
from graph.shacl.model import Query, Shape, ValueTest
from graph.shacl.ordering import Operand
from graph.shacl.outcome import Result
from graph.shacl.possible_solutions import Asked, Solutions
from graph.shacl.session import Session
from graph.shacl.terms import Constants, key
from tests.shacl.suite import triples

EX = Namespace("http://example.org/")
_TYPED = {
    XSD.integer: ("7", "007", "-1", "12", "x", "9007199254740992", "9007199254740993", "+7"),
    XSD.nonNegativeInteger: ("7", "-1"),
    XSD.decimal: ("7.0", "1.5", "7.0000000000000000001", ".5", "1e3"),
    XSD.double: ("7.0", "NaN", "INF", "1e3"),
    XSD.float: ("7", "0.1"),
    XSD.boolean: ("true", "0", "yes"),
    XSD.date: ("2024-02-29", "2023-02-29", "2025-07-01", "2025-07-01Z", "2025-07-01+07:00"),
    XSD.dateTime: (
        "2025-07-01T00:00:00",
        "2025-07-01T00:00:00Z",
        "2025-07-01T24:00:00",
        "2025-06-30T13:00:00Z",
    ),
    XSD.dateTimeStamp: ("2025-07-01T00:00:00Z", "2025-07-01T00:00:00"),
    XSD.gYear: ("2025", "25", "12025"),
    XSD.gYearMonth: ("2025-07", "2025-13"),
    XSD.duration: ("P1D", "P", "PT", "-P1Y2MT3.5S"),
    XSD.string: ("", "a", "abc", "ABC", "7", "đường", "a\nb", "2025-07-01", "dưa"),
    EX.kind: ("7", "a"),
}
TERMS: list[Node] = [
    *(Literal(text, datatype=kind) for kind, texts in _TYPED.items() for text in texts),
    *(Literal("a", lang=tag) for tag in ("vi", "en", "en-gb", "eng")),
    *(EX[name] for name in ("a", "b", "đường")),
    BNode("b"),
]
BOUNDS = [one for one in TERMS if isinstance(one, Literal)][::4]
TESTS = [
    *(ValueTest(SH.DatatypeConstraintComponent, URIRef(kind)) for kind in _TYPED),
    *(ValueTest(SH.DatatypeConstraintComponent, XSD[kind]) for kind in ("time", "language", "anyURI")),
    *(
        ValueTest(SH.NodeKindConstraintComponent, SH[kind])
        for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
    ),
    *(
        ValueTest(SH[f"{kind}ConstraintComponent"], bound)
        for kind in ("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive")
        for bound in BOUNDS
    ),
    *(
        ValueTest(SH[f"{kind}ConstraintComponent"], Literal(length))
        for kind in ("MinLength", "MaxLength")
        for length in (0, 1, 3, 5)
    ),
    *(
        ValueTest(SH.PatternConstraintComponent, Literal(pattern), flags)
        for pattern, flags in (
            ("^a", ""),
            ("^a", "i"),
            ("a.b", ""),
            ("a.b", "s"),
            ("^[a-zđườ]+$", ""),
            ("[0-9]", "q"),
        )
    ),
    *(
        ValueTest(SH.LanguageInConstraintComponent, None, members=tuple(map(Literal, tags)))
        for tags in (("vi",), ("EN",), ("*",), ("en-GB", "vi"))
    ),
    ValueTest(SH.InConstraintComponent, None, members=(EX.a, Literal("7"), Literal("a", lang="vi"))),
    ValueTest(SH.InConstraintComponent, None, members=tuple(TERMS[::3])),
]


@pytest.fixture(scope="module")
def known() -> Iterator[tuple[Session, Arrays, Constants]]:
    with Session(None) as session:
        constants = session.constants(map(key, [*TERMS, *(Literal(one) for one in range(6))]))
        yield session, Arrays(session, Beside()), constants


def _ids(constants: Constants) -> Ids:
    return np.array([int(constants.id(one)) for one in TERMS], np.uint32)


def test_single_values_are_judged_as_in_sql(known: tuple[Session, Arrays, Constants]) -> None:
    session, arrays, constants = known
    ids = _ids(constants)
    flags = ", ".join(value_tests.violated(one, constants.id, constants.operand) for one in TESTS)
    wanted = dict(session.connection.execute(f"SELECT t.id, [{flags}] FROM terms t").fetchall())
    for number, test in enumerate(TESTS):
        told = {}
        for one, node in zip(ids, TERMS, strict=True):
            try:
                told[node] = bool(array_tests.violated(test, np.array([one]), arrays, constants)[0])
            except Unjudged:
                continue
        assert told == {node: wanted[int(constants.id(node))][number] for node in told}, test
        assert len(told) > len(TERMS) - 8, test


@pytest.mark.parametrize("or_equal", [False, True])
def test_literals_are_ordered_as_in_sql(known: tuple[Session, Arrays, Constants], or_equal: bool) -> None:
    session, arrays, constants = known
    ids = _ids(constants)
    order = ordering.less(Operand.of("x"), Operand.of("y"), or_equal=or_equal)
    wanted = {
        (x, y): is_less
        for x, y, is_less in session.connection.execute(
            f"SELECT x.id, y.id, {order} FROM terms x, terms y"
        ).fetchall()
    }
    unjudged = 0
    for one in ids:
        for other in ids:
            try:
                pair = np.array([one]), np.array([other])
                told = bool(array_tests.less(*pair, arrays.terms, or_equal=or_equal)[0])
            except Unjudged:
                unjudged += 1
                continue
            assert told == wanted[int(one), int(other)], (
                TERMS[list(ids).index(one)],
                TERMS[list(ids).index(other)],
            )
    assert unjudged < 30


CONDITIONS = [
    "?a = ?b",
    "?a != ?b",
    "?a < ?b",
    "?a >= ?b",
    "STR(?a) < STR(?b)",
    "STR(?a) = STR(?b)",
    "SUBSTR(STR(?a), 1, 4) > STR(?b)",
    "SUBSTR(STR(?a), 1, STRLEN(STR(?b))) = STR(?b)",
    "SUBSTR(?a, 2) = 'b'",
    "?a = ex:a || ?b = ex:b",
    "?a IN (ex:a, ex:b, 7)",
    "?a NOT IN (ex:a, 'abc')",
    "?a = 7",
    "7 > ?a",
    "ABS(?a - ?b) > 0.5",
    "100 * ?a / ?b != 100",
    "?a + ?b >= 14",
    "xsd:integer(SUBSTR(STR(?a), 1, 1)) * 3 - 2 * FLOOR(xsd:integer(STR(?b)) / 2) = 1",
    "REGEX(?a, '^[0-9]+$')",
    "REGEX(STR(?a), '^.b')",
    "STRSTARTS(STR(?a), 'http') != STRENDS(STR(?b), 'a')",
    "STRAFTER(STR(?a), '-') = STRAFTER(STR(?b), '-')",
    "CONCAT(SUBSTR(STR(?a), 1, 1), 'b') = STR(?b)",
    "IF(STRSTARTS(STR(?a), 'a'), 1, 0) + STRLEN(STR(?b)) > 3",
    "STR(IF(STRSTARTS(STR(?a), 'a'), 1, 0)) = STR(?b)",
    "!(STRLEN(?a) > 1 && ?b = 7)",
    "!(?a < ?b)",
    "!(?a = 7) || ?b = 'abc'",
    "STR(?a) >= STR(?b) && STR(?b) != '7'",
]
PATTERNS = [
    "$this ex:p ?a OPTIONAL { $this ex:r ?c } FILTER(!BOUND(?c) || ?c = ?a)",
    "$this ex:p ?a OPTIONAL { $this ex:r ?c FILTER(?c = ?a) } FILTER(!BOUND(?c))",
    "$this ex:p ?a OPTIONAL { $this ex:r ?c FILTER(STR(?c) > 'b') } FILTER(!BOUND(?c))",
    "$this ex:p ?a FILTER EXISTS { $this ex:r ?c FILTER(STR(?c) < STR(?a)) }",
    "$this ex:p ?a FILTER NOT EXISTS { $this ex:r ?a }",
    "$this ex:p ?a FILTER NOT EXISTS { $this ex:r ?c FILTER(!(?c < ?a)) }",
    "$this ex:p ?a FILTER(NOT EXISTS { ?o ex:link $this } || EXISTS { $this ex:r ?c FILTER(?c < ?a) })",
    "$this ex:p ?a BIND(EXISTS { $this ex:r ?c } AS ?has) FILTER(!?has)",
    "$this ex:p ?a BIND(STRLEN(STR(?a)) AS ?n) FILTER((?n > 2) != EXISTS { $this ex:link ?o })",
    "{ $this ex:p ?a ; ex:r ?v BIND(ex:p AS ?path) } UNION { $this ex:q ?a ; ex:r ?v BIND(ex:q AS ?path) }"
    " FILTER(STR(?v) < STR(?a))",
    "$this ?path ?v FILTER(?path IN (ex:p, ex:r) && STR(?v) > 'b')",
    "?o ex:link $this . ?o ex:p ?a . $this ex:p ?a FILTER(?o != $this)",
    "$this ex:link ?o . ?o ex:p 'abc'",
    "$this ex:p ?a . { ?o ex:link $this FILTER(?a = 7) }",
]


NASTY = [*TERMS[:8:2], *TERMS[8:-4:4], *TERMS[-4:]]
TAME = [
    *(Literal(text, datatype=XSD.integer) for text in ("7", "12", "007", "-1")),
    *(Literal(text, datatype=XSD.decimal) for text in ("7.0", "1.5")),
    *(Literal(text, datatype=XSD.date) for text in ("2025-07-01", "2024-02-29")),
    *(Literal(text) for text in ("7", "ab", "abc", "2025", "2025-07-01", "")),
    Literal("ab", lang="vi"),
    EX.a,
    EX.b,
]
"""With these SQL answers nearly all; a nastier one it may refuse."""


def _data(some: list[Node]) -> Graph:
    """A node for every pair of some terms, with further values here and there."""
    graph = Graph(bind_namespaces="none")
    nodes = [EX[f"n{number}"] for number in range(len(some) ** 2)]
    for number, node in enumerate(nodes):
        graph.add((node, EX.p, some[number % len(some)]))
        graph.add((node, EX.q, some[number // len(some)]))
        if number % 3 == 0:
            graph.add((node, EX.r, some[(number * 7) % len(some)]))
        if number % 5 == 0:
            graph.add((node, EX.link, nodes[number // 2]))
    return graph


PREFIXES = f"PREFIX ex: <{EX}>\nPREFIX xsd: <{XSD}>\n"
WHERES = [*(f"$this ex:p ?a ; ex:q ?b FILTER({one})" for one in CONDITIONS), *PATTERNS]


def _shapes(queries: list[str], message: str = "wrong") -> Graph:
    graph = Graph(bind_namespaces="none")
    for number, query in enumerate(queries):
        shape, source = EX[f"shape{number}"], EX[f"source{number}"]
        graph.add((shape, SH.targetSubjectsOf, EX.p))
        graph.add((shape, SH.sparql, source))
        graph.add((source, SH.select, Literal(query)))
        graph.add((source, SH.message, Literal(message)))
    return graph


class Refusing:
    """Instead of pySHACL, which would be asked where SQL meets a value that it cannot treat exactly."""

    def __init__(self) -> None:
        self.refused: set[Node] = set()

    def results(self, shape: Shape, session: Session, focus: str) -> list[Result]:
        self.refused.add(shape.node)
        return []


@pytest.mark.parametrize("some", [TAME, NASTY], ids=["tame", "nasty"])
def test_no_solution_of_a_query_is_left_out(some: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [f"{PREFIXES}SELECT $this WHERE {{ {one} }}" for one in WHERES]
    estimated: dict[str, set[str]] = {}
    refusing, about = Refusing(), Asked.about

    def recorded(self: Asked, query: Query, focus: Ids) -> Solutions:
        met = about(self, query, focus).nodes["this"]
        estimated[query.text] = set(self.arrays.terms.each_text(met).to_pylist())
        raise Unjudged

    monkeypatch.setattr(Asked, "about", recorded)
    monkeypatch.setattr(Engine, "fallback", refusing)
    found: dict[str, set[str]] = defaultdict(set)
    with Session(None) as session:
        session.add(triples(_data(some)))
        for one in Engine(_shapes(queries)).results(session):
            assert isinstance(one.check.constraint, Query)
            found[one.check.constraint.text].add(one.focus[0])
    assert [one for one in queries if one not in estimated] == []
    told = [one for number, one in enumerate(queries) if EX[f"shape{number}"] not in refusing.refused]
    assert len(told) > len(queries) // 2
    for query in told:
        assert found[query] <= estimated[query], query
    # Hardly anything is let in for nothing: else the estimate would be of no use.
    loose = [one for one in told if len(estimated[one]) > 1.5 * len(found[one]) + 20]
    assert len(loose) < len(told) // 4, loose


HEADS = [
    "$this ?a (ex:p AS ?path)",
    "$this (?a AS ?value)",
    "DISTINCT $this",
    "DISTINCT $this (?a AS ?value)",
]


@pytest.mark.parametrize("head", HEADS)
def test_what_a_query_finds_is_what_sql_finds(
    head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "columns.duckdb"
    with Builder(path, keep_source=False) as builder:
        builder.stage(TextQuad(*one, "http://example.org/graph") for one in triples(_data(TAME)))
        builder.finish()
    patterns = [one for one in WHERES if "?path" not in one or "AS ?path" not in head]
    queries = [f"{PREFIXES}SELECT {head} WHERE {{ {one} }}" for one in patterns]
    shapes, told = _shapes(queries, "{?a} beside {?c}"), set[str]()
    refusing = Refusing()
    violations = query_results.violations

    def recorded(query: Query, focus: Ids, found: Solutions, constants: Constants) -> Violations:
        given = violations(query, focus, found, constants)
        told.add(query.text)
        return given

    def found() -> dict[str, Counter[tuple[object, ...]]]:
        results: dict[str, Counter[tuple[object, ...]]] = {query: Counter() for query in queries}
        with Session(path) as session:
            for one in Engine(shapes).results(session):
                assert isinstance(one.check.constraint, Query)
                results[one.check.constraint.text][one.focus, one.path, one.value, one.messages] += one.times
        return results

    monkeypatch.setattr(Engine, "fallback", refusing)
    monkeypatch.setattr(screening, "violations", recorded)
    by_arrays = found()

    def unjudged(*_: object) -> Violations:
        raise Unjudged

    monkeypatch.setattr(screening, "violations", unjudged)
    by_sql = found()
    compared = [
        query
        for number, query in enumerate(queries)
        if query in told and EX[f"shape{number}"] not in refusing.refused
    ]
    assert len(compared) > len(queries) // 2
    for query in compared:
        assert by_arrays[query] == by_sql[query], query


@pytest.mark.parametrize(
    "select",
    [
        "SELECT EXISTS (SELECT 1 FROM {joined})",
        "SELECT count(*) = 1 FROM (SELECT q.s FROM {joined} LIMIT 1)",
    ],
)
def test_there_is_something_in_a_left_join_with_nothing(tmp_path: Path, select: str) -> None:
    with Builder(tmp_path / "columns") as builder:
        quads = [
            TextQuad(f"http://x/{n}", "http://x/p", f"http://x/{n % 7}", None, None, "http://x/g")
            for n in range(1000)
        ]
        builder.stage(quads, builder.source("cases", "cases"))
        builder.finish()
    joined = "columns.quads q LEFT JOIN (SELECT s FROM columns.quads WHERE o = 99999999) n ON n.s = q.o"
    with Session(tmp_path / "columns") as session:
        assert session.connection.execute(select.format(joined=joined)).fetchone() == (True,)
