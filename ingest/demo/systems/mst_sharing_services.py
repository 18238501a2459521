"""The national data sharing platform: systems, services, who uses which, transactions by month."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ingest.demo import agencies, published
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.units import OLD
from ingest.demo.world import World

SYSTEMS, TRANSACTIONS = "he-thong.json", "giao-dich.csv"
COLUMNS = ("ky", "ma_dich_vu", "ten_dich_vu", "so_giao_dich", "ngay_cong_bo")
TYPES = {
    "national-database": "CSDL quốc gia", "specialised-database": "CSDL chuyên ngành",
    "information-system": "Hệ thống thông tin", "integration-platform": "LGSP",
}  # fmt: skip
ACCESS = {"open": "Mở", "shared": "Mặc định", "restricted": "Đặc thù"}
MINISTERIAL = ("ministry", "ministerial-agency", "government-agency")
STRUCTURE = "2021-07-23"
LAUNCHED = date(2021, 3, 1)
FIRST_MONTH = (2024, 1)
MONTHS, MOST_MONTHS = 12, 120
"""How many months there are transactions of at scale 1, and at most."""

SYSTEM_RATE, TRANSACTION_RATE = 0.05, 0.02
SYSTEM_FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "missing-cell",
    "duplicate-key",
    "date-out-of-order",
)
TRANSACTION_FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
NO_AGENCY = "2021-07-23/khong-co"
NO_SERVICE = "khong-co"
INDICATOR = "sharing-transactions"


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Writes the document of systems, then streams the transactions."""
    published.count(manifest)
    serving = [_serving(world, index, row) for index, row in enumerate(_listed())]
    services = [service for system in serving for service in system["dichVu"]]
    consumers = [_consumer(world, index, agency, services) for index, agency in enumerate(_connected())]
    _write_systems(world, folder, manifest, [*serving, *consumers])
    _write_transactions(world, folder, manifest, services)


def _write_systems(
    world: World, folder: Path, manifest: DatasetManifest, systems: Sequence[dict[str, Any]]
) -> None:
    faults = Faults(world, manifest, SYSTEM_RATE, SYSTEM_FAULTS)
    entries: list[dict[str, Any]] = []
    for index, system in enumerate(systems):
        entries.append(system)
        used = system.get("suDung", ())
        manifest.count("platform:InformationSystem")
        manifest.count("platform:DataSharingService", len(system.get("dichVu", ())))
        manifest.count("platform:Connection", len(used))
        # A system: class, name, English name where there is one, type, operator.
        manifest.quads += 4 + ("tenTiengAnh" in system)
        # A service: class, two names, system, class of access, first day of use.
        manifest.quads += 6 * len(system.get("dichVu", ()))
        # A connection: class, consumer, service, first day, and the last where it has ended.
        manifest.quads += sum(4 + ("denNgay" in one) for one in used)
        if (kind := faults.pick(index)) and used:
            _plant_system(kind, faults, entries, system, f"thu-{index}")
            manifest.quarantined += 1
    text = json.dumps({"heThong": entries}, ensure_ascii=False, indent=1) + "\n"
    (folder / SYSTEMS).write_text(text, encoding="utf-8")
    manifest.files[SYSTEMS] = len(entries)
    manifest.facts["connected systems"] = sum("suDung" in system for system in systems)
    manifest.facts["connections"] = sum(len(system.get("suDung", ())) for system in systems)


def _plant_system(
    kind: FaultKind, faults: Faults, entries: list[dict[str, Any]], system: dict[str, Any], code: str
) -> None:
    """Adds a system of its own code, or a connection of a sound one, with that fault; records it."""
    entry: dict[str, Any] = {**system, "ma": code, "suDung": []}
    key, value = code, code
    match kind:
        case "unknown-code":
            entry["chuQuan"] = value = NO_AGENCY
        case "missing-cell":
            del entry["ten"]
            value = "ten"
        case "duplicate-key":
            entries.append(entry)
            entry = {**entry, "ten": f"{entry['ten']} (mới)"}
        case _:
            # The connection is what is wrong, of a system that is sound.
            service = next(
                one for one in _all_services() if one not in {used["dichVu"] for used in system["suDung"]}
            )
            value = (LAUNCHED - timedelta(days=1)).isoformat()
            entry = {"ma": system["ma"], "suDung": [{"dichVu": service, "tuNgay": value}]}
            key = f"{system['ma']}/{service}"
    entries.append(entry)
    faults.record(kind, SYSTEMS, len(entries), key, value)


