"""Ids of results that are the same whenever the same fault is found, so that two reports compare."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from graph.shacl.reporting.report import Result

_LENGTH = 16
"""Hexadecimal digits, 64 bits: among 20,000 results two differ with a probability of 1 − 10⁻¹¹."""


def identified(results: Iterable[Result], *, with_values: bool = True) -> list[Result]:
    """The results with their ids: digests of shape, constraint, path, focus node and value.

    `with_values` False leaves values out: whoever guesses a short number could find it again in its digest.
    Of a row that nothing could be made of, file, row and column stand for them. Blank nodes have no names
    that last; they, and results that are alike in all this, are told apart by their order.
    """
    met: Counter[str] = Counter()
    found = []
    for one in results:
        digest = _digest(one, with_values=with_values)
        met[digest] += 1
        if met[digest] > 1:
            digest = hashlib.sha256(f"{digest}#{met[digest]}".encode()).hexdigest()
        found.append(replace(one, id=digest[:_LENGTH]))
    return found


def _digest(one: Result, *, with_values: bool) -> str:
    parts = [one.shape or one.rule, one.constraint, one.path or "", _name(one.focus)]
    if one.focus is None:
        parts += [one.origin.file or "", *map(str, one.origin.rows), one.origin.column or ""]
    elif with_values:
        parts.append(_name(one.value))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _name(term: str | None) -> str:
    return "_:" if term is not None and term.startswith("_:") else term or ""
