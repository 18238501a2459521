"""Distinct tokens as terms. Those of a plain form are told by it, what is left by the parser."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.stores import documents
from graph.stores.documents import Term
from graph.stores.lines.part import RESOURCE, Codes, Kind
from graph.stores.lines.scanning import Bytes, InDoubtError, Mask, Places

_SIGN = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_PATH = f"(?://[A-Za-z0-9.-]*(?:/(?:{_SIGN}|/)*)?|(?:/?{_SIGN}(?:{_SIGN}|/)*)?|/)"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.-]*:{_PATH}(?:\?(?:{_SIGN}|[/?])*)?(?:#(?:{_SIGN}|[/?])*)?>"
_LABEL = "_:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_PLAIN = rf"\A(?:{_IRI}|{_LABEL})\z"
"""Fewer IRIs and labels than there are. All of these are right, and nearly all that are met are of these."""
_QUOTE, _BACKSLASH, _LESS, _SPACE, _TAB = b'"\\< \t'


@dataclass(frozen=True, slots=True)
class Terms:
    """Texts and kinds by row; `row` says for each token which it is."""

    texts: pa.Array
    kinds: Sequence[Kind]
    kind: Codes
    row: Codes

    def are_resources(self) -> bool:
        return all(one == RESOURCE for one in self.kinds)

    def are_iris(self) -> bool:
        return self.are_resources() and not pc.any(pc.starts_with(self.texts, "_:")).as_py()


def terms_of(tokens: pa.Array) -> Terms:
    """What tokens mean, in UTF-8, without spaces before and behind. Raises InDoubtError where one may be no
    term."""
    try:
        tokens.validate(full=True)
    except pa.ArrowInvalid as wrong:
        raise InDoubtError from wrong
    offsets, text = _buffers(tokens)
    begin, end = offsets[:-1].copy(), offsets[1:].copy()
    first = _first(text, begin, end)
    is_resource = pc.match_substring_regex(tokens, _PLAIN).to_numpy(zero_copy_only=False)
    is_literal, close = _literals(text, begin, end, first == _QUOTE)
    suffix, suffixes = _suffixes(tokens, close[is_literal] + 1, end[is_literal])
    kinds, code_of = _kinds(suffixes)
    kind = np.zeros(len(tokens), np.int32)
    kind[is_literal] = code_of[suffix]
    is_iri = is_resource & (first == _LESS)
    begin[is_iri | is_literal] += 1
    end[is_iri] -= 1
    end[is_literal] = close[is_literal]
    return _with_others(
        tokens, Terms(_slices(tokens, begin, end), kinds, kind, _all(tokens)), is_resource | is_literal
    )


def _literals(text: Bytes, begin: Places, end: Places, is_quoted: Mask) -> tuple[Mask, Places]:
    """Which tokens are literals without escapes, and where the second of their two quotes is."""
    is_literal, close = is_quoted.copy(), np.zeros_like(end)
    if not is_literal.any():
        return is_literal, close
    quotes = np.flatnonzero(text == _QUOTE)
    number = np.searchsorted(quotes, begin[is_quoted])
    count = np.searchsorted(quotes, end[is_quoted]) - number
    is_literal[is_quoted] = count == 2
    close[is_literal] = quotes[number[count == 2] + 1]
    # Not only a backslash: what a control character does is for the parser to say.
    odd = np.flatnonzero((text == _BACKSLASH) | ((text < _SPACE) & (text != _TAB)))
    if len(odd):
        is_literal &= np.searchsorted(odd, begin) == np.searchsorted(odd, end)
    return is_literal, close


def _suffixes(tokens: pa.Array, begin: Places, end: Places) -> tuple[Codes, list[bytes]]:
    """What comes after the quotes: codes, and the few that there are."""
    found = _slices(tokens, begin, end).dictionary_encode()
    return found.indices.to_numpy(), found.dictionary.cast(pa.binary()).to_pylist()


def _kinds(suffixes: Sequence[bytes]) -> tuple[list[Kind], Codes]:
    """RESOURCE and the kinds of literals, and which of them each suffix means."""
    codes = {RESOURCE: 0}
    found = _parsed([b'""' + one for one in suffixes])
    code_of = [codes.setdefault((one.datatype, one.language), len(codes)) for one in found]
    return list(codes), np.array(code_of, np.int32)


def _with_others(tokens: pa.Array, known: Terms, is_known: Mask) -> Terms:
    """The terms, those that are not `known` as the parser reads them."""
    if is_known.all():
        return known
    others = np.flatnonzero(~is_known)
    read = _parsed(tokens.take(pa.array(others)).cast(pa.binary()).to_pylist())
    codes = {one: code for code, one in enumerate(known.kinds)}
    kind = [codes.setdefault((one.datatype, one.language), len(codes)) for one in read]
    kept = np.flatnonzero(is_known)
    row = np.empty(len(tokens), np.int32)
    row[kept] = np.arange(len(kept))
    row[others] = len(kept) + np.arange(len(others))
    return Terms(
        pa.concat_arrays(
            [known.texts.take(pa.array(kept)), pa.array([one.value for one in read], pa.string())]
        ),
        list(codes),
        np.append(known.kind[kept], np.array(kind, np.int32)),
        row,
    )


def _parsed(tokens: Sequence[bytes]) -> list[Term]:
    found = documents.terms(tokens)
    if found is None:
        raise InDoubtError
    return found


def _slices(tokens: pa.Array, begin: Places, end: Places) -> pa.Array:
    """Parts of the text of `tokens`, in order, as an array of their own."""
    offsets = np.empty(2 * len(begin) + 1, np.int32)
    offsets[:-1:2] = begin
    offsets[1::2] = end
    offsets[-1] = end[-1] if len(end) else 0
    every = pa.StringArray.from_buffers(2 * len(begin), pa.py_buffer(offsets), tokens.buffers()[2])
    return every.take(pa.array(np.arange(0, 2 * len(begin), 2)))


def _buffers(tokens: pa.Array) -> tuple[Places, Bytes]:
    _, offsets, text = tokens.buffers()
    some = np.frombuffer(offsets, np.int32, len(tokens) + 1, 4 * tokens.offset)
    return some, np.frombuffer(text, np.uint8, int(some[-1]))


def _first(text: Bytes, begin: Places, end: Places) -> Bytes:
    """The first sign of each, 0 of what is empty."""
    if not len(text):
        return np.zeros(len(begin), np.uint8)
    return np.where(end > begin, text[np.minimum(begin, len(text) - 1)], 0).astype(np.uint8)


def _all(tokens: pa.Array) -> Codes:
    return np.arange(len(tokens), dtype=np.int32)
