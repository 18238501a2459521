"""What a plan is made of: rows, and the quads that each of them makes."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.columns.projection import fixed
from ingest.mapping.terms import Term
from ingest.sources.relation import quoted, text_literal

DEFAULT_GRAPH = "CAST($default_graph AS VARCHAR)"
SUBJECT = "s"
OBJECT = "o"
ROW = quoted("row")


@dataclass(frozen=True, slots=True)
class Parent:
    """The other side of a join, whose subjects `item` are the objects: SELECT o, key_0, key_1 …, each once.

    `keys` are the child's texts that must be equal, over the columns of the statement's rows.
    """

    triples_map: str
    select: str
    keys: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"key_{number}" for number in range(len(self.keys)))

    @property
    def condition(self) -> str:
        """SQL of the join: no column of the rows is named like one of the parent's."""
        return " AND ".join(f"{key} = {column}" for key, column in zip(self.keys, self.columns, strict=True))


@dataclass(frozen=True, slots=True)
class Quad:
    """Terms over the columns of the statement's rows; the subject is always `s`. NULL makes no quad.

    With a `parent` the value of the object is the parent's `o`.
    """

    predicate: Term
    object: Term
    graph: Term
    parent: Parent | None = None

    @property
    def varying(self) -> tuple[str, ...]:
        """What may be NULL, besides the parent's object."""
        terms = (self.predicate, self.graph) if self.parent else (self.predicate, self.object, self.graph)
        values = (term.value for term in terms)
        return tuple(
            dict.fromkeys(value for value in values if fixed(value) is None and value != DEFAULT_GRAPH)
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """`rows` is a SELECT that reads `source` once: `row`, `s`, and the columns that the quads use.

    `repeats_rows`: a source row may be several of these rows. `is_costly`: to ask for the rows takes far
    longer than to read them (JSON, XML).
    """

    triples_map: str
    source: str
    rows: str
    subject: Term
    quads: tuple[Quad, ...]
    repeats_rows: bool
    is_costly: bool

    @property
    def local(self) -> tuple[Quad, ...]:
        return tuple(quad for quad in self.quads if quad.parent is None)

    @property
    def joined(self) -> Iterator[tuple[Quad, Parent]]:
        return ((quad, quad.parent) for quad in self.quads if quad.parent is not None)

    def __str__(self) -> str:
        lines = [f"-- {self.triples_map} ← {self.source}: {len(self.quads)} quads a row"]
        lines += [
            f"--   {quad.predicate.value} ⋈ {parent.triples_map}: its distinct objects, in the same scan"
            for quad, parent in self.joined
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a plan does not know: the graph of quads that no graph map places (and, by it, the mark that
    blank nodes carry, so that those of two data sets never meet), and the number of a source."""

    default_graph: str
    source: int = 0

    @property
    def scope(self) -> str:
        return hashlib.sha256(self.default_graph.encode()).hexdigest()[:8]

    def into(self, sql: str, **more: str) -> str:
        """`sql` with its parameters filled in, and `more` of them; what looks like one inside a text or name
        is left alone."""
        values = {
            "default_graph": text_literal(self.default_graph),
            "scope": text_literal(self.scope),
            "source": str(self.source),
            **more,
        }

        def filled(found: re.Match[str]) -> str:
            return values.get(found[1], found[0])

        return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w+)", filled, sql)


def present(columns: Iterator[str] | tuple[str, ...]) -> str:
    """SQL: whether none of these is NULL."""
    return " AND ".join(f"{column} IS NOT NULL" for column in columns) or "true"
