"""Which constraints hold for all: a few scans over everything tell it of most of them at once.

A shape by shape plan asks some thousand small questions, nearly all of which have the answer "none". The
questions here have another form, "is there any at all?", and are asked for all shapes together. What they do
not clear is looked for shape by shape. They err on one side only: a constraint that is violated is never
cleared.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdflib import RDF, SH
from rdflib.term import IdentifiedNode, Node

from graph.shacl import value_tests
from graph.shacl.model import (
    Constraint,
    Count,
    HasValue,
    Instance,
    Pair,
    Predicate,
    Qualified,
    Shape,
    Shapes,
    UniqueLanguages,
    ValueTest,
)
from graph.shacl.ordering import Operand, less
from graph.shacl.scopes import MEMBERS, REACHED, Scopes
from graph.shacl.session import Session
from graph.shacl.terms import Constants

_TESTS_AT_ONCE = 60

Part = tuple[int, IdentifiedNode, Constraint]
"""A constraint of a shape that is held against a scope."""


@dataclass(frozen=True, slots=True)
class Screened:
    """`cleared` are the constraints that no member of their scope violates."""

    scopes: Scopes
    cleared: frozenset[Part]

    def clears(self, scope: int | None, shape: Shape, constraint: Constraint) -> bool:
        return scope is not None and (scope, shape.node, constraint) in self.cleared


def screen(
    session: Session,
    roots: Sequence[Shape],
    shapes: Shapes,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
) -> Screened:
    """Makes the tables of `scopes` and clears what holds. Call it after `session.prepare`.

    `below` gives the ids of each class and those below it.
    """
    scopes = Scopes.of(roots, shapes)
    scopes.make(session, constants, below)
    asked = _Asked(session, scopes, constants)
    cleared: set[Part] = set()
    for question in (_counts, _value_tests, _node_tests, _given_values, _languages, _orders, _qualified):
        cleared |= question(asked)
    return Screened(scopes, frozenset(cleared | _instances(asked, below)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question is put to."""

    session: Session
    scopes: Scopes
    constants: Constants

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.session.connection.execute(sql).fetchall()

    def of(self, kind: type[Constraint]) -> Iterator[tuple[int, Part]]:
        """The constraints of a kind in property shapes, each with its place."""
        for place, scope, shape in self.scopes.at_places():
            for constraint in shape.constraints:
                if isinstance(constraint, kind):
                    yield place, (scope, shape.node, constraint)

    def sizes(self) -> dict[int, int]:
        """How many members the scope of each place has."""
        counted: dict[int, int] = dict(self.rows(f"SELECT scope, count(*) FROM {MEMBERS} GROUP BY scope"))
        return {place: counted.get(scope, 0) for (scope, _), place in self.scopes.places.items()}

    def unless(self, asked: Mapping[int, set[Part]], violated: str) -> set[Part]:
        """Those of `asked`, by number, whose number the query `violated` does not give."""
        numbers = {number for (number,) in self.rows(violated)}
        return {part for number, parts in asked.items() if number not in numbers for part in parts}


def _counts(asked: _Asked) -> set[Part]:
    """sh:minCount and sh:maxCount: how many members have values at a place, how many at least and at most."""
    wanted: dict[int, list[Part]] = defaultdict(list)
    for place, part in asked.of(Count):
        wanted[place].append(part)
    if not wanted:
        return set()
    repeated, several = asked.session.repeated(), []
    for (_, path), place in asked.scopes.places.items():
        is_single = isinstance(path, Predicate) and int(asked.constants.id(path.iri)) not in repeated
        if place in wanted and not is_single:
            several.append(place)
    rows = asked.rows(f"SELECT place, count(*), 1, 1 FROM {REACHED} {_except(several)} GROUP BY place")
    if several:
        rows += asked.rows(
            f"SELECT place, count(*), min(n), max(n) FROM (SELECT place, count(*) AS n FROM {REACHED}"
            f" WHERE place IN {_list(several)} GROUP BY place, focus) GROUP BY place"
        )
    return _within(asked, wanted, {place: (n, least, most) for place, n, least, most in rows})


def _within(
    asked: _Asked, wanted: Mapping[int, Sequence[Part]], counted: Mapping[int, tuple[int, int, int]]
) -> set[Part]:
    """Those whose limit is kept; `counted` gives how many members were counted at a place, and what was
    counted of them at least and at most."""
    sizes, cleared = asked.sizes(), set()
    for place, parts in wanted.items():
        nodes, least, most = counted.get(place, (0, 0, 0))
        least = least if nodes == sizes[place] else 0
        for part in parts:
            if sizes[place] == 0 or _keeps(part[2], least, most):
                cleared.add(part)
    return cleared


