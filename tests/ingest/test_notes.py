"""What is no fault but worth a look: empty values in templates, joins without a match."""

from pathlib import Path

from graph.settings import Settings
from ingest import notes, pipeline

MAPPING = """@prefix rml: <http://w3id.org/rml/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<#items> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "items.csv" ] ;
    rml:referenceFormulation rml:CSV .
<#groups> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "groups.csv" ] ;
    rml:referenceFormulation rml:CSV .

<#group> a rml:TriplesMap ;
    rml:logicalSource <#groups> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/group/{key}" ; rml:class skos:Collection ] .
<#item> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/item/{code}" ; rml:class skos:Concept ] ;
    rml:predicateObjectMap
        [ rml:predicate skos:related ;
            rml:objectMap [ rml:template "https://lienthong.gov.vn/id/item/{other}" ] ] ,
        [ rml:predicate skos:member ; rml:objectMap [ rml:parentTriplesMap <#group> ;
            rml:joinCondition [ rml:child "grp" ; rml:parent "key" ] ] ] .
"""


def test_they_are_counted_and_listed(place: Settings, folder: Path) -> None:
    (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
    (folder / "data" / "groups.csv").write_text("key\ng1\ng2\n", encoding="utf-8")
    rows = ["a,b,g1", "b,,g9", "c,,g2", "d,a,g8"]
    text = "\n".join(["code,other,grp", *rows, ""])
    (folder / "data" / "items.csv").write_text(text, encoding="utf-8")
    (one,) = pipeline.run(place, dry_run=True).datasets
    assert one.outcome == "valid", one.error
    found = {finding.rule: finding for finding in one.findings}
    empty, unmatched = found[notes.EMPTY], found[notes.UNMATCHED]
    assert (empty.severity, empty.count) == ("info", 2)
    assert [(example.row, example.column) for example in empty.examples] == [(2, "other")]
    assert (unmatched.severity, unmatched.count) == ("warning", 2)
    assert [(example.row, example.value, example.column) for example in unmatched.examples] == [
        (2, "g9", "grp"),
        (4, "g8", "grp"),
    ]
    assert one.accounts["groups"].mapped == 2
