"""The national population database: persons, households, residences, electronic identities."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest
from ingest.demo.people import TODAY, Household, Person
from ingest.demo.units import NEW, OLD, Unit
from ingest.demo.world import World

PERSONS, HOUSEHOLDS, RESIDENCES = "persons.csv", "households.csv", "residences.csv"
PERSON_COLUMNS = (
    "so_dinh_danh", "ho_va_ten", "gioi_tinh", "ngay_sinh", "dan_toc", "tinh_trang_hon_nhan", "ma_ho",
    "muc_do_dinh_danh", "ngay_cap_dinh_danh",
)  # fmt: skip
HOUSEHOLD_COLUMNS = ("ma_ho", "so_dinh_danh_chu_ho", "ma_xa", "danh_muc_xa", "ngay_lap")
RESIDENCE_COLUMNS = (
    "so_dinh_danh", "lan", "hinh_thuc", "ma_xa", "danh_muc_xa", "tu_ngay", "den_ngay",
)  # fmt: skip

# Words and numbers of the database for what the ontology calls otherwise; its views turn them back.
SEXES = {"male": "Nam", "female": "Nữ"}
CIVIL_STATUSES = {"single": 1, "married": 2, "divorced": 3, "widowed": 4}
LEVELS = {"level-1": 1, "level-2": 2}
PERMANENT, TEMPORARY = "TT", "TTr"

NO_PROVINCE, NO_COMMUNE = "07", "99999"
"""Codes that neither register has."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A row of the residences: where someone is registered, from when, and until when where that has ended."""

    kind: str
    commune: str
    register: str
    since: date
    until: date | None


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the three files; a faulty row follows the sound row at which it was picked."""
    _write_persons(world, folder, manifest)
    _write_households(world, folder, manifest)
    _write_residences(world, folder, manifest)


def _write_persons(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest)
    by_sex = {"male": 0, "female": 0}
    with CsvFile(folder, PERSONS, PERSON_COLUMNS, manifest) as file:
        for index in range(world.persons_count):
            person = world.person(index)
            household = world.household(person.household)
            file.write(*_person(person, household))
            by_sex[person.sex] += 1
            manifest.count("person:Person")
            # Type, name, number, sex, birth date, birth place, ethnicity, civil status, household.
            manifest.quads += 9
            if person.identity_level:
                manifest.count("person:ElectronicIdentity")
                manifest.quads += 4
            if faults.pick(index):
                # Someone outside the registers, said to live in a household that exists.
                extra = replace(world.person(world.persons_count + index), household=person.household)
                _write_faulty_person(faults, index, file, extra, household, manifest)
    manifest.facts["persons by sex"] = by_sex


def _write_faulty_person(
    faults: Faults, index: int, file: CsvFile, person: Person, household: Household, manifest: DatasetManifest
) -> None:
    person = replace(person, identity_level=None, identity_issued=None)
    kind = faults.pick(index)
    number, value = person.citizen_number, ""
    cells = _person(person, household)
    match kind:
        case "wrong-check-digit":
            # It has no check digit; what can be checked is the digit of century and sex.
            value = number[:3] + str((int(number[3]) + 1) % 4) + number[4:]
            cells[0] = number = value
        case "unknown-code":
            value = cells[4] = "77"
        case "duplicate-key":
            file.write(*cells)
            value = cells[1] = person.name + " Anh"
        case "date-out-of-order":
            # An electronic identity given before its holder was born.
            early = person.born - timedelta(days=400)
            cells[7:9] = [1, early]
            value = early.isoformat()
        case "bad-utf8":
            cells[1] = spoilt(person.name)
            value = PERSON_COLUMNS[1]
        case "missing-cell":
            cells[1] = ""
            value = PERSON_COLUMNS[1]
    row = file.write(*cells)
    if kind is not None:
        faults.record(kind, PERSONS, row, number, value)
    if kind == "date-out-of-order":
        # The identity is left out, its holder is sound.
        manifest.count("person:Person")
        manifest.quads += 9
        manifest.facts["persons"] = None
    if kind != "bad-utf8":
        manifest.quarantined += 1
