"""A folder made from a file passes the conformance kit as it stands, whatever the file's format."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from cli.main import app
from graph import settings
from graph.errors import ParameterError
from graph.settings import Settings
from ingest import conformance, pipeline, proposal
from ingest import dataset as datasets
from ingest.proposal import guessing, identifiers, reading

NAME = "moh-facilities"
HEADER = [
    "ma",
    "ten",
    "ma_xa",
    "ma_so_thue",
    "ho_ten",
    "so_dinh_danh",
    "ngay_cap",
    "so_giuong",
    "cap_cuu",
    "kenh",
]
ROWS = [
    ["CS1", "Trạm A", "00004", "0100109106", "Thị Ẩn", "001180000001", "01/02/2020", "12", "có", "online"],
    ["CS2", 'Trạm "B", số 2', "00008", "", "Trần Kín", "001080000002", "15/03/2021", "7", "không", "post"],
    ["CS3", "Trạm {C}", "00004", "0100109106", "Lê Giấu", "001080000003", "", "0", "không", "in-person"],
]  # fmt: skip


def csv_file(path: Path, delimiter: str = ",") -> Path:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADER, *ROWS])
    return path


def objects() -> list[dict[str, str | None]]:
    return [{name: value or None for name, value in zip(HEADER, row, strict=True)} for row in ROWS]


def xlsx_file(path: Path) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Cơ sở"
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    workbook.save(path)
    return path


def json_file(path: Path) -> Path:
    path.write_text(json.dumps({"coSo": objects()}, ensure_ascii=False), encoding="utf-8")
    return path


def lines_file(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in objects()), encoding="utf-8")
    return path


def parquet_file(path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(objects()), path)
    return path


def xml_file(path: Path) -> Path:
    rows = []
    for row in objects():
        inner = "".join(f"<{n}>{escape(v)}</{n}>" for n, v in row.items() if v is not None and n != "ma")
        rows.append(f"<coSo ma={quoteattr(row['ma'] or '')}>{inner}</coSo>")
    path.write_text(f"<danhSach>{''.join(rows)}</danhSach>", encoding="utf-8")
    return path


FILES: dict[str, Callable[[Path], Path]] = {
    "a.csv": csv_file,
    "b.tsv": lambda path: csv_file(path, "\t"),
    "c.csv": lambda path: csv_file(path, ";"),
    "d.xlsx": xlsx_file,
    "e.json": json_file,
    "f.ndjson": lines_file,
    "g.parquet": parquet_file,
    "h.xml": xml_file,
}


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    folder = tmp_path / "datasets"
    folder.mkdir()
    return settings.load(data_dir=tmp_path / "data", datasets_dir=folder)


@pytest.mark.parametrize("file", FILES)
def test_what_is_made_conforms_and_runs(file: str, place: Settings, tmp_path: Path) -> None:
    source = FILES[file](tmp_path / file)
    folder, made = proposal.create(NAME, source, place)
    known = datasets.discover(place)
    assert conformance.check(known[NAME], known, place) == []
    kinds = {one.name: one.kind for one in made.columns}
    assert kinds == {
        "ma": "text",
        "ten": "text",
        "ma_xa": "commune",
        "ma_so_thue": "enterprise",
        "ho_ten": "text",
        "so_dinh_danh": "person",
        "ngay_cap": "vietnamese-date",
        "so_giuong": "integer",
        "cap_cuu": "vietnamese-boolean",
        "kenh": "code",
    }
    assert [one.name for one in made.columns if one.is_key] == ["ma"]
    assert {one.name for one in made.columns if one.is_personal} == {"ho_ten", "so_dinh_danh"}
    # Nothing about a person is in the folder: it goes into the repository.
    texts = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    if not file.endswith((".xlsx", ".parquet")):
        assert not [row for row in ROWS if row[4].encode() in texts or row[5].encode() in texts]
    (report,) = pipeline.run(place, dry_run=True).datasets
    assert report.outcome == "valid", report.error
    assert [one.mapped for one in report.accounts.values()] == [3]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "20", "-3"], "integer"),
        (["007", "008"], "text"),
        (["1.5", "2"], "decimal"),
        (["2025-07-01"], "date"),
        (["1/7/2025", "30/04/2025"], "vietnamese-date"),
        (["true", "false"], "boolean"),
        (["x"], "vietnamese-boolean"),
        (["active", "dissolved"], "code"),
        (["0100109106", "0100109106-001"], "enterprise"),
        (["0100109107"], "text"),
        (["001080000001"], "person"),
    ],
)
def test_guesses(values: list[str], kind: str) -> None:
    chosen = settings.load()
    source = reading.LogicalSource("source", "x.csv", reading.Format.CSV)
    table = reading.Table(source, {"col": list(values)}, len(values))
    lists = guessing.schemes(chosen.ontology_dir, base=chosen.base_iri)
    (found,) = guessing.guess(table, lists)
    assert found.kind == kind


def test_names_that_tell_of_persons() -> None:
    told = ["Họ và tên", "hoTen", "Ngày sinh", "CCCD", "email", "Số điện thoại"]
    assert all(map(identifiers.tells_of_a_person, told))
    assert not identifiers.tells_of_a_person("Tên đơn vị")


def test_a_file_without_a_key_is_numbered(place: Settings, tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("loai,so\na,1\na,1\n", encoding="utf-8")
    proposal.create(NAME, source, place)
    known = datasets.discover(place)
    assert conformance.check(known[NAME], known, place) == []


def test_a_format_that_is_not_read_is_named(place: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("x", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"\.csv"):
        proposal.create(NAME, tmp_path / "x.docx", place)


def test_the_command_prints_or_writes(place: Settings, tmp_path: Path) -> None:
    given = {"LIENTHONG_DATA_DIR": str(place.data_dir), "LIENTHONG_DATASETS_DIR": str(place.datasets_dir)}
    source = str(csv_file(tmp_path / "a.csv"))
    printed = CliRunner().invoke(app, ["dataset", "new", NAME, "--from", source, "--dry-run"], env=given)
    assert printed.exit_code == 0, printed.stderr
    assert "rml:TriplesMap" in printed.stdout
    assert "personal data in the columns ho_ten, so_dinh_danh" in printed.stderr
    assert not (place.datasets_dir / NAME).exists()
    assert CliRunner().invoke(app, ["dataset", "new", NAME, "--from", source], env=given).exit_code == 0
    tried = CliRunner().invoke(app, ["dataset", "check", NAME, "--rows", "2"], env=given)
    assert tried.exit_code == 0, tried.stderr
    assert "first 2 rows" in tried.stderr
