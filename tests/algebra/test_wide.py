"""Wide tables change no answer, whatever graphs a caller sees."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import duckdb
import pyoxigraph
import pytest

from graph.columns import Columns, wide
from graph.columns.schema import RDF_TYPE
from tests.algebra.fuzzing import answers
from tests.algebra.graphs import Graphs, opened, text_quads

OPEN, SHARED, SECRET = GRAPHS = ("urn:open", "urn:shared", "urn:secret")
DATA = f"""
@prefix : <urn:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{OPEN}> {{
  :a a :Member ; :day "2025-01-01"^^xsd:date ; :sum 7 ; :size 1.50 ; :next :b ; :several :x, :y ;
    :name "A"@vi .
  :b a :Member ; :day "2025-02-01"^^xsd:date ; :sum 12345678901234567 ; :next :c ; :several :x .
  :c a :Member ; :size "x"^^xsd:decimal ; :name "C" .
  :d :name "D" ; :open "2025-03-01"^^xsd:date .
}}
<{SHARED}> {{
  :a :shared :a ; :split 1 . :b :shared :c ; :split 2 .
  :d :shared :a .
  :s a :Scattered .
}}
<{SECRET}> {{
  :a :secret 1.5 . :b :secret -0.25 ; :open "2024-12-31"^^xsd:date . :c :split 3 .
  :t a :Scattered . :a a :Hidden ; :hidden :b . :b a :Hidden ; :hidden :a .
}}"""
PREFIXES = f"PREFIX : <urn:> PREFIX xsd: <{answers.XSD}> "
QUERIES = (
    "SELECT * { ?x a :Member }",
    "SELECT * { ?x a :Member ; :day ?day ; :sum ?sum }",
    "SELECT * { ?x :day ?day ; :sum ?sum ; :next ?y . ?y :day ?later FILTER(?later > ?day) }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :day ?day } OPTIONAL { ?x :size ?size } }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :day ?day } FILTER(!BOUND(?day) || YEAR(?day) < 2025) }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :secret ?secret } }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :name ?name } OPTIONAL { ?x :next ?name } }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :several ?one } OPTIONAL { ?x :next ?one } }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :next ?x } }",
    "SELECT * { ?x a :Member OPTIONAL { ?x :day ?day FILTER(?day > '2025-01-15'^^xsd:date) } }",
    "SELECT * { ?x a :Member ; :next ?y OPTIONAL { ?y :day ?day } }",
    "SELECT * { ?x a :Member ; :name ?name }",
    "SELECT * { ?x :name ?name }",
    "SELECT * { ?x :next ?y ; :next ?z ; :day ?day }",
    "SELECT * { ?x :next ?y, ?y }",
    "SELECT * { ?x :shared ?x }",
    "SELECT * { ?x a :Member ; :shared ?y ; :secret ?z }",
    "SELECT * { ?x a :Member ; :split ?y }",
    "SELECT * { ?x :split ?y ; :day ?day }",
    "SELECT * { ?x a :Scattered }",
    "SELECT * { ?x a :Hidden ; :hidden ?y }",
    "SELECT * { ?x a :Member, :Hidden ; :hidden ?y ; :next ?z }",
    "SELECT * { ?x :hidden ?y ; :next ?z }",
    "SELECT * { ?x :hidden ?y OPTIONAL { ?x :sum ?sum } }",
    "SELECT * { ?x a :Member ; ?p ?o }",
    "SELECT * { ?x a ?class ; :sum ?sum }",
    "SELECT * { ?x :several ?y ; :sum ?sum }",
    "SELECT * { GRAPH ?g { ?x a :Member ; :sum ?sum } }",
    f"SELECT * {{ GRAPH <{OPEN}> {{ ?x a :Member ; :sum ?sum OPTIONAL {{ ?x :size ?size }} }} }}",
    "SELECT * { ?x a :Member MINUS { ?x :sum ?sum ; :next ?y } }",
    "SELECT * { ?x a :Member FILTER NOT EXISTS { ?x :secret ?y } }",
    "SELECT * { ?x a :Member . ?x :next+ ?y . ?y a :Member }",
    "SELECT * { ?x :next/:next ?y ; :sum ?sum }",
    "SELECT * { { ?x :day ?at } UNION { ?x :open ?at } UNION { ?x :sum ?at } FILTER(isLiteral(?at)) }",
    "SELECT * { { ?x :day ?at } UNION { ?x :open ?at } FILTER(YEAR(?at) = 2025) }",
    "SELECT (SUM(?sum) AS ?all) (AVG(?sum) AS ?mean) { ?x a :Member ; :sum ?sum }",
    "SELECT (MIN(?sum) AS ?least) (MAX(?sum) AS ?most) { ?x a :Member ; :sum ?sum }",
    "SELECT ?x (SUM(?z) AS ?all) (MAX(?z) AS ?most) { ?x a :Member OPTIONAL { ?x :secret ?z } } GROUP BY ?x",
    "SELECT (SUM(?z) AS ?all) (MIN(?z) AS ?least) { ?x :secret ?z }",
    "SELECT (MIN(?at) AS ?first) (MAX(?at) AS ?last) { ?x :day ?at }",
    "SELECT (MAX(?at) AS ?last) { ?x a :Member OPTIONAL { ?x :day ?at } }",
    "SELECT ?x { ?x a :Member ; :sum ?sum } ORDER BY DESC(?sum) LIMIT 1",
    "SELECT ?x ?z { ?x a :Member OPTIONAL { ?x :secret ?z } } ORDER BY ?z ?x",
    "SELECT (COUNT(?x) AS ?n) { ?x :open ?at FILTER(?at >= '2025-01-01'^^xsd:date) }",
    "SELECT ?x ((?sum + 1) AS ?more) { ?x a :Member ; :sum ?sum ; :day ?day FILTER(?sum * 2 > 10) }",
    "SELECT (STR(?sum) AS ?text) (DATATYPE(?z) AS ?of) { ?x a :Member ; :sum ?sum OPTIONAL { ?x :size ?z } }",
    "SELECT DISTINCT ?day { ?x a :Member OPTIONAL { ?x :day ?day } }",
    "ASK { ?x a :Member ; :secret 1.5 }",
    "ASK { ?x :name ?name OPTIONAL { ?name a :Absent } }",
    "ASK { ?x :several ?y OPTIONAL { ?y :absent ?z } }",
)
SEEN = [seen for many in range(4) for seen in combinations(GRAPHS, many)]


@pytest.fixture(scope="module")
def quads() -> list[pyoxigraph.Quad]:
    store = pyoxigraph.Store()  # which rewrites literals
    store.extend(pyoxigraph.parse(DATA, format=pyoxigraph.RdfFormat.TRIG))
    return list(store.quads_for_pattern(None, None, None, None))


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory, quads: list[pyoxigraph.Quad]) -> Iterator[Columns]:
    with opened(tmp_path_factory.mktemp("wide") / "columns", text_quads(quads), is_wide=True) as made:
        yield made


@pytest.fixture(scope="module")
def graphs(columns: Columns) -> Graphs:
    return Graphs(columns)


@pytest.mark.parametrize("query", QUERIES)
def test_the_answer_is_that_over_what_a_caller_sees(
    query: str, graphs: Graphs, quads: list[pyoxigraph.Quad]
) -> None:
    # Who sees all asks first and last: nothing of it may stay behind.
    for seen in (*reversed(SEEN), *SEEN):
        store = pyoxigraph.Store()
        store.extend(one for one in quads if str(one.graph_name.value) in seen)
        named = [pyoxigraph.NamedNode(one) for one in seen]
        found = store.query(PREFIXES + query, default_graph=named, named_graphs=named)
        assert not isinstance(found, pyoxigraph.QueryTriples)
        wanted = found.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""
        ours = graphs.store.query(
            PREFIXES + query, default_graph=seen, named_graphs=seen, media_type=answers.JSON, max_bytes=10_000
        )
        assert _solutions(ours) == _solutions(wanted), seen


def _solutions(document: bytes) -> Counter[str]:
    read = json.loads(document)
    rows = [read["boolean"]] if "boolean" in read else read["results"]["bindings"]
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def _tables(columns: Columns) -> dict[str | None, dict[str, wide.Property]]:
    terms = dict(columns.connection.execute("SELECT id, value FROM terms").fetchall())
    return {
        None if one.kind is None else terms[one.kind]: {terms[each.p]: each for each in one.properties}
        for one in wide.tables(columns.connection, "wide")
        if one.kind is not None
    }


def test_what_stands_in_a_wide_table(columns: Columns, graphs: Graphs) -> None:
    found = _tables(columns)
    # Members of a class of two graphs are in no table, nor are properties of several values or graphs.
    assert found.keys() == {"urn:Member", "urn:Hidden"}
    members = found["urn:Member"]
    assert members.keys() == {
        *("urn:day", "urn:sum", "urn:size", "urn:next", "urn:name"),
        *("urn:shared", "urn:secret", "urn:open", "urn:hidden"),
    }
    assert {one for one, each in members.items() if not each.is_total} == {
        "urn:name",
        "urn:shared",
        "urn:open",
    }
    assert members["urn:day"].parts == {"instant"}
    assert members["urn:sum"].parts == {"number", "exact"}
    assert members["urn:next"].parts == frozenset()
    assert {one for one, each in found["urn:Hidden"].items() if each.is_full} >= {"urn:hidden", "urn:sum"}


def test_a_star_is_one_scan(graphs: Graphs) -> None:
    query = PREFIXES + "SELECT * { ?x a :Member ; :day ?day ; :sum ?sum OPTIONAL { ?x :size ?size } }"
    for seen, is_wide in (((OPEN,), True), ((SHARED, SECRET), False)):
        plan = graphs.store.explain(query, seen)
        assert ("wide." in plan) is is_wide, seen
        assert ("view_" in plan) is not is_wide, seen


def test_a_property_in_a_graph_that_is_not_seen_is_read_from_the_quads(graphs: Graphs) -> None:
    query = PREFIXES + "SELECT * { ?x a :Member ; :secret ?z }"
    assert "view_" not in graphs.store.explain(query, (OPEN, SECRET))
    assert "view_" in graphs.store.explain(query, (OPEN, SHARED))


def test_tables_of_other_columns_are_not_used(
    columns: Columns, quads: list[pyoxigraph.Quad], tmp_path: Path
) -> None:
    path = tmp_path / "columns"
    with opened(path, text_quads(quads[:-1])) as other:
        path.with_name(wide.FILE).write_bytes(columns.path.with_name(wide.FILE).read_bytes())
        assert "wide." not in Graphs(other).store.explain(
            f"SELECT * {{ ?x <{RDF_TYPE}> <urn:Member> }}", GRAPHS
        )


def test_no_quads_make_no_tables(tmp_path: Path) -> None:
    with opened(tmp_path / "columns", [], is_wide=True) as columns:
        assert Graphs(columns).store.graphs == {}
        assert (
            duckdb.connect(str(tmp_path / wide.FILE), read_only=True).execute("FROM tables").fetchall() == []
        )
