"""Digests of files, which are remembered as long as a file is as it was."""

from pathlib import Path

import pytest

from ingest import fingerprint


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.ttl"
    path.write_text("a", encoding="utf-8")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read."""
    seen: list[Path] = []
    reading = fingerprint._read

    def noting(path: Path) -> fingerprint.FileDigest:
        seen.append(path)
        return reading(path)

    monkeypatch.setattr(fingerprint, "_read", noting)
    return seen


def test_a_file_that_was_just_written_is_read_again(file: Path, read: list[Path]) -> None:
    """Within a tick of the clock its state may be that of before."""
    before = fingerprint.of_files([file])
    assert fingerprint.of_files([file]) == before
    assert read == [file, file]


def test_a_file_that_is_as_it_was_is_read_once(
    file: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "_SETTLED_NS", 0)
    before = fingerprint.of_files([file])
    assert fingerprint.of_files([file]) == before
    assert read == [file]
    file.write_text("another", encoding="utf-8")
    assert fingerprint.of_files([file]) != before
    file.rename(file.with_name("other"))
    with pytest.raises(FileNotFoundError):
        fingerprint.of_files([file])
