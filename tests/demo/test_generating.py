"""Generated files: the same for the same seed, with the faults that the manifest says."""

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from graph.errors import SourceError
from ingest.demo import CsvFile, DatasetManifest, Faults, Manifest, World, generate, spoilt
from ingest.demo.faults import KINDS
from ingest.demo.generate import found, generate_missing

WORLD = World(scale=0.2, seed=2025)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 0.02, seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_the_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = generate(tmp_path, 0.02, 1)
    assert Manifest.load(tmp_path) == written
    assert list(written.datasets) == [name for name, _ in found()]


def test_what_was_generated_is_replaced(tmp_path: Path) -> None:
    generate(tmp_path, 0.02, 1)
    name, _ = next(found())
    (tmp_path / name / "stale.csv").write_text("x")
    generate(tmp_path, 0.02, 2)
    assert not (tmp_path / name / "stale.csv").exists()


def test_what_is_missing_is_made_for_the_same_world(tmp_path: Path) -> None:
    whole = generate(tmp_path, 0.02, 5)
    before = contents(tmp_path)
    name, _ = next(found())
    shutil.rmtree(tmp_path / name)
    assert generate_missing(tmp_path) == whole
    assert contents(tmp_path) == before


def test_the_files_of_an_agency_are_left_alone(tmp_path: Path) -> None:
    name, _ = next(found())
    (tmp_path / name).mkdir()
    (tmp_path / name / "real.csv").write_text("x")
    with pytest.raises(SourceError, match=name):
        generate(tmp_path, 0.02, 1)
    assert contents(tmp_path) == {f"{name}/real.csv": b"x"}


def test_faults_come_at_the_stated_rate_each_kind_as_often() -> None:
    faults = Faults(WORLD, DatasetManifest("x-y"), rate=0.02)
    picked = [kind for index in range(6_000) if (kind := faults.pick(index))]
    assert len(picked) == 120
    assert {picked.count(kind) for kind in KINDS} == {20}


@pytest.mark.parametrize("text", ["Nguyễn Thị Lan", "An"])
def test_spoilt_text_is_no_utf8(text: str, tmp_path: Path) -> None:
    manifest = DatasetManifest("x-y")
    with CsvFile(tmp_path, "a.csv", ["name", "n"], manifest) as file:
        assert file.write("Lê, Minh", None) == 1
        assert file.write(spoilt(text), 2) == 2
    lines = (tmp_path / "a.csv").read_bytes().splitlines()
    assert next(csv.reader([lines[1].decode()])) == ["Lê, Minh", ""]
    with pytest.raises(UnicodeDecodeError):
        lines[2].decode()
    assert manifest.files == {"a.csv": 2}


def test_the_command_writes_into_the_folder_and_says_how_much(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "generate", "--scale", "0.02", "--seed", "3", str(tmp_path)])
    assert result.exit_code == 0
    manifest = Manifest.load(tmp_path)
    assert manifest is not None
    assert (manifest.scale, manifest.seed) == (0.02, 3)
    rows = sum(sum(one.files.values()) for one in manifest.datasets.values())
    assert f"{rows:,} rows" in result.stderr
    assert result.stdout == ""
