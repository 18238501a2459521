"""A steward's round: a cell is broken, one message says where and what to do, it is mended and published."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph import settings
from graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NAME = "un-egovernment"
RIGHT, WRONG = "2012,egdi,rank,83,190,2012-03-21", "2012,egdi,rank,83,190,2012-03-32"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of one bundled data set, and nothing published yet."""
    folder = tmp_path_factory.mktemp("steward")
    shutil.copytree(ROOT / "ingest" / "datasets" / NAME, folder / "datasets" / NAME)
    return settings.load(data_dir=folder / "data", datasets_dir=folder / "datasets", workers=1)


def change(desk: Settings, old: str, new: str) -> None:
    path = desk.datasets_dir / NAME / "data" / "vietnam.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def lienthong(desk: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = {"LIENTHONG_DATA_DIR": str(desk.data_dir), "LIENTHONG_DATASETS_DIR": str(desk.datasets_dir)}
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env=os.environ | places | {"COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_broken_read_mended_published(desk: Settings) -> None:
    change(desk, RIGHT, WRONG)
    broken = lienthong(desk, "ingest", NAME)
    assert broken.returncode == 1
    place = re.search(
        r"vietnam\.csv · bản ghi/row 2 · cột/column published_on · giá trị/value '2012-03-32'", broken.stderr
    )
    assert place, broken.stderr
    before, after = broken.stderr[: place.start()].splitlines(), broken.stderr[place.end() :].splitlines()
    assert before[-3].startswith("lỗi ")
    assert before[-2].startswith("error ")
    remedies = [line.strip() for line in after[1:3]]
    assert all(line.startswith("→ ") for line in remedies)
    assert "bản ghi 2" in remedies[0]
    assert "row 2" in remedies[1]

    change(desk, WRONG, RIGHT)
    mended = lienthong(desk, "ingest", NAME)
    assert mended.returncode == 0, mended.stderr
    assert "1 published" in mended.stderr.splitlines()[-1]

    change(desk, RIGHT, "2012,egdi,rank,84,190,2012-03-21")
    assert lienthong(desk, "ingest", NAME).returncode == 0
    with TestClient(create_app(desk)) as client:
        shown = client.get(f"/datasets/{NAME}/validation.html", headers={"Accept": "text/html"})
        assert shown.status_code == 404
        address = f"/datasets/{NAME}/validation"
        linked = client.get(f"/dataset/{NAME}.html").text
        assert f'href="{address}"' in linked
        page = client.get(address, headers={"Accept": "text/html", "Accept-Language": "vi"}).text
        assert "Đạt: không có vi phạm." in page
        versions = {path.name for path in (desk.data_dir / "datasets" / NAME).iterdir()}
        assert len(versions) == 2
        assert set(re.findall(r"<td><code>([^<]+)</code></td>", page)) == versions
        attempts = re.findall(r'href="(/datasets/[^"]+\?run=[^"]+)"', page)
        assert len([one for one in attempts if "format" not in one]) == 3
        refused = client.get(attempts[2], headers={"Accept": "text/html", "Accept-Language": "en"}).text
        assert "This attempt was refused" in refused
        assert re.search(r"vietnam\.csv<br>row 2<br>column published_on", refused)
        assert "2012-03-32" in refused
