"""The dedicated network: four levels, every district and about 97% of the communes of the old register."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ingest.demo import agencies, published, units
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.units import OLD
from ingest.demo.world import World

FILE = "diem-ket-noi.csv"
COLUMNS = (
    "cap", "ma_co_quan", "ma_tinh", "ma_huyen", "ma_xa", "ten_don_vi", "ngay_ket_noi", "bang_thong_mbps",
)  # fmt: skip
CENTRAL, PROVINCE, DISTRICT, COMMUNE = "Trung ương", "Tỉnh", "Huyện", "Xã"
CONNECTED = 0.97
"""Share of the communes that are joined to the network."""

RATE = 0.002
FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
NO_COMMUNE = 99_000
"""Codes of communes from here on are in no register."""

BANDWIDTH = {CENTRAL: 10_000, PROVINCE: 1_000, DISTRICT: 100}
STRUCTURE = "2021-07-23"
AFTER_THE_OLD_REGISTER = date(2025, 9, 15)


@dataclass(frozen=True, slots=True)
class Point:
    """A unit, with the codes of what it is in, or an agency, and the day it was joined."""

    level: str
    agency: str | None
    province: str | None
    district: str | None
    commune: str | None
    name: str
    since: date

    @property
    def code(self) -> str:
        """The code of the unit itself, or the agency's slug."""
        return self.commune or self.district or self.province or str(self.agency)


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the one file. A faulty row follows a sound one and is about a commune that is not joined."""
    published.count(manifest)
    faults = Faults(world, manifest, RATE, FAULTS)
    apart = iter(tuple(one for one in _communes(world) if not _is_connected(world, one)))
    by_level: dict[str, int] = {}
    with CsvFile(folder, FILE, COLUMNS, manifest) as file:
        for index, point in enumerate(_points(world)):
            file.write(*_row(point))
            by_level[point.level] = by_level.get(point.level, 0) + 1
            manifest.count("platform:NetworkConnection")
            # Class, level, unit or agency, first day, and bandwidth above the communes.
            manifest.quads += 4 + (point.level in BANDWIDTH)
            if (kind := faults.pick(index)) and (unconnected := next(apart, None)):
                stranger = replace(_point(world, unconnected), commune=unconnected[4], name=unconnected[5])
                _plant(kind, faults, file, stranger, index)
                manifest.quarantined += kind != "bad-utf8"
    manifest.facts["points by level"] = by_level


def _plant(kind: FaultKind, faults: Faults, file: CsvFile, point: Point, index: int) -> None:
    """Writes the point's row with that fault, twice for a duplicate, and records it."""
    cells = _row(point)
    value = point.code
    match kind:
        case "unknown-code":
            cells[4] = value = str(NO_COMMUNE + round(index * RATE))
        case "duplicate-key":
            file.write(*cells)
            cells[6] = point.since + timedelta(days=1)
        case "date-out-of-order":
            cells[6] = AFTER_THE_OLD_REGISTER
            value = AFTER_THE_OLD_REGISTER.isoformat()
        case "bad-utf8":
            cells[5], value = spoilt(point.name), COLUMNS[5]
        case _:
            cells[6], value = None, COLUMNS[6]
    row = file.write(*cells)
    faults.record(kind, FILE, row, f"{OLD}/{cells[4]}", value)


def _row(point: Point) -> list[object]:
    return [
        point.level,
        point.agency,
        point.province,
        point.district,
        point.commune,
        point.name,
        point.since,
        BANDWIDTH.get(point.level),
    ]


Row = tuple[str, str, str, str, str, str]
"""Code and name of the province, of the district, of the commune."""


def _points(world: World) -> Iterator[Point]:
    """Ministries, provinces, districts, communes that are joined."""
    for agency in agencies.load().by_key.values():
        if agency.date == STRUCTURE:
            since = _since(world, agency.slug, date(2012, 1, 1), 1_500)
            yield Point(CENTRAL, agency.slug, None, None, None, agency.name, since)
    provinces: dict[str, str] = {}
    districts: dict[str, tuple[str, str]] = {}
    for province, province_name, district, district_name, _, _ in _rows(world):
        provinces[province] = province_name
        districts[district] = (province, district_name)
    for province, name in provinces.items():
        yield Point(
            PROVINCE, None, province, None, None, name, _since(world, province, date(2014, 1, 1), 900)
        )
    for district, (province, name) in districts.items():
        since = _since(world, district, date(2016, 1, 1), 1_500)
        yield Point(DISTRICT, None, province, district, None, name, since)
    for row in _communes(world):
        if _is_connected(world, row):
            yield _point(world, row)


def _point(world: World, row: Row) -> Point:
    province, _, district, _, commune, name = row
    since = _since(world, commune, date(2020, 1, 1), 1_000)
    return Point(COMMUNE, None, province, district, commune, name, since)


def _communes(world: World) -> Iterator[Row]:
    return (row for row in _rows(world) if row[4])


def _is_connected(world: World, row: Row) -> bool:
    return world.random("network", int(row[4])).random() < CONNECTED


def _since(world: World, code: str, first: date, days: int) -> date:
    return first + timedelta(days=world.random(f"network day {code}", 0).randrange(days))


def _rows(world: World) -> Sequence[Row]:
    """Every commune with what it is in; an island district has none. Below scale 1 fewer provinces."""
    file = units.data_folder() / "dataset.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT provinceCode, province, districtCode, district,"
            " coalesce(wardCode, ''), coalesce(ward, '')"
            " FROM admin_units_legacy ORDER BY provinceCode, districtCode, wardCode"
        ).fetchall()
    provinces = sorted({row[0] for row in rows})
    kept = frozenset(provinces[: max(1, round(len(provinces) * min(1.0, world.scale)))])
    return [row for row in rows if row[0] in kept]
