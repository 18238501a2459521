"""Every run says where each row and quad went, from which files and by which programmes."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib import PROV

from graph.errors import AccountError
from graph.settings import Settings
from graph.text import Text
from ingest import account, pipeline, quarantine
from ingest.account import RowAccount
from ingest.quarantine import Entry

Edit = Callable[[str, str, str], None]
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
INGEST = rdflib.Namespace("https://lienthong.gov.vn/ont/ingest#")


def test_the_report_and_prov_name_sources_programmes_and_counts(
    place: Settings, folder: Path, edit: Edit
) -> None:
    pipeline.run(place)
    edit("data/items.csv", "Mục thứ hai", "Mục hai")
    run = pipeline.run(place)
    folder_of_run = place.data_dir / "runs" / run.id
    told = json.loads((folder_of_run / "report.json").read_text(encoding="utf-8"))
    (one,) = told["datasets"]
    source = folder / "data" / "items.csv"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert one["sources"][str(source)] == {"sha256": digest, "size": source.stat().st_size}
    assert set(told["engines"]) == {"lienthong", "duckdb", "pyoxigraph", "pyshacl", "rdflib"}
    assert (one["quads"], one["added"], one["unchanged"], one["removed"]) == (8, 1, 7, 1)
    assert one["accounts"]["items"]["read"] == one["accounts"]["items"]["mapped"] == 2
    graph = rdflib.Graph().parse(folder_of_run / "provenance.ttl")
    assert digest in {str(value) for value in graph.objects(None, SPDX.checksumValue)}
    assert [int(value) for value in graph.objects(None, INGEST.rowsRead)] == [2]
    assert [int(value) for value in graph.objects(None, INGEST.quadsUnchanged)] == [7]
    assert len(set(graph.subjects(rdflib.RDF.type, PROV.SoftwareAgent))) == 5


def test_rows_that_do_not_add_up_are_refused() -> None:
    account.check("x-y", {"items": RowAccount(10, mapped=7, unreadable=1, faulty=1, quarantined=1)})
    with pytest.raises(AccountError, match="10 read ≠ 7 mapped \\+ 1 skipped \\+ 1 quarantined"):
        account.check("x-y", {"items": RowAccount(10, mapped=7, unreadable=1, quarantined=1)})


def test_quads_that_do_not_add_up_are_refused() -> None:
    account.check_quads("x-y", before=10, made=12, added=5, removed=3)
    with pytest.raises(AccountError, match="do not add up"):
        account.check_quads("x-y", before=10, made=12, added=5, removed=2)


def test_a_cell_of_the_stewards_table_is_never_a_formula() -> None:
    entry = Entry(
        "entity", "r", "a.csv", (1, 2), "c", '=HYPERLINK("x")', Text("sai", "wrong"), Text("sửa", "mend")
    )
    _, line = csv.reader(io.StringIO(quarantine.table([entry]), newline=""))
    assert line[1:4] == ["1; 2", "c", '\'=HYPERLINK("x")']
