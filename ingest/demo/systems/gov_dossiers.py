"""The national public service portal: dossiers as they were a week ago, and what changed on each day since.

A line is the whole dossier as the portal knew it at the end of a day; of several lines the latest counts.
"""

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import IO, Any

from ingest.demo import procedures
from ingest.demo.faults import Faults, spoilt
from ingest.demo.identifiers import check_digit
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.procedures import Procedure
from ingest.demo.units import NEW, OLD, Unit
from ingest.demo.world import World

BASE = "dossiers.ndjson"
DAYS = 7
FIRST_DAY = date.fromisoformat(OLD)
"""The first day of the oldest register whose units are known."""

# The portal's own words; the data set's view turns them into codes.
CHANNELS = {"online": "TRUC_TUYEN", "in-person": "TRUC_TIEP", "post": "BUU_CHINH"}
STATUSES = {
    "submitted": "MOI_NOP",
    "supplement-requested": "YEU_CAU_BO_SUNG",
    "processing": "DANG_XU_LY",
    "completed": "DA_CO_KET_QUA",
    "returned": "DA_TRA_KET_QUA",
    "rejected": "TU_CHOI",
    "withdrawn": "DA_RUT",
}
NO_PROCEDURE = "9.999999"
FAULTS: tuple[FaultKind, ...] = (
    "wrong-check-digit",
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """What becomes of a dossier. `ended` is the day of its `end` (completed, rejected, withdrawn); `returned`
    the day on which a result was handed over; days after today have not come yet."""

    submitted: date
    accepted: date | None
    due: date | None
    ended: date
    end: str
    returned: date | None

    def status(self, day: date) -> str:
        """The status at the end of a day on or after its submission."""
        if self.returned and self.returned <= day:
            return "returned"
        if self.ended <= day:
            return self.end
        if self.accepted is None:
            return "supplement-requested" if day > self.submitted else "submitted"
        return "processing" if self.accepted <= day else "submitted"


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the base and the files of the seven days since in one walk; faults are in the base."""
    faults = Faults(world, manifest, kinds=FAULTS)
    names = [BASE, *(f"delta-{number}.ndjson" for number in range(1, DAYS + 1))]
    days = [TODAY - timedelta(days=DAYS - number) for number in range(DAYS + 1)]
    facts = {"by status": dict.fromkeys(STATUSES, 0), "online": 0, "late": 0, "of enterprises": 0}
    manifest.facts.update(facts)
    manifest.files.update(dict.fromkeys(names, 0))
    with ExitStack() as stack:
        files = [
            stack.enter_context(
                (folder / name).open("w", encoding="utf-8", errors="surrogateescape", newline="\n")
            )
            for name in names
        ]
        for index in range(world.dossiers_count):
            line, life = dossier(world, index)
            for number, day in _changes(life, days):
                _append(files[number], names[number], as_of(line, life, day), manifest)
            _count(manifest, line, life)
            if kind := faults.pick(index):
                _plant(kind, faults, files[0], world, index, manifest)
                manifest.quarantined += kind != "bad-utf8"


def dossier(world: World, index: int) -> tuple[Line, Life]:
    """The parts of a dossier that never change, and its life."""
    source = world.random("dossier", index)
    known = procedures.load()
    procedure = known[bisect(_weights(), source.random() * _weights()[-1])]
    applicant, old, new = _applicant(world, source, procedure)
    first = max(FIRST_DAY, date.fromisoformat(procedure.valid_from))
    submitted = first + timedelta(days=int(source.random() ** 0.8 * ((TODAY - first).days + 1)))
    unit = new if submitted.isoformat() >= NEW else old
    if "commune" not in procedure.levels:
        unit = world.units.province(unit)
    channel = source.choices(tuple(CHANNELS), (56, 38, 6))[0]
    line = {
        "maHoSo": f"H{unit.province}-{submitted:%y%m%d}-{index:06}",
        "maThuTuc": procedure.code,
        "tenThuTuc": procedure.name,
        "nguoiNop": applicant,
        "noiTiepNhan": {"ma": unit.code, "danhMuc": unit.register},
        "kenh": CHANNELS[channel],
    }
    return line, _life(source, submitted, procedure.days)


def as_of(line: Line, life: Life, day: date) -> Line:
    """The line that the portal wrote for a dossier at the end of a day."""
    whole = line | {"trangThai": STATUSES[life.status(day)], "ngayNop": str(life.submitted)}
    if life.accepted and life.accepted <= day:
        whole |= {"ngayTiepNhan": str(life.accepted), "ngayHenTra": str(life.due)}
    if life.ended <= day:
        whole |= {"ngayCoKetQua": str(life.ended)}
    return whole


@lru_cache(maxsize=1)
def _weights() -> Sequence[int]:
    return tuple(accumulate(one.weight for one in procedures.load()))


def _applicant(world: World, source: Random, procedure: Procedure) -> tuple[Line, Unit, Unit]:
    is_person = procedure.applicant == "person" or (procedure.applicant == "both" and source.random() < 0.8)
    if is_person:
        person = world.person(world.adult(source))
        home = world.household(person.household)
        return {"loai": "CA_NHAN", "soDinhDanh": person.citizen_number}, home.old, home.new
    enterprise = world.enterprise(source.randrange(world.enterprises_count))
    return {"loai": "DOANH_NGHIEP", "maSo": enterprise.code}, enterprise.old, enterprise.new


def _life(source: Random, submitted: date, limit: int) -> Life:
    accepted = submitted + timedelta(days=source.choices((0, 1, 2), (60, 30, 10))[0])
    calendar = limit + 2 * (limit // 5) + (2 if submitted.weekday() >= 4 else 0)
    due = accepted + timedelta(days=calendar)
    drawn = source.random()
    if drawn < 0.015:
        ended = submitted + timedelta(days=source.randrange(10, 40))
        return Life(submitted, None, None, ended, "withdrawn", None)
    if drawn < 0.04:
        ended = accepted + timedelta(days=source.randrange(limit + 1))
        return Life(submitted, accepted, due, ended, "rejected", None)
    late = source.random() < 0.09
    took = calendar + source.randrange(1, 15) if late else source.randrange(calendar + 1)
    ended = accepted + timedelta(days=took)
    return Life(submitted, accepted, due, ended, "completed", ended + timedelta(days=source.randrange(4)))


def _changes(life: Life, days: Sequence[date]) -> Iterator[tuple[int, date]]:
    """(number of the file, day) of each line: the base where it was submitted by then, and each later day
    on which it is new or its status is another than the day before."""
    before = None
    for number, day in enumerate(days):
        status = life.status(day) if life.submitted <= day else None
        if status is not None and status != before:
            yield number, day
        before = status


def _append(file: IO[str], name: str, line: Line, manifest: DatasetManifest) -> int:
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    manifest.files[name] += 1
    return manifest.files[name]


def _count(manifest: DatasetManifest, line: Line, life: Life) -> None:
    status = life.status(TODAY)
    manifest.count("service:Dossier")
    # Class, code, procedure, applicant, unit, channel, status, submitted; and the days that have come.
    is_accepted = life.accepted is not None and life.accepted <= TODAY
    manifest.quads += 8 + 2 * is_accepted + (life.ended <= TODAY)
    facts = manifest.facts
    facts["by status"][status] += 1
    facts["online"] += line["kenh"] == CHANNELS["online"]
    facts["late"] += life.due is not None and life.due < life.ended <= TODAY
    facts["of enterprises"] += "maSo" in line["nguoiNop"]


def _plant(
    kind: FaultKind, faults: Faults, file: IO[str], world: World, index: int, manifest: DatasetManifest
) -> None:
    """One dossier more, long settled, with something wrong with it."""
    line, _ = dossier(world, world.dossiers_count + index)
    day = date(2025, 8, 4)
    life = Life(day, day, day + timedelta(days=5), day + timedelta(days=3), "completed", None)
    unit = world.units.new["00004"]
    # A letter that no sound dossier's code begins with.
    code = f"X{unit.province}-{day:%y%m%d}-{index:06}"
    line = as_of(line, life, day + timedelta(days=3))
    line |= {"maHoSo": code, "noiTiepNhan": {"ma": unit.code, "danhMuc": unit.register}}
    match kind:
        case "wrong-check-digit":
            value = _wrong_code(world.enterprise(world.enterprises_count + index).code)
            line["nguoiNop"] = {"loai": "DOANH_NGHIEP", "maSo": value}
        case "unknown-code":
            line["maThuTuc"] = value = NO_PROCEDURE
        case "duplicate-key":
            _append(file, BASE, line, manifest)
            line = line | {"ngayCoKetQua": str(life.due)}
            value = code
        case "date-out-of-order":
            line["ngayCoKetQua"] = value = "2025-08-01"
        case "bad-utf8":
            line["tenThuTuc"] = spoilt(line["tenThuTuc"])
            value = "tenThuTuc"
        case _:
            del line["ngayNop"]
            value = "ngayNop"
    row = _append(file, BASE, line, manifest)
    faults.record(kind, BASE, row, code, value)


def _wrong_code(code: str) -> str:
    digit = (int(code[-1]) + 1) % 10
    wrong = f"{code[:-1]}{digit}"
    assert check_digit(wrong[:-1]) != digit
    return wrong
