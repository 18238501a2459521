"""The national portal on foreign investment: a workbook of projects and their investors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingest.demo.enterprises import VSIC_2025, Enterprise
from ingest.demo.faults import Faults
from ingest.demo.identifiers import SPREAD
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.units import NEW
from ingest.demo.workbook import Book, Sheet
from ingest.demo.world import World

FILE = "dau_tu_nuoc_ngoai.xlsx"
PROJECTS, INVESTORS = "Dự án", "Nhà đầu tư"
PROJECT_COLUMNS = (
    "STT", "Mã dự án", "Tên dự án", "Mã số doanh nghiệp", "Nhà đầu tư", "Hình thức", "Ngành",
    "Phiên bản VSIC", "Mã tỉnh", "Ngày cấp", "Ngày hết hạn", "Vốn đăng ký (triệu USD)",
    "Vốn thực hiện (triệu USD)", "Ngày cập nhật",
)  # fmt: skip
INVESTOR_COLUMNS = ("Mã nhà đầu tư", "Tên nhà đầu tư", "Mã quốc gia", "Quốc gia")
NAME, ENTERPRISE, PROVINCE, EXPIRES, REGISTERED = 2, 3, 8, 10, 11

SHARE = 10
"""One enterprise in so many has a project."""
RATE = 0.05
"""Of the faults: higher than elsewhere, for there are few projects."""
KINDS: tuple[FaultKind, ...] = (
    "wrong-check-digit",
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "missing-cell",
)

FOREIGN_TYPES = ("limited-one-member", "limited-multi-member", "joint-stock")
FORMS = {
    "100% vốn nước ngoài": 80,
    "Liên doanh": 17,
    "Hợp đồng hợp tác kinh doanh": 2,
    "Hợp đồng BOT, BT, BTO": 1,
}
# Divisions that VSIC 2018 and 2025 both have, with what is built there.
WORKS = {
    "26": "Nhà máy sản xuất linh kiện điện tử", "27": "Nhà máy sản xuất thiết bị điện",
    "14": "Nhà máy may mặc", "15": "Nhà máy giày da", "10": "Nhà máy chế biến thực phẩm",
    "22": "Nhà máy sản phẩm nhựa", "25": "Nhà máy cơ khí chính xác", "29": "Nhà máy linh kiện ô tô",
    "31": "Nhà máy đồ nội thất", "35": "Nhà máy điện mặt trời", "46": "Trung tâm phân phối hàng hóa",
    "52": "Trung tâm logistics", "55": "Khu nghỉ dưỡng", "62": "Trung tâm phát triển phần mềm",
    "68": "Khu đô thị", "85": "Trường quốc tế",
}  # fmt: skip
# Code → name in the portal, weight, what stands behind a company's name there.
COUNTRIES = {
    "KR": ("Hàn Quốc", 190, "Co., Ltd."), "SG": ("Singapore", 140, "Pte. Ltd."),
    "CN": ("Trung Quốc", 130, "Co., Ltd."), "JP": ("Nhật Bản", 110, "Co., Ltd."),
    "HK": ("Hồng Kông", 90, "Limited"), "TW": ("Đài Loan", 70, "Co., Ltd."), "US": ("Hoa Kỳ", 50, "Inc."),
    "TH": ("Thái Lan", 40, "Co., Ltd."), "VG": ("BritishVirginIslands", 40, "Ltd."),
    "MY": ("Malaysia", 30, "Sdn. Bhd."), "WS": ("Samoa", 30, "Ltd."), "NL": ("Hà Lan", 20, "B.V."),
    "DE": ("CHLB Đức", 20, "GmbH"), "FR": ("Pháp", 20, "S.A."), "GB": ("Vương quốc Anh", 20, "Ltd."),
    "AU": ("Australia", 20, "Pty Ltd"), "IN": ("Ấn Độ", 15, "Private Limited"),
    "KY": ("Cayman Islands", 15, "Ltd."), "CA": ("Canada", 10, "Inc."), "LU": ("Luxembourg", 5, "S.à r.l."),
}  # fmt: skip
BRANDS = (
    "Hanbit", "Kitanami", "Meridian East", "Lotusway", "Northgate", "Silverpine", "Brightwater", "Oakfield",
    "Tianlu", "Harbourline", "Bluestone", "Goldleaf", "Riverton", "Saebyeok", "Hinokawa", "Palmgrove",
)  # fmt: skip
FIELDS = (
    "Precision", "Electronics", "Textile", "Logistics", "Energy", "Properties", "Foods", "Plastics",
    "Holdings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Project:
    """A made-up project; `registered` and `disbursed` in thousand US dollars."""

    code: str
    name: str
    enterprise: Enterprise
    investors: tuple[str, ...]
    form: str
    industry: str
    licensed: date
    expires: date | None
    registered: int
    disbursed: int | None
    recorded: date


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """Streams the two sheets. A faulty row follows the sound row at which it was picked."""
    with Book(folder, FILE, manifest) as book:
        _write_investors(world, book.sheet(INVESTORS, INVESTOR_COLUMNS), manifest)
        _write_projects(world, book.sheet(PROJECTS, PROJECT_COLUMNS), manifest)


def _write_investors(world: World, sheet: Sheet, manifest: DatasetManifest) -> None:
    for index in range(investors_count(world)):
        sheet.write(*_investor(world, index))
    manifest.count("business:Investor", investors_count(world))
    # Class, name, code, country.
    manifest.quads += 4 * investors_count(world)


def _write_projects(world: World, sheet: Sheet, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, RATE, KINDS)
    countries, capital = Counter[str](), 0
    for index in range(projects_count(world)):
        one = project(world, index)
        sheet.write(*_cells(one, sheet.rows + 1))
        capital += one.registered
        countries.update({_country(world, int(code[4:])) for code in one.investors})
        manifest.count("business:ForeignInvestmentProject")
        # Class, name, code, enterprise, form, industry, province, two dates, registered capital; then the
        # investors, the last day and the disbursed capital.
        manifest.quads += 10 + len(one.investors) + (one.expires is not None) + (one.disbursed is not None)
        if kind := faults.pick(index):
            stranger = project(world, projects_count(world) + index)
            _plant(kind, faults, sheet, stranger)
            manifest.quarantined += 1
    manifest.facts["projects by country of an investor"] = dict(sorted(countries.items()))
    manifest.facts["registered capital in thousand USD"] = capital


def projects_count(world: World) -> int:
    return max(1, world.enterprises_count // SHARE)


def investors_count(world: World) -> int:
    return max(1, projects_count(world) * 4 // 5)


def project(world: World, index: int) -> Project:
    """Any index from 0; from `projects_count` on, one that only a planted fault is about."""
    source = world.random("project", index)
    enterprise = _enterprise(world, index % projects_count(world))
    licensed = min(enterprise.founded + timedelta(days=source.randrange(120)), TODAY)
    recorded = max(licensed, TODAY - timedelta(days=int(source.triangular(1, 900, 60))))
    expires = None
    if source.random() < 0.8:
        expires = date(licensed.year + 50, licensed.month, min(licensed.day, 28))
    registered = max(50, round(1000 * 10 ** source.gauss(0.8, 0.6)))
    industry = source.choice(list(WORKS))
    numbers = {source.randrange(investors_count(world)) + 1 for _ in range(source.choice((1, 1, 1, 2)))}
    return Project(
        code=f"9{(index * SPREAD + world.seed * 15_485_863) % 10**9:09}",
        name=f"{WORKS[industry]} {source.choice(BRANDS)} {source.choice(('I', 'II', 'Việt Nam'))}",
        enterprise=enterprise,
        investors=tuple(f"NDT-{number:06}" for number in sorted(numbers)),
        form=source.choices(list(FORMS), list(FORMS.values()))[0],
        industry=industry,
        licensed=licensed,
        expires=expires,
        registered=registered,
        disbursed=round(registered * source.random()) if source.random() < 0.9 else None,
        recorded=recorded,
    )


def _enterprise(world: World, index: int) -> Enterprise:
    """The first of the project's own enterprises that may have foreign capital, else the first."""
    last = min((index + 1) * SHARE, world.enterprises_count)
    candidates = [world.enterprise(number) for number in range(index * SHARE, last)]
    return next((one for one in candidates if one.enterprise_type in FOREIGN_TYPES), candidates[0])


