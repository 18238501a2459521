"""A query as steps from what it names."""

from dataclasses import dataclass
from typing import Literal

Repeated = Literal["", "+", "*"]
"""Of a path's step: not, once or more often, or not at all as well (SPARQL 1.1 §9.1)."""
UNBOUND = -1
"""The place of a variable that is selected and stands in no pattern."""


@dataclass(frozen=True, slots=True)
class Iri:
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """A plain literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Thing:
    """That of a query's things which is at `place` among them."""

    place: int


Constant = Iri | Text | Thing


@dataclass(frozen=True, slots=True)
class Step:
    """A pattern, by the places of its terms in a row."""

    subject: int
    predicate: int
    object: int
    repeated: Repeated = ""


@dataclass(frozen=True, slots=True)
class Count:
    """COUNT of the values at `place`, of all rows where that is None; of different ones."""

    name: str
    place: int | None
    is_distinct: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A row has the constants, then the variables; each step binds what it finds. The first of `steps` starts
    at a constant, each other one there or at what was bound before."""

    constants: tuple[Constant, ...]
    variables: int
    steps: tuple[Step, ...]
    selected: tuple[tuple[str, int], ...]
    is_distinct: bool = False
    count: Count | None = None
