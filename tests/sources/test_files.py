"""Finding and unpacking source files."""

import gzip
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError
from ingest.sources import Format, Relation, Root

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]
CONTENT = "a\nĐống Đa\n"


def pack(folder: Path, compression: str) -> str:
    (folder / "a.csv").write_text(CONTENT, encoding="utf-8")
    match compression:
        case "gzip":
            (folder / "p").write_bytes(gzip.compress(CONTENT.encode()))
        case "zip":
            with zipfile.ZipFile(folder / "p", "w") as archive:
                archive.write(folder / "a.csv", "a.csv")
        case _:
            with tarfile.open(folder / "p", f"w:{compression.removeprefix('tar')}") as tar:
                tar.add(folder / "a.csv", "a.csv")
    return "p"


@pytest.mark.parametrize("compression", ["gzip", "zip", "targz", "tarxz"])
def test_packed_files_are_unpacked(tmp_path: Path, extracted: Extracted, compression: str) -> None:
    _, rows = extracted(pack(tmp_path, compression), Format.CSV, compression=compression)
    assert rows == [(1, "Đống Đa")]


@pytest.mark.parametrize("compression", ["gzip", "zip", "tarxz"])
def test_what_is_not_packed_is_an_error(tmp_path: Path, extracted: Extracted, compression: str) -> None:
    (tmp_path / "p").write_text(CONTENT, encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be unpacked"):
        extracted("p", Format.CSV, compression=compression)


def test_a_fault_in_a_packed_file_names_the_packed_file(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "p.csv").write_bytes(gzip.compress(b"a,b\n1\n"))
    with pytest.raises(SourceError) as caught:
        extracted("p.csv", Format.CSV, compression="gzip")
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == (str(tmp_path / "p.csv"), 2)


def test_an_archive_of_two_files_is_an_error(tmp_path: Path, extracted: Extracted) -> None:
    with zipfile.ZipFile(tmp_path / "p", "w") as archive:
        archive.writestr("a.csv", CONTENT)
        archive.writestr("b.csv", CONTENT)
    with pytest.raises(SourceError, match="holds 2 files"):
        extracted("p", Format.CSV, compression="zip")


def test_a_missing_file_shows_those_there_are(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "agencies.csv").write_text(CONTENT, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        extracted("agency.csv", Format.CSV)
    assert caught.value.hint is not None
    assert "agencies.csv" in caught.value.hint.en


@pytest.mark.parametrize("root", list(Root))
def test_a_path_may_not_leave_its_folder(tmp_path: Path, extracted: Extracted, root: Root) -> None:
    with pytest.raises(SourceError, match="leaves its folder"):
        extracted("../../etc/passwd", Format.CSV, root=root)
