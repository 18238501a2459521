"""What the terms mean that a dictionary has. Most say it; what is left is told by the parser."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.stores import documents
from graph.stores.documents import Term
from graph.stores.lines import records
from graph.stores.lines.dictionary import Met
from graph.stores.lines.part import NO_TERM, RESOURCE, Codes, Kind


class InDoubtError(Exception):
    """The parser has to read all of the file, and to say what is wrong where anything is."""


@dataclass(frozen=True, slots=True)
class Meant:
    """By id the text of a term and which of `kinds` it is; NO_TERM of labels of graphs and of suffixes. They
    `are_different` where none was written in two ways."""

    texts: pa.Array
    kinds: Sequence[Kind]
    kind: Codes
    are_different: bool


def meant(met: Met) -> Meant:
    """Raises InDoubtError where something may be no term, or is not in UTF-8."""
    try:
        met.texts.validate(full=True)
    except pa.ArrowInvalid as wrong:
        raise InDoubtError from wrong
    suffixes = np.flatnonzero(met.kinds == records.SUFFIX)
    read = _parsed([b'""' + one for one in _bytes(met.texts, suffixes)])
    codes: dict[Kind, int] = {RESOURCE: 0}
    code_of = np.full(records.LITERAL + len(met.kinds), NO_TERM, np.int32)
    code_of[records.RESOURCE] = 0
    for suffix, one in zip(suffixes.tolist(), read, strict=True):
        code_of[records.LITERAL + suffix] = codes.setdefault((one.datatype, one.language), len(codes))
    are_different = len(codes) == 1 + len(suffixes) and not met.doubts.any()
    kind = code_of[met.kinds]
    texts = _with_doubted(met, kind, codes) if met.doubts.any() else met.texts
    return Meant(texts, list(codes), kind, are_different)


def _with_doubted(met: Met, kind: Codes, codes: dict[Kind, int]) -> pa.Array:
    """The texts, and `kind` and `codes` changed, by what the parser says of terms in doubt."""
    ids = np.flatnonzero(met.doubts)
    kinds, texts = met.kinds[ids], _bytes(met.texts, ids)
    suffixes = _bytes(met.texts, np.maximum(kinds - records.LITERAL, 0))
    read = _parsed(
        [
            b'"' + text + b'"' + suffix if of >= records.LITERAL else b"<" + text + b">"
            for of, text, suffix in zip(kinds.tolist(), texts, suffixes, strict=True)
        ]
    )
    for number, of, one in zip(ids.tolist(), kinds.tolist(), read, strict=True):
        if of != records.GRAPH:
            kind[number] = codes.setdefault((one.datatype, one.language), len(codes))
    told = pa.array([one.value for one in read], met.texts.type)
    return pc.replace_with_mask(met.texts, pa.array(met.doubts), told)


def _bytes(texts: pa.Array, ids: npt.NDArray[np.int64]) -> list[bytes]:
    found: list[bytes] = texts.take(pa.array(ids)).cast(pa.large_binary()).to_pylist()
    return found


def _parsed(tokens: Sequence[bytes]) -> list[Term]:
    found = documents.terms(tokens)
    if found is None:
        raise InDoubtError
    return found