def _cells(one: Project, number: int) -> list[object]:
    enterprise = one.enterprise
    province = enterprise.new.province if one.recorded.isoformat() >= NEW else enterprise.old.province
    return [
        number,
        one.code,
        one.name,
        enterprise.code,
        "; ".join(one.investors),
        one.form,
        one.industry,
        2025 if one.recorded >= VSIC_2025 else 2018,
        province,
        one.licensed,
        one.expires,
        one.registered / 1000,
        None if one.disbursed is None else one.disbursed / 1000,
        one.recorded,
    ]


def _investor(world: World, index: int) -> Sequence[str]:
    source = world.random("investor", index)
    country = _country(world, index + 1)
    name, _, suffix = COUNTRIES[country]
    return (f"NDT-{index + 1:06}", f"{source.choice(BRANDS)} {source.choice(FIELDS)} {suffix}", country, name)


def _country(world: World, number: int) -> str:
    """The country of the investor with that number, from 1."""
    weights = [weight for _, weight, _ in COUNTRIES.values()]
    return world.random("investor's country", number).choices(list(COUNTRIES), weights)[0]


def _plant(kind: FaultKind, faults: Faults, sheet: Sheet, one: Project) -> None:
    """Writes a project with that fault, twice for a duplicate, and records it."""
    cells = _cells(one, sheet.rows + 1)
    match kind:
        case "wrong-check-digit":
            code = one.enterprise.code
            value = cells[ENTERPRISE] = f"{code[:9]}{(int(code[9]) + 1) % 10}"
        case "unknown-code":
            value = cells[PROVINCE] = "00"
        case "duplicate-key":
            sheet.write(*cells)
            cells[NAME] = f"{one.name} mở rộng"
            value = one.code
        case "date-out-of-order":
            cells[EXPIRES] = expired = one.licensed - timedelta(days=1)
            value = expired.isoformat()
        case _:
            cells[REGISTERED] = None
            value = PROJECT_COLUMNS[REGISTERED]
    faults.record(kind, sheet.name, sheet.write(*cells), one.code, value)
