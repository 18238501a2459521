"""The business registration portal: enterprises and their dependent units, in one file."""

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ingest.demo import names
from ingest.demo.enterprises import VSIC_2025, Enterprise
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.units import NEW, OLD
from ingest.demo.world import World

FILE = "doanh_nghiep.csv"
COLUMNS = (
    "ma_so", "ten", "ten_tieng_anh", "loai_hinh", "tinh_trang", "ngay_dang_ky", "ngay_thay_doi", "dia_chi",
    "ma_xa", "nganh_nghe", "he_thong_nganh", "von_dieu_le", "nguoi_dai_dien", "so_dinh_danh_dai_dien",
    "chuc_danh", "chu_so_huu", "so_dinh_danh_chu_so_huu",
)  # fmt: skip
CODE, NAME, COMMUNE = 0, 1, 8
OPTIONAL = (2, 15, 16)

# The portal's words; the data set's views turn them into codes.
TYPES = {
    "limited-one-member": ("Công ty TNHH một thành viên", "Giám đốc"),
    "limited-multi-member": ("Công ty TNHH hai thành viên trở lên", "Giám đốc"),
    "joint-stock": ("Công ty cổ phần", "Tổng giám đốc"),
    "partnership": ("Công ty hợp danh", "Thành viên hợp danh"),
    "private": ("Doanh nghiệp tư nhân", "Chủ doanh nghiệp"),
    "cooperative": ("Hợp tác xã", "Giám đốc"),
}
STATUSES = {
    "active": "Đang hoạt động",
    "suspended": "Tạm ngừng kinh doanh",
    "not-at-address": "Không còn hoạt động tại địa chỉ đã đăng ký",
    "dissolving": "Đang làm thủ tục giải thể",
    "dissolved": "Đã giải thể",
    "bankrupt": "Bị tuyên bố phá sản",
}
UNIT_TYPES = {"branch": "Chi nhánh", "representative-office": "Văn phòng đại diện"}
STREETS = (
    "Giải Phóng", "Thống Nhất", "Độc Lập", "Hòa Bình", "Điện Biên Phủ", "Hùng Vương", "Bạch Đằng", "Láng Hạ",
    "Cách Mạng Tháng Tám", "Hoa Lư", "Kim Mã", "Sông Hàn",
)  # fmt: skip

