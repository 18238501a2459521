"""The information centre for direction: 210 indicators by month and ministry or locality, in a wide table."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingest.demo import agencies, published
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.units import NEW, OLD
from ingest.demo.world import World

LIST, VALUES = "chi-tieu.csv", "so-lieu-thang.csv"
LIST_COLUMNS = (
    "ma", "ten", "ten_tieng_anh", "dinh_nghia", "dinh_nghia_tieng_anh", "bo_chi_tieu", "don_vi_tinh",
    "ten_rut_gon",
)  # fmt: skip
ROW_COLUMNS = ("ky", "loai", "danh_muc", "ma_don_vi", "ten_don_vi", "ngay_cong_bo")
MINISTRY, LOCALITY = "bộ, ngành", "địa phương"
FIRST_MONTH = date(2025, 4, 1)
MONTHS, LOCAL_INDICATORS = 6, 4
"""How many months there are, and how many indicators each locality fills in, at scale 1."""

MOST_MONTHS = 36
RATE = 0.02
"""Planted faults for each row of a locality."""

FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
NO_PROVINCE = "99"
RANGES = {
    "percent": (0.5, 99.5), "count": (1, 900), "person": (1, 20_000), "day": (1, 15), "vnd": (9_000, 90_000),
    "billion-vnd": (10, 9_000), "million-usd": (1, 900), "thousand-tonnes": (1, 700),
    "million-kwh": (500, 28_000),
}  # fmt: skip
PLACES = 1
"""Places behind the point of a percentage; other values are whole."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the 210. `reporter` is the key of the agency that fills it in, or "locality"."""

    code: str
    slug: str
    unit: str
    reporter: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who fills in a row: an agency of a structure or a province of a register."""

    kind: str
    register: str
    code: str
    name: str


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the list of indicators and the table. A faulty row follows a sound one."""
    indicators = load()
    with CsvFile(folder, LIST, LIST_COLUMNS, manifest) as file:
        for one in indicators:
            file.write(*one.cells)
    manifest.count("indicator:Indicator", len(indicators))
    # Class, two names, two definitions, code, set, unit.
    manifest.quads += 8 * len(indicators)
    published.count(manifest)
    _write_values(world, folder, manifest, indicators)


def load() -> tuple[Indicator, ...]:
    with Path(__file__).parents[1].joinpath("indicators.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Indicator(
                row["code"],
                row["slug"],
                row["unit"],
                row["reporter"],
                (
                    row["code"], row["name_vi"], row["name_en"], row["definition_vi"], row["definition_en"],
                    row["set"], row["unit"], row["slug"],
                ),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def months(scale: float) -> Iterator[date]:
    """The first days of the months there are figures for."""
    month = FIRST_MONTH
    for _ in range(max(1, min(MOST_MONTHS, round(MONTHS * scale)))):
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _write_values(
    world: World, folder: Path, manifest: DatasetManifest, indicators: Sequence[Indicator]
) -> None:
    faults = Faults(world, manifest, RATE, FAULTS)
    local = [one for one in indicators if one.reporter == "locality"]
    asked = local[: max(2, min(len(local), round(LOCAL_INDICATORS * world.scale)))]
    central = [one for one in indicators if one.reporter != "locality"]
    by_month: dict[str, int] = {}
    columns = (*ROW_COLUMNS, *(one.code.lower() for one in indicators))
    with CsvFile(folder, VALUES, columns, manifest) as file:
        index = 0
        for month in months(world.scale):
            for reporter in _reporters(world, month, central):
                own = asked if reporter.kind == LOCALITY else _of(central, reporter)
                cells = {one.code: _value(world, one, reporter, month) for one in own}
                file.write(*_row(month, reporter, _announced(month), indicators, cells))
                by_month[f"{month:%Y-%m}"] = by_month.get(f"{month:%Y-%m}", 0) + len(cells)
                # Class, indicator, period, area or agency, value, unit, day of publication, core:isGenerated.
                manifest.quads += 8 * len(cells)
                manifest.count("indicator:Observation", len(cells))
                if reporter.kind != LOCALITY:
                    continue
                if kind := faults.pick(index):
                    # A locality says nothing else of an indicator that is a ministry's.
                    _plant(kind, faults, file, month, reporter, indicators, central[index % len(central)])
                    manifest.quarantined += kind != "bad-utf8"
                index += 1
    manifest.facts["observations by month"] = by_month


def _plant(
    kind: FaultKind,
    faults: Faults,
    file: CsvFile,
    month: date,
    reporter: Reporter,
    indicators: Sequence[Indicator],
    strange: Indicator,
) -> None:
    """Writes a row with one value and that fault, twice for a duplicate, and records it."""
    announced: date | None = _announced(month)
    code, name, value = reporter.code, reporter.name, ""
    match kind:
        case "unknown-code":
            code = value = NO_PROVINCE
        case "duplicate-key":
            file.write(*_row(month, reporter, announced, indicators, {strange.code: "1"}))
            value = strange.code.lower()
        case "date-out-of-order":
            announced = month - timedelta(days=10)
            value = announced.isoformat()
        case "bad-utf8":
            name, value = spoilt(name), "ten_don_vi"
        case _:
            announced, value = None, "ngay_cong_bo"
    wrong = Reporter(reporter.kind, reporter.register, code, name)
    row = file.write(*_row(month, wrong, announced, indicators, {strange.code: "2"}))
    faults.record(kind, VALUES, row, f"{strange.slug}/{month:%Y-%m}/{reporter.register}/{code}", value)


def _row(
    month: date,
    reporter: Reporter,
    announced: date | None,
    indicators: Sequence[Indicator],
    cells: dict[str, str],
) -> list[object]:
    head = [f"{month:%Y-%m}", reporter.kind, reporter.register, reporter.code, reporter.name, announced]
    return [*head, *(cells.get(one.code) for one in indicators)]


def _reporters(world: World, month: date, central: Sequence[Indicator]) -> Iterator[Reporter]:
    """The ministries that have indicators, then the provinces in force in that month."""
    known = agencies.load()
    for key in dict.fromkeys(one.reporter for one in central):
        agency = known.by_key[key]
        yield Reporter(MINISTRY, agency.date, agency.slug, agency.name)
    register = NEW if month >= date.fromisoformat(NEW) else OLD
    provinces = world.units.new_provinces if register == NEW else world.units.old_provinces
    for code, unit in sorted(provinces.items()):
        yield Reporter(LOCALITY, register, code, unit.name)


def _of(central: Sequence[Indicator], reporter: Reporter) -> list[Indicator]:
    return [one for one in central if one.reporter == f"{reporter.register}/{reporter.code}"]


def _announced(month: date) -> date:
    """The fifth day of the next month."""
    return next_month(month).replace(day=5)


def _value(world: World, indicator: Indicator, reporter: Reporter, month: date) -> str:
    low, high = RANGES[indicator.unit]
    source = world.random(f"{indicator.code}/{reporter.code}", month.toordinal())
    if indicator.unit == "percent":
        return f"{source.uniform(low, high):.{PLACES}f}"
    return str(source.randint(int(low), int(high)))
