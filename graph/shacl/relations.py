"""SQL for property paths (SHACL §2.3.1, SPARQL 1.1 §9): which value nodes which focus nodes have.

A relation is SQL text with the columns `focus` and `value`, without duplicates, to be put after FROM.
"""

from collections.abc import Callable
from itertools import count

from rdflib.term import Node

from graph.shacl.model import Alternative, Inverse, Path, Predicate, Repeat, Sequence

Ids = Callable[[Node], str]


def values(path: Path, focus: str, ids: Ids) -> str:
    """The relation of `path` from the nodes in the table `focus` (column `id`)."""
    match path:
        case Predicate(iri):
            start, end = "s", "o"
        case Inverse(Predicate(iri)):
            start, end = "o", "s"
        case _:
            first = f"(SELECT id AS focus, id AS value FROM {focus})"
            return f"(SELECT DISTINCT focus, value FROM {_step(path, first, ids, count())})"
    return (
        f"(SELECT {start} AS focus, {end} AS value FROM triples"
        f" SEMI JOIN {focus} f ON f.id = {start} WHERE p = {ids(iri)})"
    )


def _step(path: Path, start: str, ids: Ids, numbers: "count[int]") -> str:
    """`start`, led on along the path; may hold duplicates."""
    match path:
        case Predicate(iri):
            return (
                f"(SELECT r.focus, t.o AS value FROM {start} r JOIN triples t ON t.s = r.value"
                f" WHERE t.p = {ids(iri)})"
            )
        case Inverse(Predicate(iri)):
            return (
                f"(SELECT r.focus, t.s AS value FROM {start} r JOIN triples t ON t.o = r.value"
                f" WHERE t.p = {ids(iri)})"
            )
        case Inverse(inner):
            return _step(inverted(inner), start, ids, numbers)
        case Sequence(parts):
            for part in parts:
                start = _step(part, start, ids, numbers)
            return start
        case Alternative(parts):
            branches = (f"SELECT focus, value FROM {_step(part, start, ids, numbers)}" for part in parts)
            return f"({' UNION ALL '.join(branches)})"
        case Repeat(inner, least, once):
            return _repeated(inner, least, once, start, ids, numbers)


def _repeated(inner: Path, least: int, once: bool, start: str, ids: Ids, numbers: "count[int]") -> str:
    if once:
        further = _step(inner, start, ids, numbers)
        return f"(SELECT focus, value FROM {start} UNION ALL SELECT focus, value FROM {further})"
    first = start if least == 0 else _step(inner, start, ids, numbers)
    name = f"way_{next(numbers)}"
    # UNION, not UNION ALL: what was met before is not followed again, so that circles end.
    return (
        f"(WITH RECURSIVE {name} AS (SELECT focus, value FROM {first} UNION"
        f" SELECT focus, value FROM {_step(inner, name, ids, numbers)}) SELECT focus, value FROM {name})"
    )


def inverted(path: Path) -> Path:
    """The path walked from its end (SPARQL 1.1 §18.4)."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return inner
        case Sequence(parts):
            return Sequence(tuple(inverted(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(inverted(part) for part in parts))
        case Repeat(inner, least, once):
            return Repeat(inverted(inner), least, once)
