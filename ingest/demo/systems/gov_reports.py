"""The Government report system: 179 regimes, of which 69 are integrated, their periods, and what was sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ingest.demo import agencies
from ingest.demo.agencies import COMMITTEE, Agency
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.world import World

REGIMES_FILE, PERIODS_FILE, SUBMISSIONS_FILE = "regimes.csv", "periods.csv", "submissions.csv"
REGIME_COLUMNS = ("ma_che_do", "ten", "co_quan_nhan", "dinh_ky", "tich_hop", "hieu_luc_tu", "can_cu")
PERIOD_COLUMNS = ("ma_ky", "ten", "ten_tieng_anh", "dinh_ky", "tu_ngay", "den_ngay")
SUBMISSION_COLUMNS = (
    "ma_che_do", "ma_ky", "co_quan_bao_cao", "ten_co_quan", "cach_gui", "han_gui", "ngay_gui",
)  # fmt: skip
REGIME, AGENCY, AGENCY_NAME, SENT = 0, 2, 3, 6
REGIMES, INTEGRATED, SUBMISSIONS = 179, 69, 1500
PUBLISHED_QUADS = 20
"""Those of the figure of November 2022, which is real and lies in the data set's own folder."""

# The system's own words; the data set's views turn them into codes.
PERIODICITIES = {
    "monthly": ("THANG", 40),
    "quarterly": ("QUY", 55),
    "half-yearly": ("6THANG", 30),
    "yearly": ("NAM", 40),
    "thematic": ("CHUYEN_DE", 9),
    "ad-hoc": ("DOT_XUAT", 5),
}
REPORTERS = ("ministry", COMMITTEE)
METHODS = {True: "TICH_HOP", False: "NHAP_TAY"}
FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
NOBODY = "-khong-ro"
"""Behind an agency's key: an agency that nobody has described."""

