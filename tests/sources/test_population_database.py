"""The population data set over a connection: the same quads as from its files."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from graph import settings
from graph.columns import Columns, TextQuad
from graph.settings import Settings
from ingest import access, build, candidate, conformance, progress
from ingest import dataset as datasets
from ingest.dataset import DataSet
from ingest.report import DataSetReport

NAME = "mps-population"
TABLES = {
    "persons": """so_dinh_danh char(12) PRIMARY KEY, ho_va_ten text NOT NULL, gioi_tinh varchar(3),
        ngay_sinh date, dan_toc char(2), tinh_trang_hon_nhan smallint, ma_ho char(10),
        muc_do_dinh_danh smallint, ngay_cap_dinh_danh date""",
    "households": """ma_ho char(10) PRIMARY KEY, so_dinh_danh_chu_ho char(12), ma_xa char(5),
        danh_muc_xa date, ngay_dang_ky date""",
    "residences": """so_dinh_danh char(12), lan smallint, hinh_thuc varchar(3), ma_xa char(5),
        danh_muc_xa date, tu_ngay date, den_ngay date, PRIMARY KEY (so_dinh_danh, lan)""",
}


@pytest.fixture
def dataset() -> DataSet:
    return datasets.discover(settings.load())[NAME]


@pytest.fixture
def connected(
    server: Any,
    database: psycopg.Connection,
    dataset: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Settings:
    """Settings with a connection to a database that holds the sample in typed tables, and no files."""
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} ({columns})".encode())
        text = (dataset.sample / f"{table}.csv").read_text(encoding="utf-8")
        with database.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER MATCH)".encode()) as copy:
            copy.write(text)
    addresses = {NAME: server.address(database.info.dbname)}
    monkeypatch.setenv("LIENTHONG_CONNECTIONS", json.dumps(addresses))
    return settings.load(data_dir=tmp_path / "data")


def quads(columns: Path) -> set[TextQuad]:
    with Columns(columns) as built:
        return set(built.quads())


def test_the_tables_give_the_same_quads_as_the_files(
    connected: Settings, dataset: DataSet, tmp_path: Path
) -> None:
    from_files = conformance.sample(dataset, connected, tmp_path)
    report = DataSetReport(NAME, dataset.title)
    target = tmp_path / "from-tables.duckdb"
    build.build(
        dataset,
        connected,
        access.rules(connected),
        target,
        report,
        progress.Clock(NAME, report.steps, progress.silent),
    )
    assert quads(target) == quads(from_files)
    assert report.rows["persons"] == 6
    assert report.locations["persons"] == "postgresql:mps-population#persons"
    assert report.locations["people"].endswith("people.sql")


def test_a_database_is_read_each_time(connected: Settings, dataset: DataSet) -> None:
    """That no file changed does not mean that no row did."""
    digests = {candidate.of(dataset, connected, None, "", progress.silent).fingerprint for _ in range(2)}
    assert len(digests) == 2
    files = connected.model_copy(update={"connections": {}})
    digests = {candidate.of(dataset, files, None, "", progress.silent).fingerprint for _ in range(2)}
    assert len(digests) == 1
