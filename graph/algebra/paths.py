"""Property paths → SQL of the pairs (s, o) that they join (SPARQL 1.1 §9, §18.4).

Sequences, alternatives and links keep duplicates; `?`, `*` and `+` give each pair once.
"""

from graph.algebra.context import Context
from graph.algebra.plan import Alternative, Inverse, Link, Negated, Path, Repeated, Sequence


def pairs(context: Context, path: Path, source: str, seeds: str | None = None) -> str:
    """SQL of the pairs over the relation `source` of s, p and o; `seeds` (SELECT … AS x) are the only
    subjects that are asked for, each of which is a path of no length to itself."""
    match path:
        case Link(predicate):
            return f"SELECT s, o FROM {source} WHERE p = {context.id_of(predicate)}{_only(seeds)}"
        case Negated(predicates):
            others = "".join(f" AND p <> {context.id_of(one)}" for one in predicates)
            return f"SELECT s, o FROM {source} WHERE TRUE{others}{_only(seeds)}"
        case Inverse(Link() | Negated() as inner):
            swapped = f"SELECT o AS s, s AS o FROM ({pairs(context, inner, source)}) q"
            return swapped if seeds is None else f"{swapped} WHERE o IN ({seeds})"
        case Inverse(inner):
            return pairs(context, inverse(inner), source, seeds)
        case Alternative(paths):
            return " UNION ALL ".join(f"({pairs(context, one, source, seeds)})" for one in paths)
        case Sequence(first, second):
            return _sequence(context, first, second, source, seeds)
        case Repeated(inner, zero, many):
            return _repeated(context, inner, source, seeds, zero=zero, many=many)


def inverse(path: Path) -> Path:
    """The path walked from its end to its beginning."""
    match path:
        case Link() | Negated():
            return Inverse(path)
        case Inverse(inner):
            return inner
        case Alternative(paths):
            return Alternative(tuple(inverse(one) for one in paths))
        case Sequence(first, second):
            return Sequence(inverse(second), inverse(first))
        case Repeated(inner, zero, many):
            return Repeated(inverse(inner), zero, many)


def may_be_empty(path: Path) -> bool:
    """Whether a path may have no length at all."""
    match path:
        case Repeated(inner, zero, _):
            return zero or may_be_empty(inner)
        case Sequence(first, second):
            return may_be_empty(first) and may_be_empty(second)
        case Alternative(paths):
            return any(may_be_empty(one) for one in paths)
        case Inverse(inner):
            return may_be_empty(inner)
        case _:
            return False


def is_repeating(path: Path) -> bool:
    """Whether there is a `?`, `*` or `+` in it, so that seeds save work."""
    match path:
        case Repeated():
            return True
        case Sequence(first, second):
            return is_repeating(first) or is_repeating(second)
        case Alternative(paths):
            return any(is_repeating(one) for one in paths)
        case Inverse(inner):
            return is_repeating(inner)
        case _:
            return False


def _only(seeds: str | None) -> str:
    return "" if seeds is None else f" AND s IN ({seeds})"


def _sequence(context: Context, first: Path, second: Path, source: str, seeds: str | None) -> str:
    if seeds is None and is_repeating(first) and not is_repeating(second):
        swapped = pairs(context, Sequence(inverse(second), inverse(first)), source)
        return f"SELECT o AS s, s AS o FROM ({swapped}) q"
    step = context.fresh("step")
    # What a path of no length leads to is looked for only where the first part has led.
    reached = f"SELECT DISTINCT o AS x FROM {step}" if is_repeating(second) else None
    return (
        f"WITH {step} AS MATERIALIZED ({pairs(context, first, source, seeds)})"
        f" SELECT a.s, b.o FROM {step} a JOIN ({pairs(context, second, source, reached)}) b ON a.o = b.s"
    )


def _closed(context: Context, inner: Path) -> str | None:
    """SQL of the pairs of one or more steps, where they stand in a table."""
    match inner:
        case Link(predicate) if table := context.closure(predicate):
            return f"SELECT s, o FROM {table}"
        case Inverse(Link(predicate)) if table := context.closure(predicate):
            return f"SELECT o AS s, s AS o FROM {table}"
        case _:
            return None


def _repeated(
    context: Context, inner: Path, source: str, seeds: str | None, *, zero: bool, many: bool
) -> str:
    walk = context.fresh("walk")
    link = pairs(context, inner, source, None if many else seeds)
    nodes = f"SELECT s AS x FROM {source} UNION SELECT o FROM {source}" if seeds is None else seeds
    nothing = f"SELECT x AS s, x AS o FROM ({nodes}) n"
    if not many:
        return (
            f"{nothing} UNION SELECT s, o FROM ({link}) l"
            if zero
            else f"SELECT DISTINCT s, o FROM ({link}) l"
        )
    if source == context.triples and (known := _closed(context, inner)) is not None:
        # Of other subjects too: joining them costs less than to leave them out.
        return f"{nothing} UNION {known}" if zero else known
    start = nothing if zero else f"SELECT s, o FROM ({link}) l" + (f" WHERE s IN ({seeds})" if seeds else "")
    return (
        f"WITH RECURSIVE {walk}(s, o) AS ({start} UNION"
        f" SELECT w.s, l.o FROM {walk} w JOIN ({link}) l ON l.s = w.o) SELECT s, o FROM {walk}"
    )
