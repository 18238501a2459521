"""Applying new files of changes gives what reading everything gives: quads, source rows, statistics."""

import csv
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from graph import settings as all_settings
from graph.columns import Columns, Statistics
from graph.errors import SourceError
from graph.settings import Settings
from graph.text import Text
from ingest import fingerprint, inputs, mapping, sources, staging, versions
from ingest.build import Built, build
from ingest.dataset import DataSet
from ingest.progress import Clock, silent
from ingest.report import DataSetReport

MAPPING = """
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix x: <http://x/> .
<#files> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "files.csv" ] ;
    rml:referenceFormulation rml:CSV ;
    ingest:delta [ ingest:files "files-*.csv" ; ingest:key "code" ; ingest:operation "op" ;
        ingest:deletes "D" ] .
<#places> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ;
        rml:path "places.ndjson" ] ;
    rml:referenceFormulation rml:JSONPath ; rml:iterator "$" ;
    ingest:delta [ ingest:files "places-*.ndjson" ; ingest:key "$.place" ] .
<#late> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "late.sql" ] ;
    rml:referenceFormulation rml:SQL2008Query .

<#File> rml:logicalSource <#files> ;
    rml:subjectMap [ rml:template "http://x/file/{code}" ; rml:class x:File ] ;
    rml:predicateObjectMap [ rml:predicate x:note ; rml:objectMap [ rml:reference "note" ] ] ,
        [ rml:predicate x:by ; rml:objectMap [ rml:template "http://x/person/{person}" ] ] ,
        [ rml:predicate x:at ; rml:objectMap [ rml:parentTriplesMap <#Place> ;
            rml:joinCondition [ rml:child "place" ; rml:parent "place" ] ] ] .
<#Person> rml:logicalSource <#files> ;
    rml:subjectMap [ rml:template "http://x/person/{person}" ; rml:class x:Person ] ;
    rml:predicateObjectMap [ rml:predicate x:note ; rml:objectMap [ rml:reference "note" ] ] .
<#Line> rml:logicalSource <#files> ;
    rml:subjectMap [ rml:termType rml:BlankNode ; rml:class x:Line ] ;
    rml:predicateObjectMap [ rml:predicate x:of ; rml:objectMap [ rml:template "http://x/file/{code}" ] ] .
<#Place> rml:logicalSource <#places> ;
    rml:subjectMap [ rml:template "http://x/place/{name}" ; rml:class x:Place ] .
<#Late> rml:logicalSource <#late> ;
    rml:subjectMap [ rml:template "http://x/file/{code}" ; rml:class x:Late ] .
"""
LATE = "SELECT row, upper(code) AS code FROM files WHERE note > '5'"
COLUMNS = ("code", "person", "place", "note", "op")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return all_settings.load(data_dir=tmp_path / "data")


