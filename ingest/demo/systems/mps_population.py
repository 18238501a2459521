"""The national population database: persons with their electronic identities, households, residences."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY, Person
from ingest.demo.units import NEW, OLD, Unit
from ingest.demo.world import World

PERSONS, HOUSEHOLDS, RESIDENCES = "persons.csv", "households.csv", "residences.csv"
PERSON_COLUMNS = (
    "so_dinh_danh", "ho_va_ten", "gioi_tinh", "ngay_sinh", "dan_toc", "tinh_trang_hon_nhan", "ma_ho",
    "muc_do_dinh_danh", "ngay_cap_dinh_danh",
)  # fmt: skip
HOUSEHOLD_COLUMNS = ("ma_ho", "so_dinh_danh_chu_ho", "ma_xa", "danh_muc_xa", "ngay_dang_ky")
RESIDENCE_COLUMNS = ("so_dinh_danh", "lan", "hinh_thuc", "ma_xa", "danh_muc_xa", "tu_ngay", "den_ngay")
NUMBER, NAME, ETHNICITY = 0, 1, 4

# The database's own words and numbers; the data set's views turn them into codes.
SEXES = {"male": "Nam", "female": "Nữ"}
CIVIL_STATUSES = {"single": 1, "married": 2, "divorced": 3, "widowed": 4}
LEVELS = {"level-1": 1, "level-2": 2}
PERMANENT, TEMPORARY = "TT", "TTr"

NO_ETHNICITY, NO_COMMUNE = "77", "99999"
"""Codes that no list has."""

PERSON_FAULTS: tuple[FaultKind, ...] = (
    "wrong-check-digit",
    "unknown-code",
    "duplicate-key",
    "bad-utf8",
    "missing-cell",
)
RESIDENCE_FAULTS: tuple[FaultKind, ...] = ("unknown-code", "date-out-of-order", "missing-cell")


@dataclass(frozen=True, slots=True)
class Stay:
    """Where someone is registered, since when, and until which last day where that has ended."""

    kind: str
    commune: Unit
    since: date
    until: date | None = None


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the three files. A faulty row follows the sound row at which it was picked."""
    _write_persons(world, folder, manifest)
    _write_households(world, folder, manifest)
    _write_residences(world, folder, manifest)


def _write_persons(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, kinds=PERSON_FAULTS)
    by_sex = {"female": 0, "male": 0}
    with CsvFile(folder, PERSONS, PERSON_COLUMNS, manifest) as file:
        for index in range(world.persons_count):
            person = world.person(index)
            file.write(*_cells(person))
            by_sex[person.sex] += 1
            # Class, name, number, sex, birth date and place, ethnicity, civil status, household.
            manifest.count("person:Person")
            manifest.quads += 9
            if person.identity_level:
                manifest.count("person:ElectronicIdentity")
                manifest.quads += 4
            if kind := faults.pick(index):
                # Someone in no register, said to live in a household that exists.
                stranger = replace(
                    world.person(world.persons_count + index),
                    household=person.household,
                    identity_level=None,
                    identity_issued=None,
                )
                _plant(kind, faults, file, _cells(stranger))
                manifest.quarantined += kind != "bad-utf8"
    manifest.facts["persons by sex"] = by_sex


def _cells(person: Person) -> list[object]:
    return [
        person.citizen_number,
        person.name,
        SEXES[person.sex],
        person.born,
        person.ethnicity,
        CIVIL_STATUSES[person.civil_status],
        f"H{person.household:09}",
        LEVELS[person.identity_level] if person.identity_level else None,
        person.identity_issued,
    ]


