"""Packed files: RML-IO's compressions (gzip, zip, targz, tarxz), and bzip2, xz and Zstandard besides."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.limits import Limits

COMPRESSIONS = ("gzip", "zip", "targz", "tarxz", "bzip2", "xz", "zstd")
UNPACKING_ERRORS = (
    OSError,
    EOFError,
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    pa.ArrowException,
    # What zipfile says of a member with a password, and of a method that it cannot read.
    RuntimeError,
    NotImplementedError,
)
_SUFFIXES = {
    ".tar.gz": "targz",
    ".tgz": "targz",
    ".tar.xz": "tarxz",
    ".txz": "tarxz",
    ".gz": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".zst": "zstd",
    ".zip": "zip",
}


def compression_of(path: str) -> str | None:
    """What the suffix of a file's name says of its compression."""
    return next((name for suffix, name in _SUFFIXES.items() if path.lower().endswith(suffix)), None)


def without_suffix(path: str) -> str:
    """The name that the file has once it is unpacked."""
    suffix = next((suffix for suffix in _SUFFIXES if path.lower().endswith(suffix)), "")
    return path[: len(path) - len(suffix)]


@contextmanager
def unpacked(path: Path, compression: str | None, member: str | None, limits: Limits) -> Iterator[IO[bytes]]:
    """The bytes of the file, or of the `member` of an archive, as a stream.

    Raises SourceError for an archive without that one file, or that says of itself that it is too large;
    one of UNPACKING_ERRORS for what is not packed so.
    """
    match compression:
        case None:
            opened: IO[bytes] = path.open("rb")
        case "gzip":
            opened = cast(IO[bytes], gzip.GzipFile(path))
        case "bzip2":
            opened = cast(IO[bytes], bz2.BZ2File(path))
        case "xz":
            opened = cast(IO[bytes], lzma.LZMAFile(path))  # noqa: SIM115  # closed by the last `with`
        case "zstd":
            opened = cast(IO[bytes], pa.input_stream(str(path), compression="zstd"))
        case "zip":
            with _zip_member(path, member, limits) as content:
                yield content
            return
        case _:
            with _tar_member(path, member) as content:
                yield content
            return
    with opened:
        yield opened


def check_workbook(path: Path, limits: Limits) -> None:
    """A workbook is a zip archive of many files, of which one may be held in memory. Raises SourceError where
    they are too large together; what is no archive is left to its reader."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        limits.check(size, path.stat().st_size, Place(file=str(path)))


@contextmanager
def _zip_member(path: Path, member: str | None, limits: Limits) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        files = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        entry = files[_chosen(list(files), member, path)]
        # No more than this comes out of it: zipfile stops there.
        limits.check(entry.file_size, entry.compress_size, Place(file=f"{path}#{entry.filename}"))
        with archive.open(entry) as content:
            yield content


@contextmanager
def _tar_member(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    with tarfile.open(path) as tar:
        if member is None:
            # An archive is unpacked to learn its names: two are enough to know that one must be chosen.
            names: list[str] = []
            while len(names) < 20 and (entry := tar.next()) is not None:
                names += [entry.name] if entry.isfile() else []
        else:
            names = [entry.name for entry in tar.getmembers() if entry.isfile()]
        content = tar.extractfile(_chosen(names, member, path))
        if content is None:
            raise tarfile.ReadError(str(member))
        with content:
            yield content


def _chosen(names: Sequence[str], member: str | None, path: Path) -> str:
    if member is None and len(names) == 1:
        return names[0]
    if member in names:
        return str(member)
    near = get_close_matches(member or "", names, n=1)
    listed = ", ".join([*near, *(name for name in names[:20] if name not in near)]) or "–"
    message = Text(f"Tệp nén chứa {len(names)} tệp.", f"The archive holds {len(names)} files.")
    if member is not None:
        message = Text(f"Tệp nén không có «{member}».", f"There is no “{member}” in the archive.")
    raise SourceError(
        message,
        hint=Text(
            f"Nêu tên tệp bằng ingest:member. Trong tệp nén: {listed}",
            f"Name the file with ingest:member. There are: {listed}",
        ),
        place=Place(file=str(path)),
    )
