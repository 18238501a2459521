"""Documents as `Statements`: blocks of lines by two threads, whatever is not made of lines by the parser."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from queue import SimpleQueue

from graph.formats import Format
from graph.stores import documents
from graph.stores.lines import block, part
from graph.stores.lines.block import Block
from graph.stores.lines.joining import Placed, join
from graph.stores.lines.scanning import InDoubtError
from graph.stores.lines.statements import Statements

_BLOCK = 2**26
_SMALL = 2**22
_THREADS = 2
_BATCH = 50_000
_OF_LINES = {"nt", "nq"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file, and what it is written in."""

    path: Path
    form: Format


def read(given: Mapping[str, Document], *, base: str, block_size: int = _BLOCK) -> Statements:
    """What documents say together, by the names that they have for people; `base` is that of relative IRIs.

    Raises SourceError with the line where one is not of its format, or is RDF 1.2.
    """
    placed = []
    for number, (name, one) in enumerate(given.items()):
        placed += _placed(one, number, name, base, block_size)
    return join(placed, tuple(given))


def _placed(one: Document, number: int, name: str, base: str, block_size: int) -> list[Placed]:
    if one.form.extension in _OF_LINES:
        try:
            return list(_of_blocks(one, number, block_size))
        except InDoubtError:
            pass
    quads = iter(documents.read(one.path, one.form, base=base, default_graph="", name=name))
    found = []
    while batch := list(islice(quads, _BATCH)):
        found.append(Placed(part.of_quads(batch), number, 0))
    return found


def _of_blocks(one: Document, number: int, block_size: int) -> Iterator[Placed]:
    """Raises InDoubtError."""
    cuts = _cuts(one.path, block_size)
    buffers = SimpleQueue[bytearray]()
    for _ in cuts[:_THREADS]:
        buffers.put(bytearray(max(end - begin for begin, end in cuts) + 1))

    def work(cut: tuple[int, int]) -> Block:
        buffer = buffers.get()
        try:
            return block.read(buffer, _fill(buffer, one.path, *cut), one.form)
        finally:
            buffers.put(buffer)

    lines = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        for found in pool.map(work, cuts):
            yield from (Placed(each, number, lines) for each in found.parts)
            lines += found.lines


def _cuts(path: Path, block_size: int) -> list[tuple[int, int]]:
    """Where blocks of whole lines begin and end."""
    size = path.stat().st_size
    # At least some for each thread, where that is worth it.
    wanted = max(min(block_size, size // (2 * _THREADS)), min(block_size, _SMALL))
    ends = [0]
    with path.open("rb") as file:
        while ends[-1] + wanted < size:
            file.seek(ends[-1] + wanted)
            file.readline()
            ends.append(file.tell())
    return [*pairwise([*ends, size])] if ends[-1] < size else [*pairwise(ends)]


def _fill(buffer: bytearray, path: Path, begin: int, end: int) -> int:
    """Reads from a file into `buffer`; the number of bytes, with a line's end behind the last line."""
    size = 0
    with path.open("rb", buffering=0) as file, memoryview(buffer) as view:
        file.seek(begin)
        while size < end - begin and (count := file.readinto(view[size : end - begin])):
            size += count
    if buffer[size - 1] != ord("\n"):
        buffer[size] = ord("\n")
        size += 1
    return size
