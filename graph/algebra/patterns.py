"""Graph patterns and solution modifiers → relations (SPARQL 1.1 §18.5, §18.6).

Values from outside (those of pre-bound variables, or of the solution that an EXISTS is asked for) come as a
`given` relation with a key for each row. They stand in every place where the pattern mentions their
variables, nested groups included: whatever reads one of them is joined with `given` where it is read, and all
parts of a pattern are joined by the key.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.algebra import aggregates, basic, combining, existence, ordering, scope
from graph.algebra.context import Context
from graph.algebra.expressions import Evaluator
from graph.algebra.inline import inline
from graph.algebra.plan import (
    Distinct,
    Exists,
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
    Slice,
    Triple,
    Triples,
    Union,
    Unsupported,
    Var,
)
from graph.algebra.relation import Column, Kind, Relation, physical, stored, unloaded
from graph.algebra.values import holds_of


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles patterns in one active graph (None is the default graph), for the rows of one `given`."""

    context: Context
    given: Relation | None = None
    graph: Node | None = None

    def compile(self, pattern: Pattern) -> Relation:
        match pattern:
            case Triples(triples):
                return self._leaf(
                    scope.mentioned(pattern),
                    basic.basic(self.context, triples, self.graph, self.given)
                    if triples
                    else combining.unit(),
                )
            case Inline(variables, rows):
                return self._leaf(scope.mentioned(pattern), inline(self.context, variables, rows))
            case Join(left, right):
                return combining.join(self.context, self.compile(left), self.compile(right))
            case LeftJoin(left, right, condition):
                return self._optional_columns(pattern) or self._left_join(left, right, condition)
            case Union(left, right):
                return combining.union(self.context, *self._keyed(self.compile(left), self.compile(right)))
            case Minus(left, right):
                return self._minus(left, right)
            case Filter(inner, condition):
                return self._filter(self.compile(inner), condition)
            case Extend(inner, variable, expression):
                return self._extend(self.compile(inner), variable.name, expression)
            case Named(graph, inner):
                return self._named(graph, inner)
            case Project(inner, variables, outermost):
                return self._project(inner, variables, outermost=outermost)
            case Distinct(inner):
                return self._distinct(inner)
            case Slice(inner, offset, limit):
                return self._slice(self.compile(inner), offset, limit)
            case Order(inner, conditions):
                return self._order(self.compile(inner), conditions)
            case Group():
                return self._group(pattern)

    # Leaves.
    def _leaf(self, mentioned: Iterable[str], relation: Relation) -> Relation:
        relation = self._with_given(relation, mentioned)
        if isinstance(self.graph, Var) and self.graph.name not in relation.columns:
            relation = combining.join(self.context, relation, basic.graphs(self.context, self.graph))
        return relation

    def _with_given(self, relation: Relation, mentioned: Iterable[str]) -> Relation:
        """`relation` joined with the given values where it reads one of them."""
        if self.given is None or not set(mentioned) & self.given.columns.keys():
            return relation
        if any(name in relation.columns for name in self.given.row_keys()):
            return relation
        return combining.join(self.context, self.given, relation)

    def _keyed(self, *relations: Relation) -> tuple[Relation, ...]:
        """All joined with the given values where one is."""
        if self.given is None:
            return relations
        keys = self.given.row_keys()
        if not any(name in one.columns for one in relations for name in keys):
            return relations
        return tuple(self._with_given(one, keys) for one in relations)

    # Operators.
    def _left_join(self, left: Pattern, right: Pattern, condition: Expression | None) -> Relation:
        a, b = self.compile(left), self.compile(right)
        if condition is None:
            a, b = self._keyed_left(a, b)
            return combining.left_join(self.context, a, b)
        if scope.mentioned_in(condition) <= self._certainly(b) and not any(scope.exists_in(condition)):
            a, b = self._keyed_left(a, self._filter(b, condition))
            return combining.left_join(self.context, a, b)
        a, b = self._keyed_left(self._with_given(a, scope.mentioned_in(condition)), b)
        return self._conditional_left_join(a, b, condition)

    def _optional_columns(self, pattern: Pattern) -> Relation | None:
        """OPTIONAL of one triple each, of which a wide table has the value where there is one."""
        optional: list[Triple] = []
        while isinstance(pattern, LeftJoin) and pattern.condition is None:
            match pattern.right:
                case Triples((one,)):
                    optional.append(one)
                    pattern = pattern.left
                case _:
                    return None
        if self.graph is not None or self.given is not None or not isinstance(pattern, Triples):
            return None
        if not basic.may_be_columns(self.context, pattern.triples, tuple(optional)):
            return None
        return basic.basic(self.context, pattern.triples, None, None, tuple(reversed(optional)))

    def _conditional_left_join(self, a: Relation, b: Relation, condition: Expression) -> Relation:
        """Each solution on the left gets a number, so that those without a partner can be told."""
        name, number = self.context.fresh("left"), f"#{self.context.fresh('row')}"
        numbered = (
            f"{name} AS MATERIALIZED (SELECT q.*, row_number() OVER () AS {self.context.column(number)}"
            f" FROM ({a.sql}) q)"
        )
        left = Relation(f"SELECT * FROM {name}", {**a.columns, number: Column(Kind.KEY, certain=True)})
        partners = self._filter(combining.join(self.context, left, b), condition)
        only_new = {
            key: column
            for key, column in partners.columns.items()
            if key == number or key not in a.columns or not a.columns[key].certain
        }
        right = self._selected(partners, only_new)
        if any(key in left.columns and key != number for key in only_new):
            joined = self._overriding(left, right, number)
        else:
            joined = combining.left_join(self.context, left, right)
        columns = {key: column for key, column in joined.columns.items() if key != number}
        selected = self._selected(joined, columns)
        return replace(selected, sql=f"WITH {numbered} {selected.sql}")

    def _overriding(self, left: Relation, right: Relation, number: str) -> Relation:
        """A left join on the number alone; variables that the left may leave unbound are the right's."""
        joined_columns = dict(unloaded(left.columns))
        kinds = {name: column.kind for name, column in right.columns.items() if name in left.columns}
        if any(left.columns[name].kind is not kind for name, kind in kinds.items()):
            raise Unsupported("OPTIONAL over values from different sources")
        selected = []
        for name in kinds:
            joined_columns[name] = replace(joined_columns[name], holds=None)
        for name in left.columns:
            column = self.context.column(name)
            both = name in right.columns and name != number
            selected.append(f"coalesce(r.{column}, l.{column}) AS {column}" if both else f"l.{column}")
        for name, column_of_right in unloaded(right.columns).items():
            if name not in left.columns:
                joined_columns[name] = replace(column_of_right, certain=False)
                selected.append(f"r.{self.context.column(name)}")
        key = self.context.column(number)
        sql = (
            f"SELECT {', '.join(selected)} FROM ({left.sql}) l LEFT JOIN ({right.sql}) r ON l.{key} = r.{key}"
        )
        return Relation(sql, joined_columns)

    def _keyed_left(self, a: Relation, b: Relation) -> tuple[Relation, Relation]:
        """The left side joined with the given values where the right side is."""
        if self.given is not None and any(name in b.columns for name in self.given.row_keys()):
            a = self._with_given(a, self.given.row_keys())
        return a, b

    def _certainly(self, relation: Relation) -> set[str]:
        return {name for name, column in relation.columns.items() if column.certain}

    def _minus(self, left: Pattern, right: Pattern) -> Relation:
        if self.given is not None:
            both = scope.mentioned(left) & scope.mentioned(right)
            if both & self.given.columns.keys():
                raise Unsupported("MINUS over a variable with a value from outside")
        a, b = self._keyed_left(self.compile(left), self.compile(right))
        return combining.minus(self.context, a, b, apart=self._graph_name())

    def _named(self, graph: Node, inner: Pattern) -> Relation:
        if not isinstance(graph, Var):
            relation = replace(self, graph=graph).compile(inner)
            # A graph that is not there has no solutions, even of a pattern that needs no triple (§18.6).
            there = basic.is_there(self.context, graph)
            return replace(relation, sql=f"SELECT q.* FROM ({relation.sql}) q WHERE {there}")
        # Inside, the variable may be used for something else: a name of its own keeps the graphs apart.
        hidden = Var(f"#{self.context.fresh('graph')}")
        relation = replace(self, graph=hidden).compile(inner)
        if hidden.name not in relation.columns or not relation.columns[hidden.name].certain:
            raise Unsupported("a pattern inside GRAPH with a variable that is the same in all graphs")
        named = self._with_given(basic.graphs(self.context, hidden, graph), [graph.name])
        relation = combining.join(self.context, relation, named)
        return self._selected(
            relation, {name: column for name, column in relation.columns.items() if name != hidden.name}
        )

    # Expressions.
    def _filter(self, relation: Relation, condition: Expression) -> Relation:
        evaluator, relation = self._evaluator(relation, condition)
        test = evaluator.condition(condition)
        loaded = evaluator.loaded(test)
        columns = self._without_marks(loaded)
        selected = ", ".join(physical(self.context, replace(loaded, columns=columns))) or "1 AS nothing"
        return Relation(f"SELECT {selected} FROM ({loaded.sql}) q WHERE {test}", columns)

    def _extend(self, relation: Relation, variable: str, expression: Expression) -> Relation:
        if variable in relation.columns or (self.given is not None and variable in self.given.columns):
            raise Unsupported(f"BIND to ?{variable}, which has a value already")
        evaluator, relation = self._evaluator(relation, expression)
        value = evaluator.value(expression)
        kind, sql = stored(value)
        loaded = evaluator.loaded(sql)
        columns = self._without_marks(loaded)
        name = self.context.column(variable)
        selected = [*physical(self.context, replace(loaded, columns=columns)), f"{sql} AS {name}"]
        selected += [one.split()[0] for one in loaded.order]
        return Relation(
            f"SELECT {', '.join(selected)} FROM ({loaded.sql}) q",
            {**columns, variable: Column(kind, certain=False, holds=holds_of(value))},
            loaded.order,
        )

    def _evaluator(self, relation: Relation, *expressions: Expression) -> tuple[Evaluator, Relation]:
        mentioned = frozenset().union(*(scope.mentioned_in(one) for one in expressions))
        relation = self._with_given(relation, mentioned - relation.columns.keys())
        marks: dict[Exists, str] = {}
        for expression in expressions:
            for exists in scope.exists_in(expression):
                if exists not in marks:
                    relation, marks[exists] = self._marked(relation, exists)
        return Evaluator(self.context, relation, marks), relation

    def _without_marks(self, relation: Relation) -> dict[str, Column]:
        return {name: column for name, column in relation.columns.items() if not name.startswith("#mark")}

    def _marked(self, relation: Relation, exists: Exists) -> tuple[Relation, str]:
        """`relation` with a column that says whether `exists` holds for its solution."""
        name = f"#{self.context.fresh('mark')}"
        mark = self.context.column(name)
        columns = {**relation.columns, name: Column(Kind.BOOLEAN, certain=True)}
        shared = [one for one in relation.columns if one in self._substituted(exists.pattern)]
        bound = scope.certain(exists.pattern)
        closed = bound is not None and all(
            one in bound and relation.columns[one].certain and relation.columns[one].kind is Kind.ID
            for one in shared
        )
        if closed or not shared:
            inner = Compiler(self.context, None, self.graph).compile(exists.pattern)
            sql = existence.semi_joined(self.context, relation, inner, shared, mark)
        else:
            sql = existence.substituting(
                self.context,
                relation,
                shared,
                mark,
                lambda given: Compiler(self.context, given, self.graph).compile(exists.pattern),
            )
        return replace(relation, sql=sql, columns=columns), mark

    def _substituted(self, pattern: Pattern) -> frozenset[str]:
        mentioned = scope.mentioned(pattern)
        return mentioned | {self.graph.name} if isinstance(self.graph, Var) else mentioned

    # Solution modifiers.
    def _project(self, inner: Pattern, variables: tuple[Var, ...], *, outermost: bool) -> Relation:
        names = [*(variable.name for variable in variables), *self._graph_name()]
        compiler = self
        if self.given is not None and not outermost:
            kept = {
                name: column
                for name, column in self.given.columns.items()
                if name in names or column.kind is Kind.KEY
            }
            given = None if len(kept) == len(self.given.row_keys()) else self._selected(self.given, kept)
            compiler = replace(self, given=given)
        relation = compiler.compile(inner)
        if compiler.given is not None:
            relation = compiler._with_given(relation, names)
            names += [name for name in relation.columns if self._is_outside(name, outermost=outermost)]
        columns = {name: relation.columns[name] for name in dict.fromkeys(names) if name in relation.columns}
        return self._selected(relation, columns)

    def _graph_name(self) -> list[str]:
        """The variable of the active graph: what is inside is evaluated in each graph apart."""
        return [self.graph.name] if isinstance(self.graph, Var) else []

    def _is_outside(self, name: str, *, outermost: bool) -> bool:
        return (
            self.given is not None
            and name in self.given.columns
            and (outermost or self.given.columns[name].kind is Kind.KEY)
        )

    def _selected(self, relation: Relation, columns: dict[str, Column]) -> Relation:
        selected = physical(self.context, replace(relation, columns=columns))
        selected += [one.split()[0] for one in relation.order]
        sql = f"SELECT {', '.join(selected) or '1 AS nothing'} FROM ({relation.sql}) q"
        return replace(relation, sql=sql, columns=columns, identified=frozenset())

    def _distinct(self, inner: Pattern) -> Relation:
        match inner:
            case Project(Order(_, conditions), variables):
                names = {variable.name for variable in variables}
                if not all(scope.mentioned_in(condition) <= names for condition, _ in conditions):
                    raise Unsupported("DISTINCT in the order of variables that are not selected")
        return combining.distinct(self.context, self.compile(inner))

    def _order(self, relation: Relation, conditions: tuple[tuple[Expression, bool], ...]) -> Relation:
        evaluator, relation = self._evaluator(relation, *(expression for expression, _ in conditions))
        sorting = [
            part
            for expression, descending in conditions
            for part in ordering.keys(self.context, evaluator.value(expression), descending=descending)
        ]
        loaded = evaluator.loaded(*(sql for sql, _ in sorting))
        columns = self._without_marks(loaded)
        names = [self.context.fresh("o") for _ in sorting]
        selected = physical(self.context, replace(loaded, columns=columns))
        selected += [f"{sql} AS {name}" for name, (sql, _) in zip(names, sorting, strict=True)]
        order = tuple(f"{name} {direction}" for name, (_, direction) in zip(names, sorting, strict=True))
        return Relation(f"SELECT {', '.join(selected)} FROM ({loaded.sql}) q", columns, order)

    def _slice(self, relation: Relation, offset: int, limit: int | None) -> Relation:
        keys = [self.context.column(name) for name in [*relation.row_keys(), *self._graph_name()]]
        selected = ", ".join(physical(self.context, relation)) or "1 AS nothing"
        order = f" ORDER BY {', '.join(relation.order)}" if relation.order else ""
        if not keys:
            end = ("" if limit is None else f" LIMIT {limit}") + (f" OFFSET {offset}" if offset else "")
            kept = ", ".join([selected, *(one.split()[0] for one in relation.order)])
            return replace(relation, sql=f"SELECT {kept} FROM ({relation.sql}) q{order}{end}")
        within = f"row_number() OVER (PARTITION BY {', '.join(keys)}{order})"
        wanted = f"{within} > {offset}" + ("" if limit is None else f" AND {within} <= {offset + limit}")
        return Relation(f"SELECT {selected} FROM ({relation.sql}) q QUALIFY {wanted}", relation.columns)

    def _group(self, group: Group) -> Relation:
        relation = self._keyed_group(self.compile(group.pattern), group)
        expressions = [one.expression for one in group.aggregates if one.expression is not None]
        evaluator, relation = self._evaluator(relation, *expressions)
        apart = [*relation.row_keys(), *self._graph_name()]
        return aggregates.grouped(self.context, group, evaluator, relation, apart)

    def _keyed_group(self, relation: Relation, group: Group) -> Relation:
        if not group.keys and (relation.row_keys() or self._graph_name()):
            raise Unsupported("one group of all solutions, for each value from outside or in each graph")
        return relation
