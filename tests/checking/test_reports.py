"""Ids that last, counts that stay exact, what may be told to whom, and the forms a report is written in."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import CSVW, DCTERMS, PROV, RDF, SH, Graph, Literal, URIRef

from graph.iris import DEFAULT_BASE
from graph.shacl.reporting import Count, Origin, Refusal, Report, Result, as_csv, as_json, as_turtle
from graph.shacl.reporting.comparison import compare
from graph.shacl.reporting.identity import identified
from graph.shacl.reporting.report import columns_of, counts_of
from graph.text import Text

PATH = "https://lienthong.gov.vn/ont/core#code"
WORDS = Text("sai", "wrong")


def result(**given: object) -> Result:
    values: dict[str, object] = {
        "id": "",
        "rule": "shape:Enterprise:code",
        "severity": "violation",
        "shape": "https://lienthong.gov.vn/shape/business#Enterprise",
        "constraint": str(SH.PatternConstraintComponent),
        "path": PATH,
        "focus": "https://lienthong.gov.vn/id/enterprise/1",
        "value": "007",
        "message": WORDS,
        "remedy": Text("sửa", "mend"),
        "origin": Origin("a.csv", (3,), None, "ma_so"),
    }
    return Result(**values | given)  # type: ignore[arg-type]  # as the caller says


def report(*results: Result) -> Report:
    found = identified(results)
    return Report(
        "test-items",
        "2025-12-01T00:00:00+00:00",
        "published",
        focus_nodes=9,
        shapes=2,
        counts=counts_of(found),
        columns=columns_of(found),
        results=tuple(found),
        ids={one.id: one.access for one in found},
        refusal=Refusal(WORDS, None, Origin("a.csv", (1,))),
        run="20251201T000000000000Z",
    )


def test_an_id_is_of_the_fault_not_of_its_place_or_words() -> None:
    [one] = identified([result()])
    [moved] = identified([result(message=Text("khác", "other"), origin=Origin("b.csv", (99,)))])
    assert one.id == moved.id
    for changed in (
        {"value": "008"},
        {"path": None},
        {"focus": "urn:x"},
        {"shape": "urn:s"},
        {"constraint": ""},
    ):
        assert identified([result(**changed)])[0].id != one.id


def test_results_that_are_alike_have_ids_of_their_own_in_a_fixed_order() -> None:
    ids = [one.id for one in identified([result(), result(), result()])]
    assert len(set(ids)) == 3
    assert ids == [one.id for one in identified([result(), result(), result()])]


def test_the_name_of_a_blank_node_is_in_no_id() -> None:
    assert identified([result(focus="_:b1")])[0].id == identified([result(focus="_:xyz")])[0].id


def test_an_id_without_values_tells_nothing_of_them() -> None:
    one, other = (identified([result(value=value)], with_values=False)[0].id for value in ("001", "002"))
    assert one == other


@given(st.lists(st.text(max_size=3), max_size=6), st.lists(st.text(max_size=3), max_size=6))
def test_comparing_splits_what_there_is(before: list[str], after: list[str]) -> None:
    old, new = (report(*(result(value=value) for value in values)) for values in (before, after))
    found = compare(old, new)
    assert found.new | found.still == set(new.ids)
    assert found.mended | found.still == set(old.ids)
    assert len(found.new) + len(found.still) == len(after)
    assert not found.new & found.still


def test_a_limit_on_results_leaves_the_counts_exact() -> None:
    whole = report(*(result(value=str(number)) for number in range(50)), result(path=None, value=None))
    few = whole.first(3)
    assert len(few.results) == 3
    assert (few.total, few.counts, few.columns) == (51, whole.counts, whole.columns)
    assert [one.count for one in few.counts] == [50, 1]


def test_nobody_is_told_of_what_they_may_not_see() -> None:
    hidden = result(access="restricted", value="001088000011", path="https://x/number")
    whole = report(result(), hidden)
    refused = replace(whole, refusal=Refusal(WORDS, None, Origin(), "restricted"))
    seen = refused.seen_with({"open"})
    assert seen.total == len(seen.results) == len(seen.ids) == 1
    assert sum(one.count for one in seen.columns) == 1
    assert seen.refusal is None
    assert "001088000011" not in str(as_json.written(seen))
    assert refused.seen_with({"open", "restricted"}) == refused


@given(
    st.builds(
        result,
        value=st.none() | st.text(),
        focus=st.none() | st.text(),
        path=st.none() | st.text(),
        severity=st.sampled_from(["info", "warning", "violation"]),
        is_consequence=st.booleans(),
        origin=st.builds(
            Origin,
            st.none() | st.text(),
            st.lists(st.integers(1, 9)).map(tuple),
            st.none() | st.integers(1, 9),
            st.none() | st.text(),
        ),
    )
)
def test_json_gives_back_what_was_written(one: Result) -> None:
    whole = report(one, result())
    assert as_json.read(as_json.written(whole)) == whole


def test_turtle_is_a_results_graph_with_places_and_ids() -> None:
    whole = report(
        result(), result(value="https://x/y z", focus="_:b"), result(origin=Origin("d.nt", (), 12))
    )
    graph = Graph().parse(data=as_turtle.written(whole, base=DEFAULT_BASE), format="turtle")
    [told] = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(told, SH.conforms) == Literal(False)
    assert len(set(graph.objects(told, SH.result))) == 3
    assert {str(one) for one in graph.objects(None, DCTERMS.identifier)} == set(whole.ids)
    assert set(graph.objects(None, SH.resultPath)) == {URIRef(PATH)}
    assert Literal("https://x/y z") in set(graph.objects(None, SH.value))
    [cell, *_] = graph.subjects(CSVW.rownum, None)
    assert (str(graph.value(cell, DCTERMS.source)), str(graph.value(cell, CSVW.name))) == ("a.csv", "ma_so")
    assert (None, PROV.wasDerivedFrom, cell) in graph
    assert Literal("d.nt#line=11,12") in set(graph.objects(None, DCTERMS.source))


def test_turtle_is_the_same_text_each_time() -> None:
    whole = report(*(result(focus=f"_:b{number}") for number in range(9)))
    assert as_turtle.written(whole, base=DEFAULT_BASE) == as_turtle.written(whole, base=DEFAULT_BASE)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_csv_holds_no_formulas(value: str) -> None:
    header, line = csv.reader(io.StringIO(as_csv.written(report(result(value=value))), newline=""))
    assert len(header) == len(line)
    assert line[6] == f"'{value}"


def test_counts_put_violations_first() -> None:
    found = counts_of([result(severity="info"), result(severity="info"), result()])
    assert [(one.severity, one.count) for one in found] == [("violation", 1), ("info", 2)]
    assert isinstance(found[0], Count)