NO_COMMUNE = "99999"
"""A code that neither register has."""


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the file. A faulty row follows the sound rows of the enterprise at which it was picked."""
    faults = Faults(world, manifest)
    statuses, versions, registers, units = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    with CsvFile(folder, FILE, COLUMNS, manifest) as file:
        for index in range(world.enterprises_count):
            enterprise, source = world.enterprise(index), world.random("registration", index)
            cells = _cells(world, enterprise, source)
            file.write(*cells)
            statuses[enterprise.status] += 1
            versions[enterprise.vsic_version] += 1
            registers[enterprise.register] += 1
            manifest.count("business:Enterprise")
            # Class, name, code, type, status, two dates, main industry, capital, commune, address,
            # representative and position; then English name, owner's name or person, industries.
            optional = sum(cells[place] is not None for place in OPTIONAL)
            manifest.quads += 13 + optional + len(enterprise.industries)
            for number in range(1, source.choice((0, 0, 0, 0, 0, 0, 1, 1, 1, 2)) + 1):
                kind = source.choice(tuple(UNIT_TYPES))
                file.write(*_unit_cells(world, enterprise, number, kind, source))
                units[kind] += 1
                manifest.count("business:DependentUnit")
                # Class, name, code, type, enterprise, status, two dates, commune, address.
                manifest.quads += 10
            if fault := faults.pick(index):
                _plant(fault, faults, file, world, index)
                manifest.quarantined += fault != "bad-utf8"
    manifest.facts["enterprises by status"] = dict(sorted(statuses.items()))
    manifest.facts["enterprises by VSIC version"] = dict(sorted(versions.items()))
    manifest.facts["enterprises by register"] = dict(sorted(registers.items()))
    manifest.facts["dependent units by type"] = dict(sorted(units.items()))


def _cells(world: World, enterprise: Enterprise, source: Random) -> list[str | None]:
    """The row of an enterprise; its last two cells say who owns it, an organisation or a person."""
    kind, position = TYPES[enterprise.enterprise_type]
    person = world.person(enterprise.representative)
    organisation = owner = None
    if enterprise.enterprise_type == "private":
        owner = person.citizen_number
    elif enterprise.enterprise_type == "limited-one-member":
        if source.random() < 0.15:
            organisation = names.enterprise(source, "Công ty Cổ phần")
        else:
            someone = person if source.random() < 0.8 else world.person(world.adult(source))
            owner = someone.citizen_number
    return [
        enterprise.code,
        enterprise.name,
        _in_english(enterprise.name) if source.random() < 0.2 else None,
        kind,
        STATUSES[enterprise.status],
        _day(enterprise.founded),
        _day(enterprise.recorded),
        _address(source),
        enterprise.commune,
        "; ".join(enterprise.industries),
        enterprise.vsic_version,
        f"{enterprise.capital:,}".replace(",", "."),
        person.name,
        person.citizen_number,
        position,
        organisation,
        owner,
    ]


def _unit_cells(
    world: World, enterprise: Enterprise, number: int, kind: str, source: Random
) -> list[str | None]:
    """The row of a branch or office: somewhere in the country, recorded when its enterprise was."""
    founded = enterprise.founded + (enterprise.recorded - enterprise.founded) * source.random()
    old = source.choices(world.units.home, cum_weights=world.units.home_weights)[0]
    commune = old if enterprise.register == OLD else world.units.successor(old)
    cells: list[str | None] = [None] * len(COLUMNS)
    cells[:9] = [
        f"{enterprise.code}-{number:03}",
        f"{UNIT_TYPES[kind]} {enterprise.name} tại {world.units.province(commune).name}",
        None,
        UNIT_TYPES[kind],
        STATUSES[enterprise.status],
        _day(founded),
        _day(enterprise.recorded),
        _address(source),
        commune.code,
    ]
    return cells


def _plant(kind: FaultKind, faults: Faults, file: CsvFile, world: World, index: int) -> None:
    """Writes an enterprise nobody else names with that fault, twice for a duplicate, and records it."""
    source = world.random("faulty registration", index)
    stranger = world.enterprise(world.enterprises_count + index)
    value = ""
    if kind == "date-out-of-order":
        stranger = _recorded(stranger, stranger.founded - timedelta(days=30))
        value = _day(stranger.recorded)
    outdated = kind == "unknown-code" and source.random() < 0.5
    if outdated:
        # The last version of VSIC, two weeks after it ended.
        stranger = replace(_recorded(stranger, TODAY - timedelta(days=2)), vsic_version="2018")
        value = stranger.vsic_version
    cells = _cells(world, stranger, source)
    code, name = stranger.code, stranger.name
    match kind:
        case "wrong-check-digit":
            value = cells[CODE] = code = f"{code[:9]}{(int(code[9]) + 1) % 10}"
        case "unknown-code" if not outdated:
            value = cells[COMMUNE] = NO_COMMUNE
        case "duplicate-key":
            file.write(*cells)
            cells[NAME] = f"{name} Việt Nam"
            value = code
        case "bad-utf8":
            cells[NAME] = spoilt(name)
            value = COLUMNS[NAME]
        case "missing-cell":
            cells[NAME] = None
            value = COLUMNS[NAME]
    faults.record(kind, FILE, file.write(*cells), code, value)


def _recorded(enterprise: Enterprise, day: date) -> Enterprise:
    """The same enterprise with a record of that day, in the codes of that day."""
    register = NEW if day.isoformat() >= NEW else OLD
    version = "2025" if day >= VSIC_2025 else "2018"
    return replace(enterprise, recorded=day, register=register, vsic_version=version)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _address(source: Random) -> str:
    return f"Số {source.randrange(1, 400)} {source.choice(STREETS)}"


def _in_english(name: str) -> str:
    """The name without diacritics, as enterprises write it for abroad."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).upper()
