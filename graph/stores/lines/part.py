"""What some lines of a document say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.columns import TextQuad

Codes = npt.NDArray[np.int32]
Kind = tuple[str | None, str | None]
"""Datatype and language of a term; neither, of an IRI or a blank node."""
RESOURCE: Kind = (None, None)
NO_TERM = -1


@dataclass(frozen=True, slots=True)
class Part:
    """Texts by row, and which of `kinds` each is as a term, or NO_TERM; of each quad the rows of subject,
    predicate and object, and its line in the document, 0 for none. A term may have several rows, unless they
    `are_different`."""

    texts: pa.Array
    kinds: Sequence[Kind]
    kind: Codes
    s: Codes
    p: Codes
    o: Codes
    line: npt.NDArray[np.uint32]
    are_different: bool


def of_quads(quads: Iterable[tuple[TextQuad, int | None]]) -> Part:
    """Quads beside their lines."""
    rows: dict[tuple[str, Kind], int] = {}
    found: list[tuple[int, int, int, int]] = []
    for quad, line in quads:
        ends = (quad.s, RESOURCE), (quad.p, RESOURCE), (quad.o, (quad.datatype, quad.language))
        s, p, o = (rows.setdefault(one, len(rows)) for one in ends)
        found.append((s, p, o, line or 0))
    kinds = {kind: code for code, kind in enumerate(dict.fromkeys(kind for _, kind in rows))}
    columns = np.array(found, np.int32).reshape(-1, 4).T
    return Part(
        pa.array([text for text, _ in rows], pa.string()),
        tuple(kinds),
        np.array([kinds[kind] for _, kind in rows], np.int32),
        s=columns[0],
        p=columns[1],
        o=columns[2],
        line=columns[3].astype(np.uint32),
        are_different=True,
    )
