"""What texts may be, for many solutions at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.schema import LANG_STRING, XSD_STRING
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import BLANK, Arrays, Terms, mask, matches
from graph.shacl.ids import Ids, Mask
from graph.shacl.ids import Numbers as Places
from graph.shacl.possible_numbers import Floats, Numbers
from graph.shacl.possible_truth import Truth

UNBOUND = np.uint32(0xFFFFFFFF)
"""Instead of an id."""

_MOST_LENGTHS = 40
_MOST_DIGITS = 15
_FEW = 20
"""So few texts are quicker read one by one."""
_COMPARED = {"=": pc.equal, "<": pc.less, ">": pc.greater, "<=": pc.less_equal, ">=": pc.greater_equal}
_NUMBERED = {"=": np.equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal}


@dataclass(frozen=True)
class Texts:
    """Where not `is_value`, there is an error. `ids`: of the terms whose whole text each is."""

    read: Callable[[], Any]
    is_value: Mask
    is_doubtful: Mask | bool = False
    ids: Ids | None = None
    places: Places | None = None

    @cached_property
    def different(self) -> Any:
        """The text at each of `places`; where these are None, an array of pyarrow, or one text for all."""
        return self.read()

    @cached_property
    def texts(self) -> Any:
        """An array of pyarrow, or one text for all."""
        return self.different if self.places is None else self.different.take(pa.array(self.places))

    def into(self, change: Callable[[Any], Any]) -> "Texts":
        """Raises Unjudged for one text for all."""
        texts = self._several()
        return Texts(lambda: change(texts), self.is_value, self.is_doubtful, places=self.places)

    def told(self, tell: Callable[[Any], npt.NDArray[Any]]) -> Any:
        """What is told of each. Raises Unjudged for one text for all."""
        found = tell(self._several())
        return found if self.places is None else found[self.places]

    def _several(self) -> Any:
        if isinstance(self.different, pa.Scalar):
            raise Unjudged
        return self.different


def scalar(text: str) -> Any:
    # Of a Python string pyarrow would guess the type, for which it tries to import dateutil (26.0).
    return pa.scalar(text, pa.string())


def constant(text: str, rows: int) -> Texts:
    return Texts(lambda: scalar(text), np.full(rows, True))


def of_terms(ids: Ids, arrays: Arrays) -> Texts:
    """STR of terms."""
    bound, terms = ids != UNBOUND, arrays.terms
    known = np.where(bound, ids, 0)
    return _read(known, bound & (terms.kinds.take(known) != BLANK), False, arrays)


def of_literals(ids: Ids, arrays: Arrays, is_any_language: bool) -> Texts:
    """Strings among terms; whether those with a language are taken is doubtful unless `is_any_language`."""
    bound, terms = ids != UNBOUND, arrays.terms
    known = np.where(bound, ids, 0)
    kind = terms.datatype.take(known)
    tagged = kind == terms.code(LANG_STRING)
    is_value = bound & (tagged | (kind == terms.code(XSD_STRING)))
    return _read(known, is_value, tagged & (not is_any_language), arrays)


def _read(ids: Ids, is_value: Mask, is_doubtful: Mask | bool, arrays: Arrays) -> Texts:
    different = arrays.distinct(ids)
    if len(different) > len(ids) // 2:
        return Texts(lambda: arrays.terms.each_text(ids), is_value, is_doubtful, ids)
    places = arrays.places(ids, different)
    return Texts(lambda: arrays.terms.texts(different), is_value, is_doubtful, ids, places)


def compared(sign: str, a: Texts, b: Texts, terms: Terms) -> Truth:
    """Raises Unjudged."""
    one, other = (None if each.ids is None else terms.ranks(each.ids) for each in (a, b))
    if one is not None and other is not None:
        found: Mask = _NUMBERED[sign](one, other)
    elif isinstance(a.texts, pa.Scalar) and isinstance(b.texts, pa.Scalar):
        raise Unjudged
    else:
        found = mask(_COMPARED[sign](a.texts, b.texts))
    return Truth.told(found).of(a.is_value & b.is_value, a.is_doubtful | b.is_doubtful)


def joined(parts: list[Texts]) -> Texts:
    """CONCAT."""

    def read() -> Any:
        return pc.binary_join_element_wise(*(each.texts for each in parts), scalar(""))

    is_value: Mask = np.logical_and.reduce([each.is_value for each in parts])
    is_doubtful: Mask | bool = False
    for each in parts:
        is_doubtful = is_doubtful | each.is_doubtful
    return Texts(read, is_value, is_doubtful)


def after(given: Texts, before: str) -> Texts:
    """STRAFTER. Raises Unjudged."""

    def change(texts: Any) -> Any:
        if mask(pc.starts_with(texts, before)).all():
            return pc.utf8_slice_codeunits(texts, len(before), None)
        found = pc.extract_regex(texts, f"(?s)^(?:.*?){_quoted(before)}(?P<after>.*)$")
        return pc.fill_null(pc.struct_field(found, "after"), scalar(""))

    return given.into(change)


def part(given: Texts, start: int, length: int | None) -> Texts:
    """SUBSTR from `start`, counted from 0. Raises Unjudged."""
    stop = None if length is None else start + length
    return given.into(lambda texts: pc.utf8_slice_codeunits(texts, start, stop))


def parts(given: Texts, start: int, length: Numbers) -> Texts:
    """As `part`, each of a length of its own. Raises Unjudged."""
    if isinstance(given.texts, pa.Scalar):
        raise Unjudged
    texts, is_known = given.texts, length.is_value & (length.low == length.high) & (length.low >= 0)
    counts = np.where(is_known, length.low, -1)
    different = np.unique(counts).astype(np.int64)
    if len(different) > _MOST_LENGTHS:
        raise Unjudged
    found = pa.nulls(len(texts), pa.string())
    for count in different[different >= 0].tolist():
        cut = pc.utf8_slice_codeunits(texts, start, start + count)
        found = cut if len(different) == 1 else pc.if_else(pa.array(counts == count), cut, found)
    doubtful = given.is_doubtful | (length.is_value & (counts < 0))
    return Texts(lambda: pc.fill_null(found, scalar("")), given.is_value & length.is_value, doubtful)


def lengths(given: Texts) -> Numbers:
    """STRLEN. Raises Unjudged."""
    found = given.told(lambda texts: mask(pc.utf8_length(texts)).astype(np.float64))
    return Numbers(found, found, given.is_value).doubted(given.is_doubtful)


def whole(given: Texts) -> Numbers:
    """The whole numbers that texts stand for. Raises Unjudged."""
    number = given.told(_digits)
    return Numbers(number, number, given.is_value).doubted(given.is_doubtful)


def found(given: Texts, search: Callable[[Any], Mask]) -> Truth:
    """Raises Unjudged."""
    return Truth.told(given.told(search)).of(given.is_value, given.is_doubtful)


def _digits(texts: Any) -> Floats:
    """The numbers; NaN for what is not some digits and nothing else."""
    if len(texts) <= _FEW:
        return np.array([_number(text) for text in texts.to_pylist()])
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    sizes = np.diff(offsets)
    if len(sizes) and (sizes == sizes[0]).all() and 0 < sizes[0] <= _MOST_DIGITS:
        signs = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
        digits = (signs - np.uint8(ord("0"))).reshape(-1, sizes[0])
        number: Floats = digits @ (10.0 ** np.arange(sizes[0] - 1, -1, -1))
        number[~(digits < 10).all(axis=1)] = np.nan
        return number
    encoded = texts.dictionary_encode()
    is_plain = matches(encoded.dictionary, f"[0-9]{{1,{_MOST_DIGITS}}}", whole=True)
    written = pc.if_else(pa.array(is_plain), encoded.dictionary, scalar("0")).cast(pa.int64())
    found = np.where(is_plain, written.to_numpy().astype(np.float64), np.nan)
    of_each: Floats = found[encoded.indices.to_numpy()]
    return of_each


def _number(text: str) -> float:
    is_plain = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return float(text) if is_plain else np.nan


def _quoted(text: str) -> str:
    return "".join(sign if sign.isalnum() or not sign.isascii() else f"\\{sign}" for sign in text)
