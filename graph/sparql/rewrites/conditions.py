"""The conditions of filters, taken apart and put together."""

from collections.abc import Iterable, Iterator

from graph.algebra.plan import Call, Expression, Filter, Pattern


def conjuncts(condition: Expression) -> Iterator[Expression]:
    """What must all be true for the condition to be: an error in one of them is never true (§17.2)."""
    match condition:
        case Call("&&", parts):
            for one in parts:
                yield from conjuncts(one)
        case _:
            yield condition


def filtered(pattern: Pattern, conditions: Iterable[Expression]) -> Pattern:
    """The solutions for which all conditions are true."""
    for one in conditions:
        pattern = Filter(pattern, one)
    return pattern
