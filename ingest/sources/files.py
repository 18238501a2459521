"""Source files: where they are, and plain UTF-8 copies of those that are packed or encoded otherwise."""

import codecs
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.archives import UNPACKING_ERRORS, unpacked
from ingest.sources.bad_bytes import not_encoded
from ingest.sources.limits import Limits
from ingest.sources.relation import Content
from ingest.sources.source import LogicalSource, Root

ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "utf-32",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "windows-1258",
)
_PIECE = 1 << 20


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


def content_of(path: Path) -> Content:
    """The file's digest and size, as it was sent."""
    with path.open("rb") as file:
        return Content(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


@contextmanager
def plain(source: LogicalSource, path: Path, limits: Limits) -> Iterator[Path]:
    """The path of an uncompressed file in UTF-8: `path` itself, or a temporary copy (streamed).

    Raises SourceError where it cannot be unpacked or grows too large, and with the byte, the line and, for
    CSV, the row where it is not in the encoding that the mapping says.
    """
    if source.compression is None and source.encoding == "utf-8":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-") as folder:
        copy = Path(folder) / "unpacked"
        try:
            with (
                unpacked(path, source.compression, source.member, limits) as packed,
                copy.open("wb") as target,
            ):
                pieces = _counted(packed, path, limits)
                if source.encoding == "utf-8":
                    for piece in pieces:
                        target.write(piece)
                else:
                    _recode(pieces, target, source, path, copy)
        except UNPACKING_ERRORS as wrong:
            raise SourceError(
                Text(f"Không giải nén được tệp: {wrong}", f"The file cannot be unpacked: {wrong}"),
                hint=Text(
                    f"Ánh xạ hoặc tên tệp nói tệp được nén bằng «{source.compression}»; tệp có thể bị cắt "
                    "ngang khi gửi.",
                    f"The mapping or the file's name says that it is packed with “{source.compression}”; "
                    "perhaps it was cut off on its way.",
                ),
                place=Place(file=str(path)),
            ) from wrong
        yield copy


def _counted(packed: IO[bytes], path: Path, limits: Limits) -> Iterator[bytes]:
    size, of = 0, path.stat().st_size
    while piece := packed.read(_PIECE):
        size += len(piece)
        limits.check(size, of, Place(file=str(path)))
        yield piece


def _recode(
    pieces: Iterator[bytes], target: IO[bytes], source: LogicalSource, path: Path, copy: Path
) -> None:
    decoder = codecs.getincrementaldecoder(source.encoding)()
    read = 0
    for piece in chain(pieces, [b""]):
        before = decoder.getstate()
        try:
            target.write(decoder.decode(piece, final=not piece).encode())
        except UnicodeError as wrong:
            start = max(wrong.start - len(before[0]), 0) if isinstance(wrong, UnicodeDecodeError) else 0
            decoder.setstate(before)
            target.write(decoder.decode(piece[:start]).encode())
            target.flush()
            raise not_encoded(source, path, copy, byte=read + start) from wrong
        read += len(piece)
