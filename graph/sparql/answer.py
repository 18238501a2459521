"""A query that may be run, its answer, and how it would be answered."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graph.formats import Format
from graph.sparql.dataset import Dataset, digest
from graph.sparql.guard import Form, Guarded
from graph.sparql.outline import Read
from graph.sparql.routing import EngineName, Route
from graph.sparql.spool import Spool
from graph.stores.generations import Generation


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that may be run: its form, dataset, format and time are decided.

    `read`: of the text as it was asked; the one to be evaluated has its searches resolved.
    """

    text: str
    read: Read
    dataset: Dataset
    format: Format
    seconds: float
    generation: Generation

    @property
    def guarded(self) -> Guarded:
        return self.read.guarded

    @property
    def etag(self) -> str | None:
        """Weak validator of the answer (RFC 9110 §8.8.3); None for one that changes by itself."""
        return etag(self, self.generation)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what it says of itself.

    `created`: when its generation was made (ISO 8601, UTC). `seconds`: evaluation and serialisation;
    `waited`: seconds before that. `complete`: an answer that would have to be cut short is an error instead.
    `age`: seconds since it was evaluated, where it had been kept; `is_kept`: whether it is from now on.
    """

    content: bytes | Spool
    media_type: str
    form: Form
    generation: str
    created: str
    seconds: float
    waited: float
    etag: str | None
    engine: EngineName
    complete: Literal[True] = True
    age: float | None = None
    is_kept: bool = False

    @property
    def body(self) -> bytes:
        """All of it, in memory."""
        return bytes(self.content)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def pieces(self, size: int) -> Iterator[bytes | memoryview]:
        """All of it, so many bytes at a time."""
        if isinstance(self.content, Spool):
            yield from self.content.pieces(size)
            return
        view = memoryview(self.content)
        for start in range(0, len(view), size):
            yield view[start : start + size]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query is answered: what the guard found, the graphs that it may read, and the engines.

    `reason`: why the columns do not answer it; empty where they may. `rewrites`: the rules by which it is
    rewritten where Oxigraph has no answer at once. `seconds`: its deadline.
    """

    form: Form
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    route: Route
    reason: str
    rewrites: tuple[str, ...]
    seconds: float
    generation: str


def etag(prepared: Prepared, generation: Generation) -> str | None:
    """As `Prepared.etag`, of the answer from a generation that came since."""
    if prepared.guarded.volatile:
        return None
    made = generation.manifest.created
    told = "\0".join((made, prepared.format.media_type, prepared.text, digest(prepared.dataset)))
    return f'W/"{generation.id}-{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
