"""Parts put together: each term once, in order; triples by predicate, subject and object."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.typed_terms import typed
from graph.stores.lines.part import RESOURCE, Codes, Kind, Part
from graph.stores.lines.statements import Ids, Lines, Statements

_LARGE = 2**30
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A part, the number of its document and of the lines of it before the part."""

    part: Part
    document: int
    lines_before: int


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Rows in the order of their terms; of each row in that order, whether its term is not that before."""

    rows: npt.NDArray[np.int64]
    texts: pa.Array
    is_new: npt.NDArray[np.bool_]


def join(placed: Sequence[Placed], documents: Sequence[str]) -> Statements:
    """All that parts say."""
    parts = [one.part for one in placed]
    kinds = sorted({kind for one in parts for kind in one.kinds} | {RESOURCE}, key=_order)
    kind = _kind_of_rows(parts, kinds)
    texts = _together([one.texts for one in parts])
    groups = [np.flatnonzero(kind == 0), np.flatnonzero(kind > 0)]
    with ThreadPoolExecutor(_THREADS) as pool:
        ordered = list(pool.map(lambda rows: _in_order(texts, kind, rows), groups))
    rows = np.concatenate([one.rows for one in ordered])
    is_new = np.concatenate([one.is_new for one in ordered])
    id_of = np.empty(len(rows), np.uint32)
    id_of[rows] = np.cumsum(is_new) - 1
    values = _short([one.texts.filter(pa.array(one.is_new)) for one in ordered])
    lines = _lines(placed, id_of)
    return Statements(
        terms=_terms(values, kind[rows[is_new]], kinds),
        triples=_triples(lines, len(values)),
        lines=lines,
        documents=documents,
    )


def _order(kind: Kind) -> tuple[str, str]:
    return kind[0] or "", kind[1] or ""


def _kind_of_rows(parts: Sequence[Part], kinds: Sequence[Kind]) -> Codes:
    codes = {kind: code for code, kind in enumerate(kinds)}
    found = [np.array([codes[kind] for kind in one.kinds], np.int32)[one.kind] for one in parts]
    return np.concatenate(found) if found else np.zeros(0, np.int32)


def _in_order(texts: pa.Array, kind: Codes, rows: npt.NDArray[np.int64]) -> _Ordered:
    values = texts.take(pa.array(rows))
    order = pc.sort_indices(values).to_numpy()
    order = order[np.argsort(kind[rows[order]], kind="stable")]
    rows, values = rows[order], values.take(pa.array(order))
    is_new = np.ones(len(rows), np.bool_)
    is_new[1:] = pc.not_equal(values[1:], values[:-1]).to_numpy(zero_copy_only=False)
    is_new[1:] |= kind[rows[1:]] != kind[rows[:-1]]
    return _Ordered(rows, values, is_new)


def _lines(placed: Sequence[Placed], id_of: Ids) -> Lines:
    size, first = sum(len(one.part.line) for one in placed), 0
    s, p, o, line = (np.empty(size, np.uint32) for _ in range(4))
    document, row = np.empty(size, np.uint16), 0
    for one in placed:
        part, here = one.part, slice(first, first + len(one.part.line))
        ids = id_of[row : row + len(part.texts)]
        for column, codes in ((s, part.s), (p, part.p), (o, part.o)):
            np.take(ids, codes, out=column[here])
        line[here] = np.where(part.line > 0, part.line + one.lines_before, 0)
        document[here] = one.document
        first, row = here.stop, row + len(ids)
    return Lines(s, p, o, line, document)


def _terms(values: pa.ChunkedArray, kind: Codes, kinds: Sequence[Kind]) -> pa.Table:
    codes = pa.array(kind)
    datatype, language = (pa.array([one[end] for one in kinds], pa.string()).take(codes) for end in (0, 1))
    ids = pa.array(np.arange(len(values), dtype=np.uint32))
    known = [number for number, (of, _) in enumerate(kinds) if of is not None]
    literals = np.flatnonzero(np.isin(kind, known))
    number, instant = typed(values, datatype, literals)
    names = ["id", "value", "datatype", "language", "number", "instant"]
    return pa.table([ids, values, datatype, language, number, instant], names=names)


def _triples(lines: Lines, size: int) -> pa.Table:
    """Sorted as numbers that hold all three: many times quicker than by one after the other."""
    is_predicate = np.zeros(size, np.bool_)
    is_predicate[lines.p] = True
    predicates = np.flatnonzero(is_predicate).astype(np.uint32)
    bits = max(size - 1, 1).bit_length()
    if 2 * bits + len(predicates).bit_length() > 64:
        order = np.lexsort((lines.o, lines.s, lines.p))
        s, p, o = lines.s[order], lines.p[order], lines.o[order]
        is_new = np.ones(len(s), np.bool_)
        is_new[1:] = (s[1:] != s[:-1]) | (p[1:] != p[:-1]) | (o[1:] != o[:-1])
        return pa.table({"s": s[is_new], "p": p[is_new], "o": o[is_new]})
    place = np.cumsum(is_predicate, dtype=np.uint32) - np.uint32(1)
    packed = place[lines.p].astype(np.uint64)
    for ends in (lines.s, lines.o):
        packed <<= np.uint64(bits)
        packed |= ends
    packed.sort()
    if len(packed):
        packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))]
    mask = np.uint64(2**bits - 1)
    o = (packed & mask).astype(np.uint32)
    packed >>= np.uint64(bits)
    s = (packed & mask).astype(np.uint32)
    return pa.table({"s": s, "p": predicates[packed >> np.uint64(bits)], "o": o})


def _short(arrays: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Arrays of 32 bit offsets, as many as it takes."""
    chunks = []
    for one in arrays:
        length = max(len(one) // (one.nbytes // _LARGE + 1), 1)
        chunks += [one.slice(start, length).cast(pa.string()) for start in range(0, len(one), length)]
    return pa.chunked_array(chunks, pa.string())


def _together(arrays: Sequence[pa.Array]) -> pa.Array:
    """One array, of 64 bit offsets where 32 are too few."""
    if not arrays:
        return pa.array([], pa.string())
    column = pa.chunked_array(arrays)
    return (column.cast(pa.large_string()) if column.nbytes > _LARGE else column).combine_chunks()
