"""What is asked for: an operation, and who asks."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from graph.access import Identity
from graph.sparql.dataset import UNNAMED, Dataset

Verb = Literal["update", "put", "post", "delete"]
"""SPARQL Update, or an operation of the Graph Store Protocol (§5.3 – §5.5) on `graph`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`body` is the text of an update, or the documents of `parts` (media type, bytes) one behind the other;
    `base` that of its relative IRIs.

    `graph` empty: the default graph. `seen` is the generation in which the caller has seen the graph as it
    must still be (If-Match), for an update the one that must be current; `only_new`: there must be no such
    graph (If-None-Match: *). A `dry_run` only tells what would change, or why it would be refused.
    """

    identity: Identity
    verb: Verb
    body: bytes
    base: str
    graph: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    using: Dataset = UNNAMED
    seen: str | None = None
    only_new: bool = False
    dry_run: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of all that was sent."""
        told = "\0".join((self.verb, self.graph, str(self.parts), str(self.using)))
        return hashlib.sha256(told.encode() + b"\0" + self.body).hexdigest()
