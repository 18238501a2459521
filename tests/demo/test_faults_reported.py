"""Every planted fault is reported with file, row, column and remedy, and none is invented."""

import csv
import io
from collections import defaultdict
from xml.etree import ElementTree

import pytest

from graph.settings import Settings
from ingest import quarantine
from ingest.demo import DatasetManifest
from ingest.demo.generate import found
from ingest.quarantine import Entry
from ingest.report import DataSetReport, RunReport

every = pytest.mark.parametrize("name", [name for name, _ in found()])
Place = tuple[str, int]


@pytest.fixture(scope="module")
def entries(published: Settings) -> dict[str, list[Entry]]:
    """What the steward's files of the run say, but for what merely follows from something else."""
    found_files = {name: quarantine.latest(published.data_dir, name) for name, _ in found()}
    return {
        name: [one for one in quarantine.read(files.json) if not one.is_consequence] if files else []
        for name, files in found_files.items()
    }


def places(entry: Entry, settings: Settings, name: str) -> set[Place]:
    """File and rows, counted as the manifest counts: assets of an auction by the auction."""
    file = entry.file
    rows = set(entry.rows)
    if file.endswith("/CuocDauGia/TaiSan"):
        document = ElementTree.parse(settings.sources_dir / name / file.split("#")[0])
        auctions = document.findall("CuocDauGia")
        numbers = [number for number, one in enumerate(auctions, 1) for _ in one.findall("TaiSan")]
        rows = {numbers[row - 1] for row in rows}
    return {(file, row) for row in rows}


def is_of(place: Place, file: str, row: int) -> bool:
    return place[1] == row and (place[0] == file or place[0].startswith(f"{file}#"))


@every
def test_each_fault_has_file_row_column_and_remedy(
    name: str,
    manifests: dict[str, DatasetManifest],
    entries: dict[str, list[Entry]],
    published: Settings,
) -> None:
    missing = []
    for fault in manifests[name].faults:
        found_there = [
            one
            for one in entries[name]
            if any(is_of(place, fault.file, fault.row) for place in places(one, published, name))
        ]
        if not found_there:
            missing.append(fault)
        for one in found_there:
            assert one.column, (fault, one)
            assert all((one.remedy.vi, one.remedy.en, one.reason.vi, one.reason.en))
            assert one.remedy.vi != one.remedy.en
            if fault.kind == "missing-cell":
                assert fault.value in one.column, (fault, one)
            if fault.kind == "duplicate-key":
                assert len(one.rows) == 2, (fault, one)
    assert not missing


@every
def test_nothing_else_is_reported(
    name: str,
    manifests: dict[str, DatasetManifest],
    entries: dict[str, list[Entry]],
    published: Settings,
) -> None:
    faults = manifests[name].faults
    invented = [
        one
        for one in entries[name]
        if not any(
            is_of(place, fault.file, fault.row) for place in places(one, published, name) for fault in faults
        )
    ]
    assert not invented
    by_fault = defaultdict(list)
    for one in entries[name]:
        for fault in faults:
            if any(is_of(place, fault.file, fault.row) for place in places(one, published, name)):
                by_fault[fault].append(one)
    assert len(by_fault) == len(faults)


@every
def test_the_rows_add_up(name: str, bundled: tuple[Settings, RunReport]) -> None:
    (report,) = [one for one in bundled[1].datasets if one.name == name]
    assert all(one.adds_up for one in report.accounts.values())
    assert sum(one.read for one in report.accounts.values()) > 0
    assert sum(one.unreadable for one in report.accounts.values()) == report.rejected


@every
def test_the_stewards_table_opens_in_excel(
    name: str, bundled: tuple[Settings, RunReport], entries: dict[str, list[Entry]]
) -> None:
    report: DataSetReport
    (report,) = [one for one in bundled[1].datasets if one.name == name]
    if not report.entries:
        return
    assert report.quarantine is not None
    raw = report.quarantine.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert tuple(header) == quarantine.HEADER
    assert len(lines) == len(report.entries)