# What is reported on, and the ministry that asks for it.
SUBJECTS = {
    "giải ngân vốn đầu tư công": "mof", "thu, chi ngân sách": "mof", "thu hút đầu tư nước ngoài": "mof",
    "đăng ký doanh nghiệp": "mof", "bảo hiểm xã hội, bảo hiểm y tế": "mof", "quản lý tài sản công": "mof",
    "kiểm soát thủ tục hành chính": "moj", "công tác thi hành án dân sự": "moj", "hộ tịch, chứng thực": "moj",
    "trợ giúp pháp lý": "moj", "đấu giá tài sản": "moj", "trật tự an toàn giao thông": "mps",
    "phòng cháy, chữa cháy": "mps", "an ninh mạng": "mps", "quản lý cư trú": "mps",
    "sản xuất nông nghiệp": "mae", "quản lý đất đai": "mae", "bảo vệ môi trường": "mae",
    "tài nguyên nước": "mae", "phòng, chống thiên tai": "mae", "giảm nghèo": "mae",
    "chỉ số sản xuất công nghiệp": "moit", "xuất khẩu, nhập khẩu hàng hóa": "moit", "cung ứng điện": "moit",
    "khám bệnh, chữa bệnh": "moh", "tiêm chủng mở rộng": "moh", "an toàn thực phẩm": "moh",
    "bảo trợ xã hội": "moh", "giáo dục mầm non và phổ thông": "moet", "giáo dục nghề nghiệp": "moet",
    "lao động, việc làm": "moha", "người có công": "moha", "cải cách hành chính": "moha",
    "biên chế công chức": "moha", "công tác dân tộc": "mera", "tín ngưỡng, tôn giáo": "mera",
    "du lịch": "mocst", "thể dục, thể thao": "mocst", "quản lý di sản văn hóa": "mocst",
    "chuyển đổi số": "most", "bưu chính, viễn thông": "most", "sở hữu trí tuệ": "most",
    "xây dựng nhà ở xã hội": "moc", "quy hoạch xây dựng": "moc", "vận tải hàng hóa và hành khách": "moc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Regime:
    code: str
    name: str
    recipient: str
    periodicity: str
    is_integrated: bool


@dataclass(frozen=True, slots=True)
class Period:
    code: str
    name: str
    name_en: str
    periodicity: str
    first: date
    last: date


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    with CsvFile(folder, REGIMES_FILE, REGIME_COLUMNS, manifest) as file:
        for regime in regimes():
            kind = PERIODICITIES[regime.periodicity][0]
            mark = "x" if regime.is_integrated else None
            file.write(regime.code, regime.name, regime.recipient, kind, mark, "2020-01-01", "09-2019-ND-CP")
    with CsvFile(folder, PERIODS_FILE, PERIOD_COLUMNS, manifest) as file:
        for one in periods():
            kind = PERIODICITIES[one.periodicity][0]
            file.write(one.code, one.name, one.name_en, kind, one.first, one.last)
    manifest.count("reporting:Regime", REGIMES)
    manifest.count("reporting:Period", len(periods()))
    manifest.count("indicator:Indicator")
    manifest.count("indicator:Observation")
    # A regime: class, name, code, recipient, periodicity, integrated, first day, basis. A period: class, two
    # names, periodicity, two days.
    manifest.quads += 8 * REGIMES + 6 * len(periods()) + PUBLISHED_QUADS
    manifest.facts["integrated regimes"] = INTEGRATED
    _write_submissions(world, folder, manifest)


def _write_submissions(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, kinds=FAULTS)
    late = 0
    by_method = dict.fromkeys(METHODS.values(), 0)
    wrong = iter(pairs("government-agency"))
    with CsvFile(folder, SUBMISSIONS_FILE, SUBMISSION_COLUMNS, manifest) as file:
        wanted = max(1, round(SUBMISSIONS * world.scale))
        due = sum(1 for _ in pairs(*REPORTERS))
        sound = islice(pairs(*REPORTERS), 0, None, max(1, due // wanted))
        for index, (regime, period, agency) in enumerate(islice(sound, wanted)):
            cells, is_late = _cells(world, index, regime, period, agency)
            file.write(*cells)
            late += is_late
            by_method[str(cells[4])] += 1
            manifest.count("reporting:Submission")
            # Class, regime, period, reporter, method, due, sent.
            manifest.quads += 7
            if kind := faults.pick(index):
                cells, _ = _cells(world, index, *next(wrong))
                _plant(kind, faults, file, cells)
                manifest.quarantined += kind != "bad-utf8"
    manifest.facts.update({"submissions by method": by_method, "late submissions": late})


@lru_cache(maxsize=1)
def regimes() -> Sequence[Regime]:
    """Each subject in turn, with each periodicity in turn; every so many are integrated."""
    ministries = {one.slug: one.key for one in agencies.load().on(TODAY) if one.kind == "ministry"}
    subjects = list(SUBJECTS)
    kinds = [kind for kind, (_, count) in PERIODICITIES.items() for _ in range(count)]
    words = {
        "monthly": "Báo cáo tháng", "quarterly": "Báo cáo quý", "half-yearly": "Báo cáo sáu tháng",
        "yearly": "Báo cáo năm", "thematic": "Báo cáo chuyên đề", "ad-hoc": "Báo cáo đột xuất",
    }  # fmt: skip
    found = []
    for index in range(REGIMES):
        kind = kinds[index]
        subject = subjects[index % len(subjects)]
        scope = ("", " trên địa bàn", " theo ngành", " ở cơ sở")[index // len(subjects)]
        found.append(
            Regime(
                code=f"BC-{index + 1:03}",
                name=f"{words[kind]} về {subject}{scope}",
                recipient=ministries[SUBJECTS[subject]],
                periodicity=kind,
                is_integrated=(index + 1) * INTEGRATED // REGIMES > index * INTEGRATED // REGIMES,
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def periods() -> Sequence[Period]:
    """Those of 2025 that had ended by the middle of November, and the year 2024, the latest first."""
    found = [Period("2024", "Năm 2024", "Year 2024", "yearly", date(2024, 1, 1), date(2024, 12, 31))]
    for months, kind, mark in ((1, "monthly", ""), (3, "quarterly", "Q"), (6, "half-yearly", "H")):
        for number in range(1, 12 // months + 1):
            first = date(2025, (number - 1) * months + 1, 1)
            last = date(2025 + number * months // 12, number * months % 12 + 1, 1) - timedelta(days=1)
            if last <= TODAY - timedelta(days=16):
                code = f"2025-{mark}{number}" if mark else f"2025-{number:02}"
                found.append(Period(code, *_names(months, number), kind, first, last))
    return tuple(sorted(found, key=lambda one: one.last, reverse=True))


def _names(months: int, number: int) -> tuple[str, str]:
    roman = ("I", "II", "III", "IV")
    match months:
        case 1:
            return f"Tháng {number} năm 2025", f"{date(2025, number, 1):%B} 2025"
        case 3:
            return f"Quý {roman[number - 1]} năm 2025", f"Quarter {number} of 2025"
        case _:
            half = "đầu" if number == 1 else "cuối"
            return f"Sáu tháng {half} năm 2025", f"Half-year {number} of 2025"


def pairs(*kinds: str) -> Iterator[tuple[Regime, Period, Agency]]:
    """Who has to report what on which period: by period, then agency, then regime. There is an end to it,
    however large the scale."""
    known = agencies.load()
    for period in periods():
        for agency in known.on(period.last + timedelta(days=1)):
            if agency.kind in kinds:
                for regime in regimes():
                    if regime.periodicity == period.periodicity:
                        yield regime, period, agency


def _cells(
    world: World, index: int, regime: Regime, period: Period, agency: Agency
) -> tuple[list[object], bool]:
    source = world.random("submission", index)
    due = period.last + timedelta(days=15)
    sent = period.last + timedelta(days=max(1, int(source.triangular(1, 24, 10))))
    sent = min(sent, TODAY)
    cells: list[object] = [
        regime.code,
        period.code,
        agency.key,
        agency.name,
        METHODS[regime.is_integrated],
        due,
        sent,
    ]
    return cells, sent > due


def _plant(kind: FaultKind, faults: Faults, file: CsvFile, cells: list[object]) -> None:
    """A report of a government agency: sound ones are all from ministries and provinces."""
    match kind:
        case "unknown-code":
            value = cells[AGENCY] = f"{cells[AGENCY]}{NOBODY}"
        case "duplicate-key":
            file.write(*cells)
            cells[SENT] = TODAY
            value = str(cells[REGIME])
        case "date-out-of-order":
            value = cells[SENT] = "2024-06-30"
        case "bad-utf8":
            cells[AGENCY_NAME] = spoilt(str(cells[AGENCY_NAME]))
            value = SUBMISSION_COLUMNS[AGENCY_NAME]
        case _:
            cells[SENT] = None
            value = SUBMISSION_COLUMNS[SENT]
    row = file.write(*cells)
    key = "/".join(str(cells[part]) for part in (REGIME, 1, AGENCY))
    faults.record(kind, SUBMISSIONS_FILE, row, key, str(value))
