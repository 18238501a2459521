"""Source files: where they are, and plain UTF-8 copies of those that are packed or encoded otherwise."""

import gzip
import io
import lzma
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.source import LogicalSource, Root

COMPRESSIONS = ("gzip", "zip", "targz", "tarxz")
ENCODINGS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "windows-1258")


def resolve(source: LogicalSource, *, data_dir: Path, mapping_dir: Path) -> Path:
    """The file of a source. Raises SourceError where it is absent or outside its root folder."""
    root = (mapping_dir if source.root is Root.MAPPING else data_dir).resolve()
    path = (root / source.path).resolve()
    if not path.is_relative_to(root):
        raise SourceError(
            Text(
                f"Đường dẫn «{source.path}» ra ngoài thư mục.", f"The path “{source.path}” leaves its folder."
            ),
            hint=Text(f"Đặt tệp trong {root}", f"Put the file below {root}"),
            place=source.place,
        )
    if not path.is_file():
        there = sorted(item.name for item in path.parent.glob("*") if item.is_file())[:20]
        listed = ", ".join(there) or "–"
        raise SourceError(
            Text("Không có tệp nguồn này.", "The source file does not exist."),
            hint=Text(
                f"Các tệp trong {path.parent}: {listed}",
                f"Files in {path.parent}: {listed}",
            ),
            place=Place(file=str(path)),
        )
    return path


@contextmanager
def plain(source: LogicalSource, path: Path) -> Iterator[Path]:
    """The path of an uncompressed file in UTF-8: `path` itself, or a temporary copy (streamed)."""
    if source.compression is None and source.encoding == "utf-8":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-") as folder:
        copy = Path(folder) / path.name
        try:
            with _opened(source, path) as packed, copy.open("wb") as target:
                _recode(packed, target, source.encoding)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError) as wrong:
            raise SourceError(
                Text(f"Không giải nén được tệp: {wrong}", f"The file cannot be unpacked: {wrong}"),
                hint=Text(
                    f"Ánh xạ nói tệp được nén bằng «{source.compression}».",
                    f"The mapping says that it is packed with “{source.compression}”.",
                ),
                place=Place(file=str(path)),
            ) from wrong
        except UnicodeError as wrong:
            raise SourceError(
                Text(f"Tệp không phải {source.encoding}.", f"The file is not {source.encoding}: {wrong}"),
                hint=Text("Sửa rml:encoding hoặc lưu lại tệp.", "Mend rml:encoding or save the file again."),
                place=Place(file=str(path)),
            ) from wrong
        yield copy


@contextmanager
def _opened(source: LogicalSource, path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    match source.compression:
        case None:
            with path.open("rb") as file:
                yield file
        case "gzip":
            with gzip.open(path) as unpacked:
                yield unpacked
        case "zip":
            with zipfile.ZipFile(path) as archive, archive.open(_only(archive.namelist(), path)) as member:
                yield member
        case _:
            with tarfile.open(path) as tar:
                files = [entry.name for entry in tar.getmembers() if entry.isfile()]
                content = tar.extractfile(_only(files, path))
                if content is None:
                    raise tarfile.ReadError(_only(files, path))
                with content:
                    yield content


def _only(names: list[str], path: Path) -> str:
    if len(names) != 1:
        raise SourceError(
            Text(f"Tệp nén chứa {len(names)} tệp.", f"The archive holds {len(names)} files."),
            hint=Text("Tệp nén phải chứa đúng một tệp.", "An archive must hold exactly one file."),
            place=Place(file=str(path)),
        )
    return names[0]


def _recode(packed: IO[bytes] | gzip.GzipFile, target: IO[bytes], encoding: str) -> None:
    if encoding == "utf-8":
        shutil.copyfileobj(packed, target)
        return
    # A wrapper would close the archive's member when it is collected: it is detached at the end.
    reader = io.TextIOWrapper(packed, encoding=encoding, newline="")
    while chunk := reader.read(1 << 20):
        target.write(chunk.encode("utf-8"))
    reader.detach()


def line_of_bad_utf8(path: Path) -> int | None:
    """The first line (1-based) that is not UTF-8, or None."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def not_utf8(path: Path, line: int | None) -> SourceError:
    """The error for a file that is not UTF-8 at `line`."""
    return SourceError(
        Text("Tệp không phải UTF-8.", "The file is not UTF-8."),
        hint=Text(
            "Lưu lại tệp bằng UTF-8, hoặc khai báo rml:encoding.",
            "Save the file as UTF-8, or declare rml:encoding.",
        ),
        place=Place(file=str(path), line=line),
    )