def _plant(kind: FaultKind, faults: Faults, file: CsvFile, cells: list[object]) -> None:
    """Writes someone's row with that fault, twice for a duplicate, and records it."""
    number, name = str(cells[NUMBER]), str(cells[NAME])
    match kind:
        case "wrong-check-digit":
            # A citizen number has none; what can be checked is the digit of century and sex.
            value = cells[NUMBER] = f"{number[:3]}{(int(number[3]) + 1) % 4}{number[4:]}"
        case "unknown-code":
            value = cells[ETHNICITY] = NO_ETHNICITY
        case "duplicate-key":
            file.write(*cells)
            cells[NAME] = f"{name} Anh"
            value = number
        case "bad-utf8":
            cells[NAME] = spoilt(name)
            value = PERSON_COLUMNS[NAME]
        case _:
            cells[NAME] = None
            value = PERSON_COLUMNS[NAME]
    row = file.write(*cells)
    faults.record(kind, PERSONS, row, str(cells[NUMBER]), value)


def _write_households(world: World, folder: Path, manifest: DatasetManifest) -> None:
    by_register = {OLD: 0, NEW: 0}
    with CsvFile(folder, HOUSEHOLDS, HOUSEHOLD_COLUMNS, manifest) as file:
        for index in range(world.households_count):
            household = world.household(index)
            head = world.person(household.head).citizen_number
            commune = household.commune
            file.write(household.number, head, commune.code, commune.register, household.since)
            by_register[commune.register] += 1
    manifest.count("person:Household", world.households_count)
    # Class, number, head, commune, since.
    manifest.quads += 5 * world.households_count
    manifest.facts["households by register"] = by_register


def _write_residences(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, kinds=RESIDENCE_FAULTS)
    moves = 0
    with CsvFile(folder, RESIDENCES, RESIDENCE_COLUMNS, manifest) as file:
        for index in range(world.persons_count):
            number = world.person(index).citizen_number
            turn = 0
            for turn, stay in enumerate(stays(world, index), start=1):
                file.write(*_row(number, turn, stay))
                # Class, resident, commune, type, since, and until where it ended.
                manifest.quads += 5 + (stay.until is not None)
                manifest.count("person:Residence")
                moves += stay.until is not None and stay.kind == PERMANENT
            if kind := faults.pick(index):
                _plant_residence(kind, faults, file, number, turn + 1, world.household(0).old)
                manifest.quarantined += 1
    manifest.facts["moves"] = moves


def stays(world: World, index: int) -> Iterator[Stay]:
    """Where someone was and is registered, in order of time."""
    person, source = world.person(index), world.random("residence", index)
    household = world.household(person.household)
    since = max(household.since, person.born)
    if household.moved_from and person.born < household.since:
        came = max(person.born, household.since - timedelta(days=source.randrange(300, 5000)))
        yield Stay(PERMANENT, household.moved_from, came, household.since - timedelta(days=1))
    # What is registered since the reform is in today's codes, whatever the household's record still says.
    yield Stay(PERMANENT, household.new if since.isoformat() >= NEW else household.commune, since)
    if person.is_adult and source.random() < 0.08:
        elsewhere = world.household(source.randrange(world.households_count))
        begun = TODAY - timedelta(days=source.randrange(20, 700))
        commune = elsewhere.new if begun.isoformat() >= NEW else elsewhere.old
        ended = begun + timedelta(days=source.randrange(10, 400))
        yield Stay(TEMPORARY, commune, begun, ended if ended <= TODAY else None)


def _row(number: str, turn: int, stay: Stay) -> list[object]:
    return [number, turn, stay.kind, stay.commune.code, stay.commune.register, stay.since, stay.until]


def _plant_residence(
    kind: FaultKind, faults: Faults, file: CsvFile, number: str, turn: int, commune: Unit
) -> None:
    """One residence more than someone has: in no known commune, or ended before it began, or begun never."""
    cells = _row(number, turn, Stay(TEMPORARY, commune, date(2024, 3, 1), date(2024, 9, 30)))
    match kind:
        case "unknown-code":
            value = cells[3] = NO_COMMUNE
        case "date-out-of-order":
            value = "2023-09-30"
            cells[6] = value
        case _:
            value = RESIDENCE_COLUMNS[5]
            cells[5] = None
    row = file.write(*cells)
    faults.record(kind, RESIDENCES, row, f"{number}-{turn}", value)
