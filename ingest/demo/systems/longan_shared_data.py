"""Long An's shared data store before the province was merged: figures by commune, and who asked for them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.parquet import ParquetFile
from ingest.demo.units import Unit
from ingest.demo.world import World

FIGURES, REQUESTS = "so_lieu_xa.parquet", "yeu_cau_khai_thac.csv"
LONG_AN = "80"
FIGURE_COLUMNS = pa.schema(
    [
        ("MA_XA", pa.string()),
        ("TEN_XA", pa.string()),
        ("MA_CT", pa.string()),
        ("THANG", pa.string()),
        ("GIA_TRI", pa.int64()),
        ("NGAY_CN", pa.date32()),
    ]
)
REQUEST_COLUMNS = (
    "SO_YC", "MA_CQ", "NOI_DUNG", "MUC_DICH", "NGAY_YC", "KET_QUA", "NGAY_XL", "TU_NGAY", "DEN_NGAY",
)  # fmt: skip
CODE, NAME, MONTH, VALUE = 0, 1, 3, 4
AGENCY, SUBJECT, ASKED, DECIDED = 1, 2, 4, 6

# The store's own codes; the data set's views turn them into ours.
ASSISTED, PAID, PUPILS = "BTXH01", "BTXH02", "GD01"
AGENCIES = ("BLDTBXH", "BYT", "BTC", "BGDDT", "BKHDT", "BCA", "BHXH", "BTTTT")
PURPOSES = ("TK", "QLNN", "DH", "TTHC", "TTKT", "NC")
APPROVED, REFUSED, WITHDRAWN = "Dong y", "Tu choi", "Rut"
SUBJECTS = ("So doi tuong bao tro xa hoi", "Kinh phi chi tra bao tro xa hoi", "So hoc sinh")

LAST_MONTH = date(2025, 6, 1)
"""The last month of the old register, and of the province."""
AFTER_THE_REFORM = date(2025, 8, 1)
FIRST_REQUEST = date(2025, 1, 2)
NO_COMMUNE, NO_AGENCY = 99_000, "XYZ"
"""Codes of communes from here on, and this code of an agency, are nobody's."""