def _write_transactions(
    world: World, folder: Path, manifest: DatasetManifest, services: Sequence[dict[str, Any]]
) -> None:
    faults = Faults(world, manifest, TRANSACTION_RATE, TRANSACTION_FAULTS)
    by_month: dict[str, int] = {}
    index = 0
    with CsvFile(folder, TRANSACTIONS, COLUMNS, manifest) as file:
        for month in _months(world.scale):
            by_month[f"{month:%Y-%m}"] = 0
            for service in services:
                source = world.random(f"transactions {service['ma']}", month.toordinal())
                number = round(source.lognormvariate(9, 1.4))
                file.write(f"{month:%Y-%m}", service["ma"], service["ten"], number, _announced(month))
                by_month[f"{month:%Y-%m}"] += number
                manifest.count("indicator:Observation")
                # Class, indicator, period, subject, value, unit, day of publication, core:isGenerated.
                manifest.quads += 8
                if kind := faults.pick(index):
                    past = month.replace(year=1_900 + round(index * TRANSACTION_RATE))
                    _plant_transactions(kind, faults, file, past)
                    manifest.quarantined += kind != "bad-utf8"
                index += 1
    manifest.facts["transactions by month"] = by_month


def _plant_transactions(kind: FaultKind, faults: Faults, file: CsvFile, past: date) -> None:
    """Writes a row for a month long ago, of which no other row tells, with that fault; records it."""
    service, name = "shared-lists-1", "Danh mục đơn vị hành chính"
    announced: date | None = _announced(past)
    number, value = 1, f"{past:%Y-%m}"
    match kind:
        case "unknown-code":
            service = value = NO_SERVICE
        case "duplicate-key":
            file.write(f"{past:%Y-%m}", service, name, number, announced)
            number = 2
        case "date-out-of-order":
            announced = past - timedelta(days=1)
            value = announced.isoformat()
        case "bad-utf8":
            name, value = spoilt(name), COLUMNS[2]
        case _:
            announced, value = None, COLUMNS[4]
    row = file.write(f"{past:%Y-%m}", service, name, number, announced)
    faults.record(kind, TRANSACTIONS, row, f"{INDICATOR}/{past:%Y-%m}/{service}", value)


def _serving(world: World, index: int, row: dict[str, str]) -> dict[str, Any]:
    """A system with two services."""
    source = world.random("serving system", index)
    return {
        "ma": row["code"],
        "ten": row["name_vi"],
        "tenTiengAnh": row["name_en"],
        "loai": TYPES[row["type"]],
        "chuQuan": row["operator"],
        "dichVu": [
            {
                "ma": f"{row['code']}-{number}",
                "ten": row[f"{place}_vi"],
                "tenTiengAnh": row[f"{place}_en"],
                "loaiChiaSe": ACCESS[row["access"]],
                "tuNgay": (LAUNCHED + timedelta(days=source.randrange(400))).isoformat(),
            }
            for number, place in enumerate(("first", "second"), start=1)
        ],
    }


def _consumer(
    world: World, index: int, agency: agencies.Agency, services: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The integration platform of an agency, with the services it uses."""
    source = world.random("connected system", index)
    used = []
    for service in sorted(source.sample(range(len(services)), source.randint(3, 9))):
        since = date.fromisoformat(services[service]["tuNgay"]) + timedelta(days=source.randrange(1, 700))
        one = {"dichVu": services[service]["ma"], "tuNgay": since.isoformat()}
        if source.random() < 0.1:
            one["denNgay"] = (since + timedelta(days=source.randrange(30, 500))).isoformat()
        used.append(one)
    return {
        "ma": f"lgsp-{agency.slug}",
        "ten": f"Nền tảng tích hợp, chia sẻ dữ liệu của {agency.name}",
        "loai": TYPES["integration-platform"],
        "chuQuan": agency.key,
        "suDung": used,
    }


def _connected() -> Iterator[agencies.Agency]:
    """Central agencies and provincial committees of the time of connection: more than 90."""
    for agency in agencies.load().by_key.values():
        if (agency.date == STRUCTURE and agency.kind in MINISTERIAL) or agency.date == OLD:
            yield agency


def _all_services() -> Iterator[str]:
    return (f"{row['code']}-{number}" for row in _listed() for number in (1, 2))


def _listed() -> Sequence[dict[str, str]]:
    path = Path(__file__).parents[1] / "serving_systems.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _months(scale: float) -> Iterator[date]:
    year, month = FIRST_MONTH
    for number in range(max(1, min(MOST_MONTHS, round(MONTHS * scale)))):
        yield date(year + (month - 1 + number) // 12, (month - 1 + number) % 12 + 1, 1)


def _announced(month: date) -> date:
    """The tenth day of the next month."""
    return (month + timedelta(days=31)).replace(day=10)