def _keeps(constraint: Constraint, least: int, most: int) -> bool:
    if not isinstance(constraint, Count | Qualified):
        return False
    if constraint.component in (SH.MinCountConstraintComponent, SH.QualifiedMinCountConstraintComponent):
        return least >= constraint.limit
    return most <= constraint.limit


def _value_tests(asked: _Asked) -> set[Part]:
    """Tests of single values, of all values at a place."""
    wanted: dict[int, dict[Part, str]] = defaultdict(dict)
    for place, scope, shape in asked.scopes.at_places():
        wanted[place] |= _tests(scope, shape, asked.constants)
    return _passed(asked, wanted, f"{REACHED} r JOIN terms t ON t.id = r.value", "r.place")


def _node_tests(asked: _Asked) -> set[Part]:
    """Tests of the members of scopes themselves."""
    wanted: dict[int, dict[Part, str]] = defaultdict(dict)
    for (scope, _), shape in asked.scopes.held.items():
        if shape.path is None:
            wanted[scope] |= _tests(scope, shape, asked.constants)
    return _passed(asked, wanted, f"{MEMBERS} m JOIN terms t ON t.id = m.id", "m.scope")


def _tests(scope: int, shape: Shape, constants: Constants) -> dict[Part, str]:
    return {
        (scope, shape.node, one): value_tests.violated(one, constants.id, constants.operand)
        for one in shape.constraints
        if isinstance(one, ValueTest) and value_tests.compiles(one)
    }


def _passed(asked: _Asked, wanted: Mapping[int, Mapping[Part, str]], relation: str, key: str) -> set[Part]:
    """Those that no row of `relation` violates; `wanted` gives the tests of the rows that have a `key`.

    Rows with the same tests are looked at as one: there are many times fewer tests than keys.
    """
    numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, tests in wanted.items():
        if tests:
            numbers[tuple(sorted(set(tests.values()))[:_TESTS_AT_ONCE])].append(number)
    if not numbers:
        return set()
    listed = ", ".join(
        f"({number}, {group})" for group, some in enumerate(numbers.values()) for number in some
    )
    cases = [
        (group, " | ".join(f"(({sql})::UBIGINT << {place})" for place, sql in enumerate(tests)))
        for group, tests in enumerate(numbers)
    ]
    violated: dict[int, int] = dict(
        asked.rows(
            f"SELECT w.kind, bit_or({_chosen('w.kind', cases)}) FROM {relation}"
            f" JOIN (VALUES {listed}) w(number, kind) ON w.number = {key} GROUP BY w.kind"
        )
    )
    return {
        part
        for group, (tests, some) in enumerate(numbers.items())
        for number in some
        for part, sql in wanted[number].items()
        if sql in tests and not violated.get(group, 0) >> tests.index(sql) & 1
    }


def _chosen(key: str, cases: Sequence[tuple[int, str]], otherwise: str = "0::UBIGINT") -> str:
    """The SQL of the case that `key` equals. Halved again and again: of hundreds of cases in a row DuckDB
    would compare every one with every row."""
    if len(cases) == 1:
        number, sql = cases[0]
        return f"CASE WHEN {key} = {number} THEN {sql} ELSE {otherwise} END"
    half = len(cases) // 2
    lower, upper = (_chosen(key, some, otherwise) for some in (cases[:half], cases[half:]))
    return f"CASE WHEN {key} < {cases[half][0]} THEN {lower} ELSE {upper} END"


def _given_values(asked: _Asked) -> set[Part]:
    """sh:hasValue: how many members have the value at the place."""
    wanted: dict[tuple[int, str], set[Part]] = defaultdict(set)
    for place, part in asked.of(HasValue):
        if isinstance(part[2], HasValue):
            wanted[place, asked.constants.id(part[2].value)].add(part)
    if not wanted:
        return set()
    listed = ", ".join(f"({place}, {value}, {number})" for number, (place, value) in enumerate(wanted))
    having: dict[int, int] = dict(
        asked.rows(
            f"SELECT w.number, count(*) FROM {REACHED} r JOIN (VALUES {listed}) w(place, value, number)"
            " ON w.place = r.place AND w.value = r.value GROUP BY w.number"
        )
    )
    sizes = asked.sizes()
    return {
        part
        for number, ((place, _), parts) in enumerate(wanted.items())
        if having.get(number, 0) == sizes[place]
        for part in parts
    }


def _languages(asked: _Asked) -> set[Part]:
    """sh:uniqueLang."""
    wanted: dict[int, set[Part]] = defaultdict(set)
    for place, part in asked.of(UniqueLanguages):
        wanted[place].add(part)
    if not wanted:
        return set()
    return asked.unless(
        wanted,
        f"SELECT DISTINCT place FROM (SELECT r.place FROM {REACHED} r JOIN terms t ON t.id = r.value"
        f" WHERE r.place IN {_list(wanted)} AND t.language <> ''"
        " GROUP BY r.place, r.focus, t.language HAVING count(*) > 1)",
    )


