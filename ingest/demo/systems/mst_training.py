"""Officials trained in digital transformation in 2022: one sheet, 117,100 persons in all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ingest.demo import agencies, published
from ingest.demo.faults import Faults
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.units import OLD
from ingest.demo.workbook import XlsxFile
from ingest.demo.world import World

FILE, SHEET = "boi-duong-2022.xlsx", "Bồi dưỡng 2022"
COLUMNS = (
    "Mã", "Loại đơn vị", "Danh mục", "Mã đơn vị", "Tên đơn vị", "Nội dung", "Từ ngày", "Đến ngày", "Số người",
)  # fmt: skip
YEAR = 2022
TRAINED = 117_100
"""The real number of 2022; how it is spread over agencies, topics and weeks is made up."""

TOPICS = ("Nhận thức", "Kỹ năng số", "Lãnh đạo", "Dữ liệu", "An toàn thông tin")
MINISTRY, LOCALITY = "Bộ, ngành", "Địa phương"
COURSES = 4
"""Trainings of each ministry and province at scale 1."""

RATE = 0.02
FAULTS: tuple[FaultKind, ...] = ("unknown-code", "duplicate-key", "date-out-of-order", "missing-cell")
NO_PROVINCE = "99"
STRUCTURE = "2021-07-23"


@dataclass(frozen=True, slots=True)
class Course:
    """A training; `register` and `unit` are the end of the agency's or province's IRI."""

    number: int
    kind: str
    register: str
    unit: str
    name: str
    topic: str
    since: date
    until: date
    persons: int

    @property
    def code(self) -> str:
        return f"BD-{self.number:05}"


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the one sheet. A faulty row follows a sound one and has a number of its own."""
    published.count(manifest)
    faults = Faults(world, manifest, RATE, FAULTS)
    by_topic = dict.fromkeys(TOPICS, 0)
    with XlsxFile(folder, FILE, SHEET, COLUMNS, manifest) as file:
        total = 0
        for index, course in enumerate(_courses(world)):
            file.write(*_row(course))
            by_topic[course.topic] += course.persons
            total = index + 1
            manifest.count("platform:Training")
            # Class, topic, unit or agency, first and last day, trainees.
            manifest.quads += 6
            if kind := faults.pick(index):
                _plant(kind, faults, file, replace(course, number=90_000 + index))
                manifest.quarantined += 1
    manifest.facts["trainings"] = total
    manifest.facts["trainees by topic"] = by_topic


def _plant(kind: FaultKind, faults: Faults, file: XlsxFile, course: Course) -> None:
    """Writes the course's row with that fault, twice for a duplicate, and records it."""
    cells = _row(course)
    match kind:
        case "unknown-code":
            cells[1:4] = [LOCALITY, OLD, NO_PROVINCE]
            value = NO_PROVINCE
        case "duplicate-key":
            file.write(*cells)
            cells[8] = course.persons + 1
            value = course.code
        case "date-out-of-order":
            cells[7] = course.since - timedelta(days=1)
            value = str(cells[7])
        case _:
            cells[8], value = None, COLUMNS[8]
    row = file.write(*cells)
    faults.record(kind, FILE, row, course.code, value)


def _row(course: Course) -> list[object]:
    return [
        course.code,
        course.kind,
        course.register,
        course.unit,
        course.name,
        course.topic,
        course.since,
        course.until,
        course.persons,
    ]


def _courses(world: World) -> Iterator[Course]:
    """So many each for ministries and provinces; the persons add up to TRAINED."""
    known = agencies.load().by_key.values()
    kinds = ("ministry", "ministerial-agency")
    ministries = [
        (MINISTRY, one.date, one.slug, one.name)
        for one in known
        if one.date == STRUCTURE and one.kind in kinds
    ]
    provinces = [(LOCALITY, OLD, code, unit.name) for code, unit in sorted(world.units.old_provinces.items())]
    units = [*ministries, *provinces]
    number = len(units) * max(1, round(COURSES * world.scale))
    weights = [world.random("training weight", index).uniform(0.4, 1.6) for index in range(number)]
    whole = sum(weights)
    given, reached = 0, 0.0
    for index, weight in enumerate(weights):
        source = world.random("training", index)
        since = date(YEAR, 1, 10) + timedelta(days=source.randrange(290))
        reached += weight
        upto = TRAINED if index == number - 1 else round(TRAINED * reached / whole)
        # At a large scale some would get nobody: nobody is trained in a course that did not happen.
        if upto == given:
            continue
        yield Course(
            index + 1,
            *units[index % len(units)],
            source.choice(TOPICS),
            since,
            since + timedelta(days=source.randrange(1, 12)),
            upto - given,
        )
        given = upto
