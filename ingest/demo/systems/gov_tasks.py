"""The system that follows the tasks assigned by the Government and the Prime Minister, as CSV.

Today's 45 ministries and provinces have tasks; what was assigned before they were reorganised stands under
the agencies of that time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from ingest.demo import agencies
from ingest.demo.agencies import COMMITTEE, Agency
from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.world import World

FILE = "tasks.csv"
COLUMNS = (
    "ma_nhiem_vu", "noi_dung", "so_van_ban", "nguoi_giao", "co_quan_chu_tri", "co_quan_phoi_hop", "ngay_giao",
    "han_hoan_thanh", "ngay_hoan_thanh", "tinh_trang", "tien_do",
)  # fmt: skip
CODE, NAME, ASSIGNEE, ASSIGNED, DUE = 0, 1, 4, 6, 7
TASKS, PARTICIPANTS = 900, 45
FIRST_DAY = date(2025, 1, 2)
FAULTS: tuple[FaultKind, ...] = (
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "bad-utf8",
    "missing-cell",
)
NOBODY = "2025-03-01/bkhdt"

# The system's own numbers; the data set's view turns them into codes.
STATUSES = {"not-started": 1, "in-progress": 2, "overdue": 3, "completed-on-time": 4, "completed-late": 5}
ASSIGNERS = {"government": "CP", "prime-minister": "TTg"}

VERBS = (
    "Trình dự thảo nghị định về", "Trình đề án", "Báo cáo kết quả thực hiện", "Rà soát, sửa đổi quy định về",
    "Hoàn thành kế hoạch", "Kiểm tra, đôn đốc việc", "Công bố danh mục", "Sơ kết một năm",
)  # fmt: skip
SUBJECTS = (
    "cung cấp dịch vụ công trực tuyến toàn trình", "kết nối, chia sẻ dữ liệu dân cư",
    "phát triển nhà ở xã hội",
    "cắt giảm, đơn giản hóa thủ tục hành chính", "sắp xếp trụ sở sau khi sáp nhập", "cải cách tiền lương",
    "chuyển đổi số trong giáo dục", "bảo đảm cung ứng điện", "phòng, chống thiên tai",
    "số hóa dữ liệu đất đai",
    "giải ngân vốn đầu tư công", "hỗ trợ doanh nghiệp nhỏ và vừa", "quản lý an toàn thực phẩm",
    "xóa nhà tạm, nhà dột nát",
    "vận hành chính quyền địa phương hai cấp", "quản lý thuế hộ kinh doanh", "sổ sức khỏe điện tử",
    "phát triển đường sắt đô thị", "kiểm soát xuất xứ hàng hóa", "bảo vệ dữ liệu cá nhân",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """`number` is the last part of its code; `due` None without a deadline; `progress` in per cent."""

    number: int
    name: str
    document: str
    assigner: str
    assignee: Agency
    supporter: Agency | None
    assigned: date
    due: date | None
    completed: date | None
    status: str
    progress: int

    @property
    def code(self) -> str:
        return f"NV-{self.assigned.year}-{self.number:06}"


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, kinds=FAULTS)
    by_status = dict.fromkeys(STATUSES, 0)
    seen: set[str] = set()
    known = agencies.load()
    count = max(1, round(TASKS * world.scale))
    with CsvFile(folder, FILE, COLUMNS, manifest) as file:
        for index in range(count):
            one = task(world, index)
            file.write(*_cells(one))
            by_status[one.status] += 1
            seen.add(known.today(one.assignee).key)
            manifest.count("task:Task")
            # Class, name, code, document, assigner, assignee, day, status, progress; and what may be absent.
            manifest.quads += 9 + sum(part is not None for part in (one.supporter, one.due, one.completed))
            if kind := faults.pick(index):
                _plant(kind, faults, file, _cells(task(world, count + index)), index)
                manifest.quarantined += kind != "bad-utf8"
    manifest.facts.update({"tasks by status": by_status, "ministries and provinces": len(seen)})


def task(world: World, index: int) -> Task:
    source = world.random("task", index)
    assigned = FIRST_DAY + timedelta(days=source.randrange((TODAY - FIRST_DAY).days))
    # The first tasks go round, so that each ministry and province has one.
    if index < PARTICIPANTS:
        assigned = max(assigned, date(2025, 7, 1))
        today = participants()[index]
        assignee = next(one for one in choices(assigned) if one.key == today.key)
    else:
        assignee = source.choice(choices(assigned))
    others = [one for one in choices(assigned) if one is not assignee and one.kind != COMMITTEE]
    limit = timedelta(days=source.choice((15, 30, 45, 60, 90, 180)))
    due = assigned + limit if source.random() < 0.88 else None
    assigner = "prime-minister" if source.random() < 0.8 else "government"
    completed, status, progress = _progress(source, assigned, due)
    return Task(
        number=index,
        name=f"{source.choice(VERBS)} {source.choice(SUBJECTS)}",
        document=f"{source.randrange(1, 2900)}/{'QĐ-TTg' if assigner == 'prime-minister' else 'NQ-CP'}",
        assigner=assigner,
        assignee=assignee,
        supporter=source.choice(others) if source.random() < 0.5 else None,
        assigned=assigned,
        due=due,
        completed=completed,
        status=status,
        progress=progress,
    )


@lru_cache(maxsize=1)
def participants() -> Sequence[Agency]:
    """The ministries and agencies of ministerial level of today, and as many provinces as make up 45."""
    known = agencies.load().on(TODAY)
    central = [one for one in known if one.kind in ("ministry", "ministerial-agency")]
    provinces = [one for one in known if one.kind == COMMITTEE]
    return (*central, *provinces[: PARTICIPANTS - len(central)])


@lru_cache(maxsize=512)
def choices(day: date) -> Sequence[Agency]:
    """The agencies of a day that are, or have become, one of the participants."""
    known = agencies.load()
    keys = {one.key for one in participants()}
    kinds = ("ministry", "ministerial-agency", COMMITTEE)
    return tuple(one for one in known.on(day) if one.kind in kinds and known.today(one).key in keys)


def _progress(source: Random, assigned: date, due: date | None) -> tuple[date | None, str, int]:
    planned = (due or assigned + timedelta(days=120)) - assigned
    completed = assigned + timedelta(days=max(1, int(planned.days * source.triangular(0.3, 1.5, 0.8))))
    if completed <= TODAY:
        return completed, "completed-late" if due and completed > due else "completed-on-time", 100
    if due and due < TODAY:
        return None, "overdue", source.randrange(20, 100, 5)
    begun = (TODAY - assigned).days > 7
    return None, "in-progress" if begun else "not-started", source.randrange(5, 95, 5) if begun else 0


def _cells(one: Task) -> list[object]:
    return [
        one.code,
        one.name,
        one.document,
        ASSIGNERS[one.assigner],
        one.assignee.key,
        one.supporter.key if one.supporter else None,
        one.assigned,
        one.due,
        one.completed,
        STATUSES[one.status],
        one.progress,
    ]


def _plant(kind: FaultKind, faults: Faults, file: CsvFile, cells: list[object], index: int) -> None:
    code = cells[CODE] = f"NV-1999-{index:06}"
    match kind:
        case "unknown-code":
            value = cells[ASSIGNEE] = NOBODY
        case "duplicate-key":
            file.write(*cells)
            cells[NAME] = f"{cells[NAME]} (bổ sung)"
            value = code
        case "date-out-of-order":
            value = "2024-12-01"
            cells[DUE] = value
        case "bad-utf8":
            cells[NAME] = spoilt(str(cells[NAME]))
            value = COLUMNS[NAME]
        case _:
            cells[NAME] = None
            value = COLUMNS[NAME]
    row = file.write(*cells)
    faults.record(kind, FILE, row, code, value)
