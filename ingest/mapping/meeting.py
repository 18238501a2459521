"""Which quads of a plan can turn out to be the same: everything else needs no look for duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from graph.columns.projection import fixed
from ingest.mapping.statement import Quad, Statement
from ingest.mapping.terms import Form, Term


@dataclass(frozen=True, slots=True)
class Made:
    """A quad with the statement that makes it."""

    statement: Statement
    quad: Quad


def groups(statements: Sequence[Statement]) -> list[list[Made]]:
    """The quads of all statements, those together that may meet, directly or through others.

    Quads that one map makes of different rows are not looked at here.
    """
    made = [Made(statement, quad) for statement in statements for quad in statement.quads]
    group = list(range(len(made)))
    for one, other in combinations(range(len(made)), 2):
        if group[one] != group[other] and may_meet(made[one], made[other]):
            kept, gone = sorted((group[one], group[other]))
            group = [kept if number == gone else number for number in group]
    return [
        [item for item, number in zip(made, group, strict=True) if number == n] for n in sorted(set(group))
    ]


def may_meet(one: Made, other: Made) -> bool:
    """False only where no data can make the same quad of both."""
    return all(
        _same(first, second)
        for first, second in (
            (one.quad.predicate, other.quad.predicate),
            (one.statement.subject, other.statement.subject),
            (one.quad.object, other.quad.object),
            (one.quad.graph, other.quad.graph),
        )
    )


def _same(one: Term, other: Term) -> bool:
    if one.is_literal != other.is_literal:
        return False
    if {one.form, other.form} == {Form.SAFE_IRI, Form.BLANK_NODE}:
        return False
    for first, second in (
        (one.value, other.value),
        (one.datatype, other.datatype),
        (one.language, other.language),
    ):
        texts = fixed(first), fixed(second)
        if None not in texts and texts[0] != texts[1]:
            return False
    return one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
