"""All counts, and all tests of single values, of the simple properties of a node shape in one scan each.

A property by property plan reads the focus nodes and the terms anew for each of them. What is left for that
plan is what looks further than one value: classes, pairs, nested shapes, longer paths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rdflib import SH

from graph.shacl import value_tests
from graph.shacl.model import Constraint, Count, Nested, Predicate, Shape, Shapes, ValueTest
from graph.shacl.terms import Constants


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint of one shape: what a result is about."""

    shape: Shape
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class Select:
    """SQL that gives `flags` (one for each check), `focus`, `path` and `value`."""

    checks: tuple[Check, ...]
    sql: str


Holds = Callable[[Shape, Constraint], bool]
"""Whether a constraint is known to hold, so that nothing has to look for its results."""


def covers(constraint: Constraint) -> bool:
    return isinstance(constraint, Count | ValueTest)


def plain(shape: Shape, shapes: Shapes) -> tuple[Shape, ...]:
    """The property shapes of a node shape whose path is one predicate."""
    if shape.path is not None:
        return ()
    inner = (shapes.by_node[one.shape] for one in shape.constraints if isinstance(one, Nested))
    return tuple(one for one in inner if isinstance(one.path, Predicate))


def counts(parts: Sequence[Shape], focus: str, constants: Constants, holds: Holds) -> Select | None:
    """What finds the results of sh:minCount and sh:maxCount about the nodes in the table `focus`."""
    found = _checks(parts, Count, constants, holds)
    return Select(tuple(check for check, _ in found), _counted(found, focus)) if found else None


def tests(parts: Sequence[Shape], focus: str, constants: Constants, holds: Holds) -> Select | None:
    """The values that violate a test of single values: gives `flags`, the predicate `p` and the value `o`."""
    found = _checks(parts, ValueTest, constants, holds)
    return Select(tuple(check for check, _ in found), _tested(found, focus, constants)) if found else None


def about(bad: str, focus: str) -> str:
    """The results about the focus nodes whose values are in the table `bad`."""
    return (
        "SELECT b.flags, q.s AS focus, NULL::UINTEGER AS path, q.o AS value FROM triples q"
        f" SEMI JOIN {focus} f ON f.id = q.s JOIN {bad} b ON b.p = q.p AND b.o = q.o"
    )


def _checks(
    parts: Sequence[Shape], kind: type[Count] | type[ValueTest], constants: Constants, holds: Holds
) -> list[tuple[Check, str]]:
    return [
        (Check(one, constraint), constants.id(one.path.iri))
        for one in parts
        if isinstance(one.path, Predicate)
        for constraint in one.constraints
        if isinstance(constraint, kind) and not holds(one, constraint)
    ]


def _counted(counts: Sequence[tuple[Check, str]], focus: str) -> str:
    predicates = list(dict.fromkeys(p for _, p in counts))
    columns = ", ".join(f"count(*) FILTER (q.p = {p}) AS n{p}" for p in predicates)
    wrong = []
    for check, p in counts:
        constraint = check.constraint
        if isinstance(constraint, Count):
            sign = "<" if constraint.component == SH.MinCountConstraintComponent else ">"
            wrong.append(f"n{p} {sign} {constraint.limit}")
    return (
        f"SELECT [{', '.join(wrong)}] AS flags, id AS focus, NULL::UINTEGER AS path, NULL::UINTEGER AS value"
        f" FROM (SELECT f.id, {columns} FROM {focus} f"
        f" LEFT JOIN (SELECT s, p FROM triples WHERE p IN ({', '.join(predicates)})) q ON q.s = f.id"
        f" GROUP BY f.id) WHERE {' OR '.join(wrong)}"
    )


def _tested(tests: Sequence[tuple[Check, str]], focus: str, constants: Constants) -> str:
    flags, cases = [], dict[str, list[str]]()
    for check, p in tests:
        if isinstance(check.constraint, ValueTest):
            sql = value_tests.violated(check.constraint, constants.id, constants.operand)
            flags.append(f"t.p = {p} AND {sql}")
            cases.setdefault(p, []).append(sql)
    wrong = " ".join(f"WHEN {p} THEN {' OR '.join(each)}" for p, each in cases.items())
    # Each value once, however many focus nodes have it; and DuckDB would make the tests a condition of the
    # join, which is several times slower (2.0.0).
    return (
        f"WITH t AS MATERIALIZED (SELECT q.p, t.* FROM (SELECT DISTINCT p, o FROM triples SEMI JOIN {focus} f"
        f" ON f.id = s WHERE p IN ({', '.join(cases)})) q JOIN terms t ON t.id = q.o)"
        f" SELECT t.p, t.id AS o, [{', '.join(flags)}] AS flags FROM t WHERE CASE t.p {wrong} ELSE FALSE END"
    )
