"""Parts put together: each term once; triples by predicate, subject and object."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.columns.typed import TYPED
from graph.columns.typed_terms import typed
from graph.stores.lines.part import NO_TERM, RESOURCE, Codes, Kind, Part
from graph.stores.lines.statements import Ids, Lines, Statements

_LARGE = 2**30
_MANY = 2**17
"""Compiled code is loaded for so many triples."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A part, and the number of its document."""

    part: Part
    document: int


def join(placed: Sequence[Placed], documents: Sequence[str]) -> Statements:
    """All that parts say."""
    parts = [one.part for one in placed]
    kinds = sorted({kind for one in parts for kind in one.kinds} | {RESOURCE}, key=_order)
    kind = _kind_of_rows(parts, kinds)
    texts = _together([one.texts for one in parts])
    first, id_of = _in_order(kind) if len(parts) == 1 and parts[0].are_different else _numbered(texts, kind)
    lines = _lines(placed, id_of)
    values = _short(texts.take(pa.array(first)))
    with ThreadPoolExecutor(1) as pool:
        triples = pool.submit(_triples, lines, len(first))
        terms = _terms(values, kind[first], kinds)
        return Statements(terms, triples.result(), lines, documents)


def _order(kind: Kind) -> tuple[str, str]:
    return kind[0] or "", kind[1] or ""


def _kind_of_rows(parts: Sequence[Part], kinds: Sequence[Kind]) -> Codes:
    codes = {kind: code for code, kind in enumerate(kinds)}
    # The last is what NO_TERM, which is -1, is looked up as.
    found = [np.array([*(codes[kind] for kind in one.kinds), NO_TERM], np.int32)[one.kind] for one in parts]
    return np.concatenate(found) if found else np.zeros(0, np.int32)


def _in_order(kind: Codes) -> tuple[npt.NDArray[np.int64], Ids]:
    """As `_numbered`, where each term has one row; in the order of the rows."""
    is_term = kind != NO_TERM
    return np.flatnonzero(is_term), np.cumsum(is_term, dtype=np.uint32) - np.uint32(1)


def _numbered(texts: pa.Array, kind: Codes) -> tuple[npt.NDArray[np.int64], Ids]:
    """A row of each term, and of each row the number of its term."""
    code = texts.dictionary_encode().indices.to_numpy()
    keys = np.where(kind == NO_TERM, 0, kind).astype(np.uint64) << np.uint64(32) | code.astype(np.uint64)
    is_term = np.flatnonzero(kind != NO_TERM)
    _, first, number = np.unique(keys[is_term], return_index=True, return_inverse=True)
    id_of = np.zeros(len(kind), np.uint32)
    id_of[is_term] = number
    return is_term[first], id_of


def _lines(placed: Sequence[Placed], id_of: Ids) -> Lines:
    size, first = sum(len(one.part.line) for one in placed), 0
    s, p, o, line = (np.empty(size, np.uint32) for _ in range(4))
    document, row = np.empty(size, np.uint16), 0
    for one in placed:
        part, here = one.part, slice(first, first + len(one.part.line))
        ids = id_of[row : row + len(part.texts)]
        for column, codes in ((s, part.s), (p, part.p), (o, part.o)):
            np.take(ids, codes, out=column[here], mode="clip")  # with others through a buffer
        line[here], document[here] = part.line, one.document
        first, row = here.stop, row + len(ids)
    return Lines(s, p, o, line, document)


def _terms(values: pa.ChunkedArray, kind: Codes, kinds: Sequence[Kind]) -> pa.Table:
    codes = pa.array(kind)
    datatype, language = (pa.array([one[end] for one in kinds], pa.string()).take(codes) for end in (0, 1))
    ids = pa.array(np.arange(len(values), dtype=np.uint32))
    may_be_typed = np.array([of in TYPED for of, _ in kinds], np.bool_)
    number, instant = typed(values, datatype, np.flatnonzero(may_be_typed[kind]))
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
    packed = place.take(lines.p).astype(np.uint64)
    for ends in (lines.s, lines.o):
        packed <<= np.uint64(bits)
        packed |= ends
    _sort(packed, 2 * bits + len(predicates).bit_length())
    if len(packed):
        packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))]
    mask = np.uint64(2**bits - 1)
    o = (packed & mask).astype(np.uint32)
    packed >>= np.uint64(bits)
    s = (packed & mask).astype(np.uint32)
    packed >>= np.uint64(bits)
    return pa.table({"s": s, "p": predicates.take(packed.astype(np.int64)), "o": o})


def _sort(numbers: npt.NDArray[np.uint64], bits: int) -> None:
    if len(numbers) < _MANY:
        numbers.sort()
        return
    from graph.stores.lines.machine_code import loaded  # LLVM is not needed for fewer

    passes = -(-bits // 16) * 2
    loaded().call("sort", numbers, np.empty_like(numbers), np.empty(256, np.int64), passes)


def _short(texts: pa.Array) -> pa.ChunkedArray:
    """As arrays of 32 bit offsets, as many as it takes."""
    length = max(len(texts) // (texts.nbytes // _LARGE + 1), 1)
    chunks = [texts.slice(start, length).cast(pa.string()) for start in range(0, len(texts), length)]
    return pa.chunked_array(chunks, pa.string())


def _together(arrays: Sequence[pa.Array]) -> pa.Array:
    """One array, of 64 bit offsets where 32 are too few."""
    if not arrays:
        return pa.array([], pa.string())
    is_large = sum(one.nbytes for one in arrays) > _LARGE
    return pa.concat_arrays([one.cast(pa.large_string() if is_large else pa.string()) for one in arrays])
