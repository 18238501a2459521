"""Where a property path begins and ends, and what it may walk (SPARQL 1.1 §9)."""

from collections.abc import Iterator

from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.term import Node


class UnknownError(Exception):
    """The query asks what the holdings cannot tell."""


def steps(path: Path) -> Iterator[Node]:
    """The predicates of a path. Raises UnknownError for a negated set, which any other predicate meets."""
    match path:
        case SequencePath() | AlternativePath():
            parts = path.args
        case InvPath():
            parts = [path.arg]
        case MulPath():
            parts = [path.path]
        case _:
            raise UnknownError
    for part in parts:
        if isinstance(part, Path):
            yield from steps(part)
        else:
            yield part


def last_step(predicate: Node | Path) -> Node | Path | None:
    """The predicate of which the object of a pattern must be the object; None where it need not be one."""
    match predicate:
        case SequencePath():
            return last_step(predicate.args[-1])
        case MulPath():
            return None if predicate.zero else last_step(predicate.path)
        case Path():
            return None
        case _:
            return predicate


def first_step(predicate: Node | Path) -> Node | Path | None:
    """The predicate of which the subject of a pattern must be the subject; None where it need not be one."""
    match predicate:
        case SequencePath():
            return first_step(predicate.args[0])
        case MulPath():
            return None if predicate.zero else first_step(predicate.path)
        case Path():
            return None
        case _:
            return predicate


def may_be_empty(predicate: Node | Path) -> bool:
    """Whether a path may have no step at all (SPARQL 1.1 §9.3, zero length)."""
    match predicate:
        case MulPath():
            return bool(predicate.zero) or may_be_empty(predicate.path)
        case SequencePath():
            return all(may_be_empty(part) for part in predicate.args)
        case AlternativePath():
            return any(may_be_empty(part) for part in predicate.args)
        case InvPath():
            return may_be_empty(predicate.arg)
        case _:
            return False
