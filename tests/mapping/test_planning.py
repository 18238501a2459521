"""Plans: pure, printable, one scan a triples map, errors that name the columns there are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping import Plan
from ingest.mapping.staging import staging
from ingest.mapping.statement import Parameters

HEAD = """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
<#units> a rml:LogicalSource ; rml:source "units.csv" ; rml:referenceFormulation rml:CSV .
<#items> a rml:LogicalSource ; rml:source "i.json" ; rml:iterator "$[*]" ;
  rml:referenceFormulation rml:JSONPath .
"""
COLUMNS = {"units": ("code", "name", "Phường"), "items": ("it",)}
PlanOf = Callable[[str], Plan]


@pytest.fixture
def plan_of(tmp_path: Path) -> PlanOf:
    def run(text: str) -> Plan:
        (tmp_path / "m.ttl").write_text(HEAD + text, encoding="utf-8")
        return mapping.plan(mapping.load(tmp_path / "m.ttl", base="http://b.example/"), COLUMNS)

    return run


def unit(objects: str, source: str = "units", subject: str = 'rml:template "http://x.example/{code}"') -> str:
    return (
        f"<#U> rml:logicalSource <#{source}> ; rml:subjectMap [ {subject} ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate ex:p, ex:q ; rml:objectMap {objects} ] ."
    )


def test_one_statement_reads_the_relation_once(plan_of: PlanOf) -> None:
    plan = plan_of(unit('[ rml:reference "name" ], [ rml:template "{Phường}-{code}" ]'))
    (statement,) = plan.statements
    assert (statement.triples_map, statement.source) == ("U", "units")
    assert statement.rows.count('FROM "units"') == 1
    assert len(statement.quads) == 4


def test_a_plan_is_printable(plan_of: PlanOf) -> None:
    printed = str(plan_of(unit('[ rml:reference "name" ]')))
    assert "-- U ← units: 2 quads a row\nINSERT INTO staged\nSELECT" in printed
    assert "MACRO iri_safe(value)" in printed
    assert "'http://x.example/' || iri_safe(\"code\")" in printed


def test_the_same_mapping_gives_the_same_plan(plan_of: PlanOf) -> None:
    text = unit('[ rml:reference "name" ], [ rml:template "{Phường}-{code}" ; rml:termType rml:BlankNode ]')
    assert str(plan_of(text)) == str(plan_of(text))


def test_quotes_in_names_and_texts_stay_in_their_place(plan_of: PlanOf) -> None:
    plan = plan_of(unit("""[ rml:constant "it's $scope \\"x\\"" ]"""))
    (insert, *_) = staging(plan.statements[0])
    filled = Parameters("urn:o'g", source=7).into(insert)
    assert "'it''s $scope \"x\"'" in filled
    assert "CAST('urn:o''g' AS VARCHAR)" in filled
    assert "$source" not in filled


def test_several_values_are_statements_of_their_own_and_joins_are_not(plan_of: PlanOf) -> None:
    plan = plan_of(
        unit('[ rml:reference "$.a[*]" ], [ rml:reference "$.b" ]', "items", 'rml:template "http://x/{$.id}"')
        + """
<#V> rml:logicalSource <#units> ; rml:subjectMap [ rml:reference "name" ] ;
  rml:predicateObjectMap [ rml:predicate ex:r ; rml:objectMap [ rml:parentTriplesMap <#U> ;
    rml:joinCondition [ rml:child "code" ; rml:parent "$.id" ] ] ] ."""
    )
    assert [statement.triples_map for statement in plan.statements] == ["U", "U", "U", "V"]
    assert [parent.triples_map for _, parent in plan.statements[-1].joined] == ["U"]
    assert "'http://example.org/r' ⋈ U: its distinct objects" in str(plan)
    assert [statement.repeats_rows for statement in plan.statements] == [False, True, True, False]


@pytest.mark.parametrize(
    ("objects", "column", "nearest"),
    [
        ('[ rml:reference "nam" ]', "nam", "name"),
        ('[ rml:reference "CODE" ]', "CODE", "code"),
        ('[ rml:template "{code}/{phuong}" ]', "phuong", "Phường"),
        ('[ rml:reference "name" ; rml:languageMap [ rml:reference "lang" ] ]', "lang", ""),
        (
            '[ rml:parentTriplesMap <#U> ; rml:joinCondition [ rml:child "codes" ; rml:parent "code" ] ]',
            "codes",
            "code",
        ),
    ],
)
def test_an_unknown_column_names_those_there_are(
    plan_of: PlanOf, objects: str, column: str, nearest: str
) -> None:
    with pytest.raises(MappingError) as caught:
        plan_of(unit(objects))
    wrong = caught.value
    assert wrong.message.en == f"Triples map U: “units” has no column “{column}”."
    assert wrong.hint is not None
    assert wrong.hint.en.endswith("Columns: code, name, Phường")
    assert f"“{nearest}”" in wrong.hint.en or not nearest
    assert wrong.place is not None
    assert (wrong.place.line, wrong.place.column) == (6, column)


def test_a_bad_json_path_names_the_triples_map(plan_of: PlanOf) -> None:
    with pytest.raises(MappingError, match="Triples map U: bad JSONPath from character 4"):
        plan_of(unit('[ rml:reference "$.a[?(@.b]" ]', "items", 'rml:template "http://x/{$.id}"'))


def test_the_row_number_may_be_mapped(plan_of: PlanOf) -> None:
    assert 'CAST("row" AS VARCHAR)' in plan_of(unit('[ rml:reference "row" ]')).statements[0].rows
