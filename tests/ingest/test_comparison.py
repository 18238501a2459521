"""What became of the entities between two versions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from graph.errors import UnknownNameError
from graph.settings import Settings
from ingest import comparison, pipeline

Edit = Callable[[str, str, str], None]
NAME = "test-items"
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
ITEM = "https://lienthong.gov.vn/id/test-items"


@pytest.fixture
def two(place: Settings, folder: Path, edit: Edit) -> Settings:
    """Two versions: A stays, B gets another name, C comes; then nothing goes."""
    pipeline.run(place)
    edit("data/items.csv", "B,Mục thứ hai,", "B,Mục hai,")
    items = folder / "data" / "items.csv"
    items.write_text(items.read_text(encoding="utf-8") + "C,Mục ba,Third item\n", encoding="utf-8")
    pipeline.run(place)
    return place


def test_added_and_changed(two: Settings) -> None:
    old, new = comparison.last_two(two, NAME)
    found = comparison.compare(two, NAME, old, new)
    assert (found.added, found.removed, list(found.changed)) == ([f"{ITEM}/C"], [], [f"{ITEM}/B"])
    (change,) = found.changed[f"{ITEM}/B"]
    assert (change.path, change.before, change.after) == (LABEL, ("Mục thứ hai",), ("Mục hai",))
    assert found.properties == {LABEL: 1}


def test_the_other_way_round_it_is_removed(two: Settings) -> None:
    old, new = comparison.last_two(two, NAME)
    found = comparison.compare(two, NAME, new, old)
    assert (found.added, found.removed) == ([], [f"{ITEM}/C"])


def test_values_that_are_not_open_are_withheld(place: Settings, folder: Path, edit: Edit) -> None:
    edit("dataset.ttl", "access-class/open", "access-class/restricted")
    pipeline.run(place)
    edit("data/items.csv", "B,Mục thứ hai,", "B,Mục hai,")
    pipeline.run(place)
    versions = comparison.last_two(place, NAME)
    (change,) = comparison.compare(place, NAME, *versions).changed[f"{ITEM}/B"]
    assert (change.before, change.after) == ((comparison.WITHHELD,), (comparison.WITHHELD,))
    (change,) = comparison.compare(place, NAME, *versions, values=True).changed[f"{ITEM}/B"]
    assert change.after == ("Mục hai",)


def test_one_version_cannot_be_compared(place: Settings, folder: Path) -> None:
    pipeline.run(place)
    with pytest.raises(UnknownNameError, match="no two versions"):
        comparison.last_two(place, NAME)


def test_the_command(two: Settings) -> None:
    given = {"LIENTHONG_DATA_DIR": str(two.data_dir), "LIENTHONG_DATASETS_DIR": str(two.datasets_dir)}
    shown = CliRunner().invoke(app, ["dataset", "diff", NAME], env=given)
    assert shown.exit_code == 0
    assert f"+ {ITEM}/C" in shown.stdout
    assert "1 entities added · 1 changed · 0 removed" in shown.stderr
    printed = CliRunner().invoke(app, ["dataset", "diff", NAME, "--json"], env=given)
    assert json.loads(printed.stdout)["added"] == [f"{ITEM}/C"]