def _instances(asked: _Asked, below: Mapping[Node, Sequence[int]]) -> set[Part]:
    """sh:class."""
    wanted: dict[tuple[int, Node], set[Part]] = defaultdict(set)
    for place, part in asked.of(Instance):
        if isinstance(part[2], Instance):
            wanted[place, part[2].of].add(part)
    if not wanted:
        return set()
    classes = {one: number for number, one in enumerate(dict.fromkeys(of for _, of in wanted))}
    lower = ", ".join(f"({each}, {number})" for one, number in classes.items() for each in below[one])
    listed = ", ".join(f"({place}, {classes[of]}, {number})" for number, (place, of) in enumerate(wanted))
    return asked.unless(
        dict(enumerate(wanted.values())),
        f"WITH typed AS (SELECT DISTINCT c.of, t.s FROM triples t JOIN (VALUES {lower}) c(lower, of)"
        f" ON c.lower = t.o WHERE t.p = {asked.constants.id(RDF.type)})"
        f" SELECT DISTINCT w.number FROM {REACHED} r JOIN (VALUES {listed}) w(place, of, number)"
        " ON w.place = r.place ANTI JOIN typed ON typed.of = w.of AND typed.s = r.value",
    )


def _orders(asked: _Asked) -> set[Part]:
    """sh:lessThan and sh:lessThanOrEquals."""
    cleared: set[Part] = set()
    for component in (SH.LessThanConstraintComponent, SH.LessThanOrEqualsConstraintComponent):
        wanted: dict[tuple[int, str], set[Part]] = defaultdict(set)
        for place, part in asked.of(Pair):
            if isinstance(part[2], Pair) and part[2].component == component:
                wanted[place, asked.constants.id(part[2].predicate)].add(part)
        if not wanted:
            continue
        listed = ", ".join(f"({place}, {p}, {number})" for number, (place, p) in enumerate(wanted))
        inclusive = component == SH.LessThanOrEqualsConstraintComponent
        order = less(Operand.of("x"), Operand.of("y"), or_equal=inclusive)
        # As an aggregate: as a condition DuckDB would evaluate the order inside the join, which is slower.
        cleared |= asked.unless(
            dict(enumerate(wanted.values())),
            f"SELECT number FROM (SELECT w.number, bool_and({order}) AS is_kept FROM {REACHED} r"
            f" JOIN (VALUES {listed}) w(place, p, number) ON w.place = r.place"
            " JOIN triples q ON q.s = r.focus AND q.p = w.p"
            " JOIN terms x ON x.id = r.value JOIN terms y ON y.id = q.o GROUP BY w.number) WHERE NOT is_kept",
        )
    return cleared


def _qualified(asked: _Asked) -> set[Part]:
    """sh:qualifiedMinCount and MaxCount with a shape of nothing but tests of single values."""
    wanted: dict[tuple[int, str], list[Part]] = defaultdict(list)
    for place, part in asked.of(Qualified):
        if isinstance(part[2], Qualified) and not part[2].siblings:
            shape = asked.scopes.shapes.by_node[part[2].shape]
            tests = _tests(part[0], shape, asked.constants)
            if shape.path is None and len(tests) == len(shape.constraints) > 0:
                wanted[place, " OR ".join(tests.values())].append(part)
    if not wanted:
        return set()
    number_of = {key: number for number, key in enumerate(wanted)}
    listed = ", ".join(f"({place}, {number})" for (place, _), number in number_of.items())
    wrong = _chosen("w.number", [(number, f"({sql})") for (_, sql), number in number_of.items()], "TRUE")
    rows = asked.rows(
        "SELECT number, count(*), min(n), max(n) FROM (SELECT w.number,"
        f" count(*) FILTER (WHERE NOT {wrong}) AS n FROM {REACHED} r"
        f" JOIN (VALUES {listed}) w(place, number) ON w.place = r.place JOIN terms t ON t.id = r.value"
        " GROUP BY w.number, r.focus) GROUP BY number"
    )
    counted = {number: (n, least, most) for number, n, least, most in rows}
    cleared: set[Part] = set()
    for (place, sql), parts in wanted.items():
        number = number_of[place, sql]
        found = {place: counted[number]} if number in counted else {}
        cleared |= _within(asked, {place: parts}, found)
    return cleared


def _except(places: Sequence[int]) -> str:
    return f"WHERE place NOT IN {_list(places)}" if places else ""


def _list(places: Sequence[int] | Mapping[int, object]) -> str:
    return f"({', '.join(map(str, places)) or 'NULL'})"
