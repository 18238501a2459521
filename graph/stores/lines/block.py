"""A block of whole lines as a `Part`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.formats import Format
from graph.stores import documents
from graph.stores.lines import part
from graph.stores.lines.part import Codes, Part
from graph.stores.lines.scanning import InDoubtError, Lines, Mask, scan
from graph.stores.lines.tokens import Terms, terms_of

_SUBJECT, _PREDICATE, _OBJECT, _REST = range(4)


@dataclass(frozen=True, slots=True)
class Block:
    """What the lines of a block state, and how many there are."""

    parts: Sequence[Part]
    lines: int


def read(text: bytearray, size: int, form: Format) -> Block:
    """What the lines in the first `size` bytes of `text` state, the last of which ends a line. Raises
    InDoubtError."""
    lines = scan(text, size)
    tokens = _Tokens(lines, text)
    tokens.check_rest(form)
    ends = [tokens.terms(position) for position in (_SUBJECT, _PREDICATE, _OBJECT)]
    (subjects, s), (predicates, p), (objects, o) = ends
    if not subjects.are_resources() or not predicates.are_iris():
        raise InDoubtError
    numbers = np.flatnonzero(lines.is_plain).astype(np.int32) + 1
    parts = [_together((subjects, predicates, objects), (s, p, o), numbers)]
    if len(numbers) < len(lines.is_plain):
        parts.append(_others(lines, text, form))
    return Block(parts, len(lines.is_plain))


class _Tokens:
    """The tokens of plain lines, each position by itself. One that is the same as in the line before is not
    looked up again: most predicates or subjects are, as the lines are in the order of either."""

    def __init__(self, lines: Lines, text: bytearray) -> None:
        self._is_plain, self._bounds, self._text = lines.is_plain, lines.bounds, text
        self._count = len(lines.is_plain)
        every = self._tokens(None)
        is_new = np.ones((self._count, 4), np.bool_)
        is_new[1:] = pc.not_equal(every[4:], every[:-4]).to_numpy(zero_copy_only=False).reshape(-1, 4)
        if not lines.is_plain.all():
            is_new[1:][~lines.is_plain[:-1]] = True
            is_new[~lines.is_plain] = False
        self._is_new = is_new

    def terms(self, position: int) -> tuple[Terms, Codes]:
        """The terms at a position, and of each plain line the row of its."""
        tokens, code = self._encoded(position)
        found = terms_of(pc.ascii_rtrim(tokens, " \t"))
        return found, found.row[code]

    def check_rest(self, form: Format) -> None:
        """What follows the objects are labels of graphs and dots. Raises InDoubtError where it is not so."""
        tokens, code = self._encoded(_REST)
        quoted = pc.match_substring(tokens, '"').to_numpy(zero_copy_only=False)
        if quoted.any():
            # The end of a literal that looks like a label.
            quoted_lines = np.flatnonzero(self._is_plain)[quoted[code]]
            self._extend_objects(quoted_lines)
            tokens = tokens.filter(pa.array(~quoted))
        labels = pc.ascii_rtrim(pc.ascii_rtrim(pc.ascii_rtrim(tokens, "\r\n"), "."), " \t")
        labels = labels.filter(pc.not_equal(labels, ""))
        if len(labels) and (form.extension == "nt" or not terms_of(labels).are_resources()):
            raise InDoubtError

    def _extend_objects(self, lines: npt.NDArray[np.int64]) -> None:
        ends = self._bounds[4 * lines + 4]
        text = np.frombuffer(self._text, np.uint8)
        self._bounds[4 * lines + _REST] = ends - 2 - (text[ends - 2] == ord("\r"))
        self._is_new[lines, _OBJECT] = True
        self._is_new[np.minimum(lines + 1, self._count - 1), _OBJECT] |= self._is_plain[
            np.minimum(lines + 1, self._count - 1)
        ]

    def _encoded(self, position: int) -> tuple[pa.Array, Codes]:
        """The different tokens, and which of them each plain line has."""
        is_new = np.zeros_like(self._is_new)
        is_new[:, position] = self._is_new[:, position]
        found = self._tokens(is_new.ravel()).dictionary_encode()
        codes = np.frombuffer(found.indices.buffers()[1], np.int32, 4 * self._count)[position::4]
        last_new = np.maximum.accumulate(np.where(is_new[:, position], np.arange(self._count), 0))
        code: Codes = codes[last_new[self._is_plain]]
        return found.dictionary, code

    def _tokens(self, wanted: Mask | None) -> pa.Array:
        """All of them, line by line; None for what is not `wanted`."""
        validity = None if wanted is None else pa.py_buffer(np.packbits(wanted, bitorder="little"))
        text = pa.py_buffer(self._text)
        return pa.StringArray.from_buffers(4 * self._count, pa.py_buffer(self._bounds), text, validity)


def _together(terms: tuple[Terms, Terms, Terms], codes: tuple[Codes, Codes, Codes], numbers: Codes) -> Part:
    kinds = {
        kind: code for code, kind in enumerate(dict.fromkeys(kind for one in terms for kind in one.kinds))
    }
    kind = [np.array([kinds[each] for each in one.kinds], np.int32)[one.kind] for one in terms]
    rows = np.cumsum([0, *(len(one.texts) for one in terms)])
    s, p, o = (code + np.int32(first) for code, first in zip(codes, rows, strict=False))
    texts = pa.concat_arrays([one.texts for one in terms])
    return Part(texts, tuple(kinds), np.concatenate(kind), s, p, o, numbers)


def _others(lines: Lines, text: bytearray, form: Format) -> Part:
    """What the lines that are not plain state."""
    found = []
    for number in np.flatnonzero(~lines.is_plain).tolist():
        begin, end = lines.bounds[4 * number : 4 * number + 5 : 4].tolist()
        line = bytes(text[begin:end])
        if not line.strip():
            continue
        try:
            quad = documents.stated(line, form)
        except ValueError as wrong:
            raise InDoubtError from wrong
        if quad is not None:
            found.append((quad, number + 1))
    return part.of_quads(found)