@pytest.fixture
def dataset(tmp_path: Path) -> DataSet:
    folder = tmp_path / "x-files"
    (folder / "data").mkdir(parents=True)
    (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
    (folder / "late.sql").write_text(LATE, encoding="utf-8")
    return DataSet("x-files", folder, Text("x", "x"), folder / "data", "open", "reject")


class Sender:
    """Sends a whole file, then files of changes, out of a dice."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice = folder, random.Random(seed)

    def _rows(self, count: int, operations: str) -> list[list[str]]:
        dice = self.dice
        return [
            [
                f"F{dice.randrange(9)}",
                f"P{dice.randrange(4)}",
                f"{dice.randrange(4)}",
                f"{dice.randrange(10)}",
                dice.choice(operations),
            ]
            for _ in range(count)
        ]

    def files(self, name: str, count: int, operations: str = "UUD") -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *self._rows(count, operations)])

    def places(self, name: str, count: int) -> None:
        lines = [
            json.dumps({"place": str(self.dice.randrange(4)), "name": f"N{self.dice.randrange(6)}"})
            for _ in range(count)
        ]
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def make(
    dataset: DataSet,
    settings: Settings,
    folder: Path,
    previous: Path | None,
    reports: list[DataSetReport] | None = None,
) -> Built:
    report = DataSetReport(dataset.name, dataset.title)
    if reports is not None:
        reports.append(report)
    files = [path for path in dataset.folder.rglob("*") if path.is_file()]
    folder.mkdir(parents=True)
    built = build(
        dataset,
        settings,
        (),
        folder / versions.COLUMNS,
        report,
        Clock(dataset.name, report.steps, silent),
        inputs.of(dataset, fingerprint.of_each(files), "rules"),
        previous,
    )
    built.inputs.write(folder)
    return built


def content(path: Path) -> tuple[list[tuple[object, ...]], Statistics]:
    with Columns(path) as columns:
        rows = columns.connection.execute(
            """
            SELECT s.value, p.value, o.value, o.datatype, o.language, g.value, sources.name, sources.location,
                   q.row
            FROM quads q JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o
            JOIN terms g ON g.id = q.g JOIN sources ON sources.id = q.source
            """
        ).fetchall()
        return sorted(rows, key=repr), columns.statistics()


@pytest.mark.parametrize("seed", range(6))
def test_increments_are_as_the_whole(dataset: DataSet, settings: Settings, tmp_path: Path, seed: int) -> None:
    sender = Sender(dataset.data, seed)
    sender.files("files.csv", 12, "U")
    sender.places("places.ndjson", 5)
    make(dataset, settings, tmp_path / "v0", None)
    for day in range(1, 3):
        sent = sender.dice.choice(["files", "files", "places", "both"])
        if sent != "places":
            sender.files(f"files-{day}.csv", 3)
        if sent != "files":
            sender.places(f"places-{day}.ndjson", 2)
        made = make(dataset, settings, tmp_path / f"v{day}", tmp_path / f"v{day - 1}")
        make(dataset, settings, tmp_path / f"whole{day}", None)
        increment = content(tmp_path / f"v{day}" / versions.COLUMNS)
        assert increment == content(tmp_path / f"whole{day}" / versions.COLUMNS)
        # A join of two sources that both change is not followed: then everything is read.
        assert (made.touched is None) == (sent == "both")


def begin(dataset: DataSet, settings: Settings, tmp_path: Path) -> None:
    """A whole file and one file of changes, both applied."""
    sender = Sender(dataset.data, 1)
    sender.files("files.csv", 5, "U")
    sender.files("files-1.csv", 2)
    sender.places("places.ndjson", 2)
    make(dataset, settings, tmp_path / "v0", None)


BAD_CHANGE = "code,person,place,note,op\nF1,P1,1,1,U\nF2,P2,1,hai chữ,U\n"


def with_iris(dataset: DataSet, on_violation: str) -> DataSet:
    """The same data set, whose notes are IRIs and must be such."""
    (dataset.folder / "mapping.rml.ttl").write_text(
        MAPPING.replace('rml:reference "note" ]', 'rml:reference "note" ; rml:termType rml:IRI ]'),
        encoding="utf-8",
    )
    return replace(dataset, on_violation=on_violation)


def test_a_row_that_cannot_be_mapped_is_named_by_its_file_of_changes(
    dataset: DataSet, settings: Settings, tmp_path: Path
) -> None:
    dataset = with_iris(dataset, "reject")
    begin(dataset, settings, tmp_path)
    (dataset.data / "files-2.csv").write_text(BAD_CHANGE, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    place = refused.value.place
    assert place is not None
    assert (place.file, place.row, place.value) == ("files-2.csv", 2, "hai chữ")


def test_a_new_row_that_cannot_be_mapped_reads_everything(
    dataset: DataSet, settings: Settings, tmp_path: Path
) -> None:
    dataset = with_iris(dataset, "skip")
    begin(dataset, settings, tmp_path)
    lines = "".join(f"G{number},P3,1,{number},U\n" for number in range(20))
    (dataset.data / "files-2.csv").write_text(BAD_CHANGE + lines, encoding="utf-8")
    reports: list[DataSetReport] = []
    made = make(dataset, settings, tmp_path / "v1", tmp_path / "v0", reports)
    make(dataset, settings, tmp_path / "whole", None)
    assert made.touched is None
    assert (reports[0].increment, reports[0].why_whole) == (False, staging.WHY_WHOLE)
    assert (reports[0].faulty, reports[0].accounts["files:files-2.csv"].faulty) == (1, 1)
    whole = content(tmp_path / "whole" / versions.COLUMNS)
    assert content(tmp_path / "v1" / versions.COLUMNS) == whole


def test_rows_whose_place_was_taken_are_superseded(
    dataset: DataSet, settings: Settings, tmp_path: Path
) -> None:
    header = ",".join(COLUMNS)
    sent = {
        "files.csv": ["F1,P1,1,1,U", "F1,P1,1,2,U", "F2,P1,1,3,U", "F3,P1,1,4,U"],
        "files-1.csv": ["F1,P2,1,5,U", "F2,,,,D", "F4,P1,1,6,U"],
        "files-2.csv": ["F4,P1,1,7,U"],
    }
    for name, rows in sent.items():
        (dataset.data / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    Sender(dataset.data, 1).places("places.ndjson", 2)
    reports: list[DataSetReport] = []
    make(dataset, settings, tmp_path / "v0", None, reports)
    accounts = reports[0].accounts
    # F1 twice and F2 of the whole file; the deletion itself and F4, which came again.
    superseded = {name: one.superseded for name, one in accounts.items() if name.startswith("files")}
    assert superseded == {"files": 3, "files:files-1.csv": 2, "files:files-2.csv": 0}
    assert all(one.adds_up for one in accounts.values())
    assert accounts["files"].skipped == 3


def test_the_first_rows_are_those_of_each_file(dataset: DataSet, settings: Settings, tmp_path: Path) -> None:
    begin(dataset, settings, tmp_path)
    with duckdb.connect() as connection:
        rules = mapping.load(dataset.mapping, base=settings.base_iri)
        relation = sources.extract(
            connection, rules.source("files"), data_dir=dataset.data, mapping_dir=dataset.folder
        )
        cut = sources.first(connection, relation, 1)
        rows = connection.execute("SELECT row FROM files").fetchall()
    assert {relation.origin(row)[1] for (row,) in rows} <= {1}
    assert cut.rows == len(rows) <= 2
    assert [(part.name, part.rows) for part in cut.parts] == [("files", 1), ("files:files-1.csv", 1)]


def test_nothing_new_reads_everything(dataset: DataSet, settings: Settings, tmp_path: Path) -> None:
    begin(dataset, settings, tmp_path)
    made = make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    assert made.touched is None
    assert content(tmp_path / "v0" / versions.COLUMNS) == content(tmp_path / "v1" / versions.COLUMNS)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda data: (data / "files-1.csv").unlink(), "are missing: files-1.csv"),
        (lambda data: (data / "files-1.csv").write_text("code\n"), "other content now: files-1.csv"),
        (lambda data: (data / "files.csv").write_text("code\n"), "changes to the old one are still there"),
    ],
)
def test_files_that_contradict_what_was_applied(
    dataset: DataSet, settings: Settings, tmp_path: Path, harm: Callable[[Path], object], told: str
) -> None:
    begin(dataset, settings, tmp_path)
    harm(dataset.data)
    with pytest.raises(SourceError) as refused:
        make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    assert told in refused.value.message.en
    assert refused.value.hint is not None


def test_a_new_whole_file_begins_anew(dataset: DataSet, settings: Settings, tmp_path: Path) -> None:
    begin(dataset, settings, tmp_path)
    Sender(dataset.data, 2).files("files.csv", 5, "U")
    (dataset.data / "files-1.csv").unlink()
    made = make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    assert made.touched is None
    assert made.inputs.changes["files"] == ()


def test_a_late_file_of_changes_is_applied_in_its_place(
    dataset: DataSet, settings: Settings, tmp_path: Path
) -> None:
    begin(dataset, settings, tmp_path)
    Sender(dataset.data, 3).files("files-0.csv", 3)
    made = make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    assert made.touched is None
    assert made.inputs.changes["files"] == ("files-0.csv", "files-1.csv")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("code,person,place,note,op\n,P1,1,1,U\n", "no key"),
        ("code,person,place,op\nF1,P1,1,U\n", "lacks columns: note"),
    ],
)
def test_a_file_of_changes_that_cannot_be_applied(
    dataset: DataSet, settings: Settings, tmp_path: Path, lines: str, told: str
) -> None:
    (dataset.folder / "mapping.rml.ttl").write_text(
        MAPPING.replace('"files.csv" ]', '"files.csv" ; rml:null "" ]'), encoding="utf-8"
    )
    begin(dataset, settings, tmp_path)
    (dataset.data / "files-2.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        make(dataset, settings, tmp_path / "v1", tmp_path / "v0")
    assert told in refused.value.message.en
    assert refused.value.place is not None
    assert refused.value.place.file is not None
    assert refused.value.place.file.endswith("files-2.csv")