FIGURE_RATE, REQUEST_RATE = 0.02, 0.25
FIGURE_FAULTS: tuple[FaultKind, ...] = ("unknown-code", "duplicate-key", "date-out-of-order", "missing-cell")
REQUEST_FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Both files. A faulty row follows a sound one: a figure of an earlier month, or a request more."""
    # Three indicators, each with class, two names, two definitions, set, unit, code.
    manifest.count("indicator:Indicator", 3)
    manifest.quads += 24
    _write_figures(world, folder, manifest)
    _write_requests(world, folder, manifest)


def _write_figures(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, FIGURE_RATE, FIGURE_FAULTS)
    months = _months(world)
    earlier = dict(zip(months, _months_up_to(months[0], len(months) + 1), strict=False))
    last: dict[str, int] = {}
    with ParquetFile(folder, FIGURES, FIGURE_COLUMNS, manifest) as file:
        for index, (commune, month, indicator) in enumerate(_cells(world, months)):
            value = _value(world, commune, month, indicator)
            file.write(*_figure(commune, month, indicator, value))
            if month == months[-1]:
                last[indicator] = last.get(indicator, 0) + value
            if kind := faults.pick(index):
                cells = _figure(commune, earlier[month], indicator, value)
                _plant_figure(kind, faults, file, cells, index)
                manifest.quarantined += 1
    count = len(months) * len(_communes(world)) * 3
    manifest.count("indicator:Observation", count)
    # Class, indicator, period, area, unit, value, day of publication, generated.
    manifest.quads += 8 * count
    manifest.facts["beneficiaries in the last month"] = last[ASSISTED]
    manifest.facts["communes"] = len(_communes(world))


def _plant_figure(
    kind: FaultKind, faults: Faults, file: ParquetFile, cells: list[object], index: int
) -> None:
    """Writes a figure more with that fault, twice for a duplicate, and records it."""
    match kind:
        case "unknown-code":
            cells[CODE] = value = str(NO_COMMUNE + index // 50 % 1_000)
        case "duplicate-key":
            file.write(*cells)
            value = str(cells[VALUE])
            cells[VALUE] = int(value) + 1
        case "date-out-of-order":
            cells[MONTH] = value = _text(AFTER_THE_REFORM)
            cells[-1] = AFTER_THE_REFORM + timedelta(days=40)
        case _:
            cells[VALUE], value = None, FIGURE_COLUMNS.names[VALUE]
    row = file.write(*cells)
    faults.record(kind, FIGURES, row, f"{cells[CODE]} {cells[MONTH]} {cells[2]}", value)


def _cells(world: World, months: Sequence[date]) -> Iterator[tuple[Unit, date, str]]:
    for month in months:
        for commune in _communes(world):
            for indicator in (ASSISTED, PAID, PUPILS):
                yield commune, month, indicator


def _figure(commune: Unit, month: date, indicator: str, value: int) -> list[object]:
    # Published on the 5th of the following month.
    published = _month(month + timedelta(days=31)).replace(day=5)
    return [commune.code, commune.name, indicator, _text(month), value, published]


def _value(world: World, commune: Unit, month: date, indicator: str) -> int:
    """Persons, or thousands of dong; a commune's figures move slowly from month to month."""
    drawn = world.random(f"long-an {indicator}", int(commune.code))
    people = drawn.randrange(4_000, 9_000) * (1 + commune.weight // 2)
    drift = (month.year * 12 + month.month) % 7
    if indicator == PUPILS:
        return people // 6 + drift
    assisted = people // 40 + drift
    return assisted if indicator == ASSISTED else assisted * 500


def _communes(world: World) -> Sequence[Unit]:
    """Those of Long An in the old register; below scale 1 fewer."""
    all_of_them = [unit for unit in world.units.old.values() if unit.province == LONG_AN]
    return all_of_them[: max(6, round(len(all_of_them) * min(1.0, world.scale)))]


def _months(world: World) -> Sequence[date]:
    """Half a year at scale 1, at most five years, up to the last month."""
    return _months_up_to(LAST_MONTH, min(60, max(2, round(6 * world.scale))))


def _months_up_to(last: date, count: int) -> Sequence[date]:
    found = [last]
    while len(found) < count:
        found.append(_month(found[-1] - timedelta(days=1)))
    return found[::-1]


def _month(day: date) -> date:
    return day.replace(day=1)


def _text(month: date) -> str:
    return f"{month:%m/%Y}"


def _write_requests(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, REQUEST_RATE, REQUEST_FAULTS)
    number = 0
    granted = 0
    with CsvFile(folder, REQUESTS, REQUEST_COLUMNS, manifest) as file:
        for index in range(max(20, round(60 * world.scale))):
            number += 1
            cells = _request(world, index, number)
            file.write(*cells)
            purposes = len(str(cells[3]).split(";"))
            decided, approved = cells[5] is not None, cells[5] == APPROVED
            # Class, number, data set, purposes, requester, day; decision and its day; the grant likewise.
            manifest.count("sharing:Request")
            manifest.quads += 5 + purposes + 2 * decided
            if approved:
                manifest.count("sharing:Grant")
                manifest.quads += 7 + purposes
                granted += 1
            if kind := faults.pick(index):
                number += 1
                _plant_request(kind, faults, file, _refused(world, index, number))
                manifest.quarantined += kind != "bad-utf8"
    manifest.facts["grants"] = granted


def _request(world: World, index: int, number: int) -> list[object]:
    source = world.random("long-an request", index)
    asked = FIRST_REQUEST + timedelta(days=source.randrange(50))
    result = source.choices((APPROVED, REFUSED, WITHDRAWN, None), (14, 3, 1, 2))[0]
    decided = asked + timedelta(days=source.randrange(1, 15))
    begins = decided + timedelta(days=source.randrange(1, 20))
    return [
        f"LA-2025-{number:04}",
        source.choice(AGENCIES),
        source.choice(SUBJECTS),
        ";".join(sorted(source.sample(PURPOSES, source.choice((1, 1, 2))))),
        asked,
        result,
        decided if result else None,
        begins if result == APPROVED else None,
        begins + timedelta(days=364) if result == APPROVED else None,
    ]


def _refused(world: World, index: int, number: int) -> list[object]:
    """A request on which no grant was given, so that nothing refers to it."""
    return [*_request(world, index, number)[:5], REFUSED, FIRST_REQUEST + timedelta(days=60), None, None]


def _plant_request(kind: FaultKind, faults: Faults, file: CsvFile, cells: list[object]) -> None:
    match kind:
        case "unknown-code":
            cells[AGENCY] = value = NO_AGENCY
        case "duplicate-key":
            file.write(*cells)
            cells[ASKED] = FIRST_REQUEST + timedelta(days=55)
            value = str(cells[0])
        case "date-out-of-order":
            cells[DECIDED] = FIRST_REQUEST - timedelta(days=30)
            value = str(cells[DECIDED])
        case "bad-utf8":
            cells[SUBJECT], value = spoilt("Số học sinh"), REQUEST_COLUMNS[SUBJECT]
        case _:
            cells[ASKED], value = None, REQUEST_COLUMNS[ASKED]
    row = file.write(*cells)
    faults.record(kind, REQUESTS, row, str(cells[0]), value)
