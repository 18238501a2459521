"""Documents as `Statements`: blocks of lines by two threads, whatever is not made of lines by the parser."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from graph.columns import connection
from graph.formats import Format
from graph.stores import documents
from graph.stores.lines import part
from graph.stores.lines.joining import Placed, join
from graph.stores.lines.statements import Statements

_BLOCK = 2**21
"""What a processor's own cache has room for: a block is read into bytes that are there, not into memory."""
_LEAST = 2**23
"""The parser reads so much in less than a second; to compile the code takes ten, where it is not kept yet."""
_THREADS = 2
_BATCH = 50_000
_OF_LINES = {"nt", "nq"}
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Document:
    """A file, and what it is written in."""

    path: Path
    form: Format


def prepare() -> None:
    """Imports now what a large file needs, not with the first of them: 25 ms."""
    from graph.stores.lines import block  # noqa: F401 – LLVM is not needed for other files


def read(
    given: Mapping[str, Document], *, base: str, block_size: int = _BLOCK, least: int = _LEAST
) -> Statements:
    """What documents say together, by the names that they have for people; `base` is that of relative IRIs.
    Files of fewer than `least` bytes are left to the parser.

    Raises SourceError with the line where one is not of its format, or is RDF 1.2.
    """
    placed = []
    for number, (name, one) in enumerate(given.items()):
        is_large = one.form.extension in _OF_LINES and one.path.stat().st_size >= least
        parts = _by_blocks(one, block_size) if is_large else None
        placed += [Placed(each, number) for each in parts or _by_parser(one, name, base)]
    return join(placed, tuple(given))


def _by_parser(one: Document, name: str, base: str) -> Iterator[part.Part]:
    quads = iter(documents.read(one.path, one.form, base=base, default_graph="", name=name))
    while batch := list(islice(quads, _BATCH)):
        yield part.of_quads(batch)


def _by_blocks(one: Document, block_size: int) -> list[part.Part] | None:
    """None where the parser has to read the file."""
    from graph.stores.lines.block import Reader, Rows, part_of  # LLVM is not needed for other files
    from graph.stores.lines.tokens import InDoubtError

    cuts = _cuts(one.path, block_size)
    if not cuts:
        return None
    block, share = max(end - begin for begin, end in cuts), cuts[-1][1] // _THREADS
    readers = [Reader(block, share) for _ in cuts[:_THREADS]]
    free = SimpleQueue[Reader]()
    for reader in readers:
        free.put(reader)

    def work(cut: tuple[int, int]) -> tuple[Reader, Rows]:
        reader = free.get()
        try:
            return reader, reader.read(_fill(reader.buffer, one.path, *cut), one.form)
        finally:
            free.put(reader)

    rows: dict[Reader, list[Rows]] = {reader: [] for reader in readers}
    others, lines = [], 0
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for reader, found in pool.map(work, cuts):
                rows[reader].append(replace(found, line=found.line + np.uint32(lines)))
                others += [(quad, line + lines) for quad, line in found.others]
                lines += found.lines
            # What tells the typed values of literals is made while one core puts the parts together.
            database = pool.submit(connection.prepare)
            plain = part_of(rows, one.form)
            database.result()
        except InDoubtError:
            return None
    return [plain, part.of_quads(others)] if others else [plain]


def _cuts(path: Path, block_size: int) -> list[tuple[int, int]]:
    """Where blocks of whole lines begin and end."""
    size, ends = path.stat().st_size, [0]
    with path.open("rb") as file:
        while ends[-1] + block_size < size:
            file.seek(ends[-1] + block_size)
            file.readline()
            ends.append(file.tell())
    return [*pairwise([*ends, size])] if ends[-1] < size else [*pairwise(ends)]


def _fill(buffer: Bytes, path: Path, begin: int, end: int) -> int:
    """Reads from a file into `buffer`; the number of bytes, with a line's end behind the last line."""
    size = 0
    with path.open("rb", buffering=0) as file, buffer.data as view:
        file.seek(begin)
        while size < end - begin and (count := file.readinto(view[size : end - begin])):
            size += count
    if buffer[size - 1] != ord("\n"):
        buffer[size] = ord("\n")
        size += 1
    return size
