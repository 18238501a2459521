"""The list of national digital platforms: real names and operators, made-up days of launch."""

import csv
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ingest.demo import published
from ingest.demo.faults import Faults
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.world import World

FILE = "nen-tang-so.json"
STATUSES = {"operating": "Đang vận hành", "piloting": "Thử nghiệm", "planned": "Kế hoạch"}
CATEGORIES = {
    "digital-government": "Chính phủ số", "digital-economy": "Kinh tế số", "digital-society": "Xã hội số",
}  # fmt: skip
RATE = 0.06
FAULTS: tuple[FaultKind, ...] = ("unknown-code", "duplicate-key", "date-out-of-order", "missing-cell")
NO_AGENCY = "2021-07-23/khong-co"


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Writes the one document, whatever the scale. A faulty entry has a code of its own."""
    published.count(manifest)
    faults = Faults(world, manifest, RATE, FAULTS)
    entries: list[dict[str, Any]] = []
    by_category = dict.fromkeys(CATEGORIES.values(), 0)
    for index, row in enumerate(_listed()):
        entry = _entry(world, index, row)
        entries.append(entry)
        for category in entry["nhom"]:
            by_category[category] += 1
        manifest.count("platform:DigitalPlatform")
        # Class, two names, status, day of announcement; categories, operator, first day of use where known.
        manifest.quads += 5 + len(entry["nhom"]) + ("chuQuan" in entry) + ("ngayVanHanh" in entry)
        if kind := faults.pick(index):
            _plant(kind, faults, entries, {**entry, "ma": f"thu-nghiem-{index}"})
            manifest.quarantined += 1
    document = {"danhMuc": "Nền tảng số quốc gia", "nenTang": entries}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
    manifest.files[FILE] = len(entries)
    manifest.facts["platforms by category"] = by_category


def _plant(kind: FaultKind, faults: Faults, entries: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    """Adds the entry with that fault, twice for a duplicate, and records it."""
    value = entry["ma"]
    match kind:
        case "unknown-code":
            entry["chuQuan"] = value = NO_AGENCY
        case "duplicate-key":
            entries.append(entry)
            entry = {**entry, "ten": {**entry["ten"], "vi": f"{entry['ten']['vi']} mới"}}
        case "date-out-of-order":
            entry = {**entry, "tinhTrang": STATUSES["planned"], "ngayVanHanh": entry["ngayCongBo"]}
            value = entry["ngayCongBo"]
        case _:
            entry = {name: cell for name, cell in entry.items() if name != "ngayCongBo"}
            value = "ngayCongBo"
    entries.append(entry)
    faults.record(kind, FILE, len(entries), entry["ma"], value)


def _entry(world: World, index: int, row: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ma": row["slug"],
        "ten": {"vi": row["name_vi"], "en": row["name_en"]},
        "nhom": [CATEGORIES[one] for one in row["categories"].split()],
        "tinhTrang": STATUSES[row["status"]],
        "ngayCongBo": row["announced_on"],
    }
    if row["operator"]:
        entry["chuQuan"] = row["operator"]
    if row["status"] != "planned":
        announced = date.fromisoformat(row["announced_on"])
        later = timedelta(days=world.random("platform", index).randrange(20, 150))
        entry["ngayVanHanh"] = (announced + later).isoformat()
    return entry


def _listed() -> Sequence[dict[str, str]]:
    with Path(__file__).parents[1].joinpath("platforms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
