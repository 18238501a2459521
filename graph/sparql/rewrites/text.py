"""A plan as the text of a query (SPARQL 1.1 §19.8), every IRI in full.

What is in braces in the text is evaluated by itself, as it is in the plan; groups are sub-selects, so that
what is made of aggregates is an expression like any other. Blank nodes become variables with names of their
own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.algebra.plan import (
    Aggregate,
    Constant,
    Distinct,
    Expression,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Named,
    Node,
    Order,
    Pattern,
    Project,
    Query,
    Slice,
    Triple,
    Triples,
    Union,
    Unsupported,
    Var,
)
from graph.sparql.exactness import parts
from graph.sparql.rewrites.anchors import Few
from graph.sparql.rewrites.expression_text import expression, predicate, quoted, term


def written(query: Query) -> str:
    """The text of a query. Raises Unsupported for a plan that no text is written of."""
    names = {one.name for one in parts((query.pattern, query.template)) if isinstance(one, Var)}
    return _Writer(frozenset(names)).query(query)


@dataclass(slots=True)
class _Writer:
    names: frozenset[str]
    fresh: dict[str, str] = field(default_factory=dict)

    def query(self, query: Query) -> str:
        match query.form:
            case "SELECT":
                return self.select(query.pattern)
            case "ASK":
                return f"ASK {{ {self.body(query.pattern)} }}"
            case "CONSTRUCT":
                template = " ".join(self._template(one) for one in query.template)
                return f"CONSTRUCT {{ {template} }} WHERE {{ {self.body(query.pattern)} }}"
            case other:
                raise Unsupported(f"{other} has no text")

    def _template(self, triple: Triple) -> str:
        """Blank nodes of a template are new ones for each solution."""
        ends = (
            f"_:{self.variable(one)[1:]}"
            if isinstance(one, Var) and one.name.startswith("_:")
            else self.node(one)
            for one in (triple.s, triple.o)
        )
        s, o = ends
        return f"{s} {predicate(triple.p, self.node)} {o} ."

    # Groups.
    def body(self, pattern: Pattern) -> str:
        """What stands between the braces of a group; the filters of a group are those of all of it
        (§18.2.2.2)."""
        if isinstance(pattern, Filter):
            return self._filtered(pattern)
        return self.sequence(pattern)

    def _filtered(self, pattern: Filter) -> str:
        inner = pattern.pattern
        before = self._filtered(inner) if isinstance(inner, Filter) else self.sequence(inner)
        return f"{before} FILTER({self.expression(pattern.condition)})"

    def sequence(self, pattern: Pattern) -> str:
        """A pattern as the first parts of a group."""
        match pattern:
            case Triples(triples):
                return " ".join(self._triple(one) for one in triples)
            case Join(Few() as left, Triples() as right):
                # SEP 0006. With a plain join, Oxigraph 0.5.13 may begin with the triples.
                return f"{self.sequence(left)} LATERAL {{ {self.sequence(right)} }}"
            case Join(left, right):
                return f"{self.sequence(left)} {self.operand(right)}"
            case LeftJoin(left, right, condition):
                inside = self.operand(right) if condition is not None else self.sequence(right)
                test = "" if condition is None else f" FILTER({self.expression(condition)})"
                return f"{self.sequence(left)} OPTIONAL {{ {inside}{test} }}"
            case Union(left, right):
                return f"{{ {self.body(left)} }} UNION {{ {self.body(right)} }}"
            case Minus(left, right):
                return f"{self.sequence(left)} MINUS {{ {self.body(right)} }}"
            case Extend(inner, variable, value):
                return f"{self.sequence(inner)} BIND({self.expression(value)} AS {self.variable(variable)})"
            case Inline(variables, rows):
                return self._values(variables, rows)
            case Named(graph, inner):
                return f"GRAPH {self.node(graph)} {{ {self.body(inner)} }}"
            case Filter():
                return f"{{ {self.body(pattern)} }}"
            case _:
                return f"{{ {self.select(pattern)} }}"

    def operand(self, pattern: Pattern) -> str:
        """A pattern as a later part of a group: by itself, where what comes before would belong to it."""
        if isinstance(pattern, Join | LeftJoin | Minus | Extend):
            return f"{{ {self.sequence(pattern)} }}"
        return self.sequence(pattern)

    def _triple(self, triple: Triple) -> str:
        return f"{self.node(triple.s)} {predicate(triple.p, self.node)} {self.node(triple.o)} ."

    def _values(self, variables: Iterable[Var], rows: Iterable[tuple[Constant | None, ...]]) -> str:
        listed = " ".join(
            f"({' '.join('UNDEF' if one is None else self.node(one) for one in row)})" for row in rows
        )
        return f"VALUES ({' '.join(map(self.variable, variables))}) {{ {listed} }}"

    # Solution modifiers (§18.2.5), from the last to the first.
    def select(self, pattern: Pattern) -> str:
        end = ""
        if isinstance(pattern, Slice):
            end += "" if pattern.limit is None else f" LIMIT {pattern.limit}"
            end += f" OFFSET {pattern.offset}" if pattern.offset else ""
            pattern = pattern.pattern
        distinct = ""
        if isinstance(pattern, Distinct):
            distinct, pattern = "DISTINCT ", pattern.pattern
        if isinstance(pattern, Group) and not (end or distinct):
            return self._group(pattern)
        if not isinstance(pattern, Project):
            raise Unsupported(f"{type(pattern).__name__} outside of a SELECT")
        selected = " ".join(map(self.variable, pattern.variables))
        inner, order = pattern.pattern, ""
        if isinstance(inner, Order):
            order = " ORDER BY " + " ".join(
                f"{'DESC' if is_descending else 'ASC'}({self.expression(one)})"
                for one, is_descending in inner.conditions
            )
            inner = inner.pattern
        if not selected:
            raise Unsupported("a SELECT of no variable")
        return f"SELECT {distinct}{selected} WHERE {{ {self.body(inner)} }}{order}{end}"

    def _group(self, group: Group) -> str:
        keys = " ".join(map(self.variable, group.keys))
        selected = " ".join([*filter(None, [keys]), *map(self._aggregate, group.aggregates)])
        by = f" GROUP BY {keys}" if keys else ""
        return f"SELECT {selected} WHERE {{ {self.body(group.pattern)} }}{by}"

    def _aggregate(self, one: Aggregate) -> str:
        name = "GROUP_CONCAT" if one.function == "GROUPCONCAT" else one.function
        over = "*" if one.expression is None else self.expression(one.expression)
        distinct = "DISTINCT " if one.distinct else ""
        end = f" ; SEPARATOR={quoted(one.separator)}" if name == "GROUP_CONCAT" else ""
        return f"({name}({distinct}{over}{end}) AS {self.variable(one.result)})"

    # Terms and expressions.
    def node(self, one: Node) -> str:
        return self.variable(one) if isinstance(one, Var) else term(one)

    def variable(self, one: Var) -> str:
        name = one.name
        if not name.startswith("_:"):
            return f"?{name}"
        if name not in self.fresh:
            self.fresh[name] = next(one for one in _fresh(len(self.fresh)) if one not in self.names)
        return f"?{self.fresh[name]}"

    def expression(self, one: Expression) -> str:
        return expression(one, self.variable, self.body)


def _fresh(start: int) -> Iterator[str]:
    number = start
    while True:
        yield f"b{number}_"
        number += 1
