"""Basic graph patterns (SPARQL 1.1 §18.3) over the relation of triples, or over one of named graphs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.algebra import paths
from graph.algebra.context import Context
from graph.algebra.holding import Holds, both, either
from graph.algebra.plan import (
    Alternative,
    Constant,
    Inverse,
    Link,
    Node,
    Path,
    Repeated,
    Sequence,
    Triple,
    Unsupported,
    Var,
)
from graph.algebra.relation import Column, Kind, Relation
from graph.algebra.stars import TYPE, Wide, stars
from graph.columns.kinds import IRI


@dataclass(slots=True)
class _Flat:
    """One flat SELECT: what is selected from, where variables stand, what must hold."""

    tables: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    holds: dict[str, Holds] = field(default_factory=dict)
    beside: dict[str, frozenset[str]] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    optional: set[str] = field(default_factory=set)

    def bind(
        self, context: Context, node: Node, place: str, holds: Holds, beside: frozenset[str] = frozenset()
    ) -> None:
        """`holds`: what can stand in that place. `beside`: what stands beside it (`graph.columns.wide`)."""
        if isinstance(node, Constant):
            self.conditions.append(f"{place} = {context.id_of(node)}")
            return
        if node.name in self.places:
            self.conditions.append(f"{place} = {self.places[node.name]}")
        else:
            self.places[node.name] = place
            self.beside[node.name] = beside
        self.holds[node.name] = both(self.holds.get(node.name), holds)

    def select(self, context: Context) -> Relation:
        places = {name: place for name, place in self.places.items() if not name.startswith(_BETWEEN)}
        names = ", ".join(
            f"{place}{part} AS {context.column(name)}{part}"
            for name, place in places.items()
            for part in ("", *(f"_{one}" for one in sorted(self.beside[name])))
        )
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        columns = {
            name: Column(
                Kind.ID,
                certain=name not in self.optional,
                holds=self.holds[name],
                beside=self.beside[name],
            )
            for name in places
        }
        return Relation(f"SELECT {names or '1 AS nothing'} FROM {', '.join(self.tables)}{where}", columns)


def basic(
    context: Context,
    triples: tuple[Triple, ...],
    graph: Node | None,
    given: Relation | None,
    optional: tuple[Triple, ...] = (),
) -> Relation:
    """The solutions of triples and paths, in the default graph (None), a named one, or each named one (then
    the graph's variable is bound). `given` holds values that stand for variables of the pattern. `optional`:
    see `may_be_columns`."""
    flat = _Flat()
    triples = tuple(part for one in triples for part in _steps(context, one))
    for one in _from_wide(context, flat, triples, graph, optional):
        table = context.fresh("t")
        start, end = _ends(context, one.p)
        if isinstance(one.p, Constant | Var):
            flat.tables.append(f"{_source(context, graph)} {table}")
            flat.bind(context, one.p, f"{table}.p", frozenset((IRI,)))
        else:
            if isinstance(graph, Var):
                walked = _pairs_in_each(context, one, given)
            else:
                walked = _pairs(context, one, triples, graph, given)
            flat.tables.append(f"({walked}) {table}")
        flat.bind(context, one.s, f"{table}.s", start)
        flat.bind(context, one.o, f"{table}.o", end)
        if isinstance(graph, Var):
            flat.bind(context, graph, f"{table}.g", context.resources)
    return flat.select(context)


def _from_wide(
    context: Context,
    flat: _Flat,
    triples: tuple[Triple, ...],
    graph: Node | None,
    optional: tuple[Triple, ...] = (),
) -> tuple[Triple, ...]:
    """Adds to `flat` what wide tables have of the default graph; the triples that are left."""
    if graph is not None:
        return triples
    had: set[Triple] = set()
    for star in stars(context.wide, triples):
        had |= set(star.triples)
        table = context.fresh("t")
        flat.tables.append(f"{star.wide.table} {table}")
        flat.bind(context, star.subject, f"{table}.s", context.resources)
        may_lack = tuple(one for one in optional if one.s == star.subject)
        for one in (*star.triples, *may_lack):
            if one.p == TYPE or not isinstance(one.p, Constant):
                continue
            found = star.wide.properties[one.p]
            place = f"{table}.{found.name}"
            flat.bind(context, one.o, place, context.objects(one.p), found.parts)
            if one in may_lack and isinstance(one.o, Var):
                flat.optional.add(one.o.name)
            elif isinstance(one.o, Var) and not found.is_full:
                flat.conditions.append(f"{place} IS NOT NULL")
    left = tuple(one for one in triples if one not in had)
    return _without_implied(context, left, triples)


def may_be_columns(context: Context, triples: tuple[Triple, ...], optional: tuple[Triple, ...]) -> bool:
    """Whether each of the optional triples, of which each is optional for itself, is a column of a wide table
    that the other triples need anyway, and gives a value to a variable of its own."""
    ends = [one.o for one in optional]
    others = {node for one in triples for node in (one.s, one.p, one.o)}
    others |= {node for one in optional for node in (one.s, one.p)}
    if len(set(ends)) < len(ends) or not all(isinstance(end, Var) and end not in others for end in ends):
        return False
    steps = tuple(part for one in triples for part in _steps(context, one))
    wide: dict[Node, Wide] = {star.subject: star.wide for star in stars(context.wide, steps)}
    return all(
        one.p != TYPE and one.s in wide and wide[one.s].kind is not None and wide[one.s].has(one)
        for one in optional
    )


def graphs(context: Context, *variables: Var) -> Relation:
    """The named graphs, each as the value of all the variables."""
    selected = ", ".join(f"g AS {context.column(variable.name)}" for variable in variables)
    columns = {
        variable.name: Column(Kind.ID, certain=True, holds=context.resources) for variable in variables
    }
    return Relation(f"SELECT DISTINCT {selected} FROM {_quads(context)}", columns)


def is_there(context: Context, graph: Constant) -> str:
    """SQL: whether a named graph has a quad."""
    return f"EXISTS (SELECT 1 FROM {_quads(context)} WHERE g = {context.id_of(graph)})"


def _steps(context: Context, one: Triple) -> Iterator[Triple]:
    """A sequence of links as triples with variables between them (§18.2.2.4): DuckDB chooses their order."""
    match one.p:
        case Sequence(first, second) if not paths.is_repeating(one.p):
            between = Var(f"{_BETWEEN}{context.fresh('step')}")
            yield from _steps(context, Triple(one.s, first, between))
            yield from _steps(context, Triple(between, second, one.o))
        case Link(predicate):
            yield Triple(one.s, predicate, one.o)
        case Inverse(Link(predicate)):
            yield Triple(one.o, predicate, one.s)
        case _:
            yield one


def _without_implied(
    context: Context, triples: tuple[Triple, ...], among: tuple[Triple, ...]
) -> tuple[Triple, ...]:
    """Less those that say of a variable that it is of a class, of which all are that another triple of the
    pattern is about: a join for nothing, of whose size DuckDB guesses far too little."""

    def is_implied(one: Triple) -> bool:
        kind = one.o
        if not (isinstance(one.s, Var) and one.p == TYPE and isinstance(kind, Constant)):
            return False
        others = (other.p for other in among if other.s == one.s and other.p != TYPE)
        return any(isinstance(other, Constant) and context.implies(other, kind) for other in others)

    return tuple(one for one in triples if not is_implied(one))


_BETWEEN = "_:between "


def _ends(context: Context, path: Node | Path) -> tuple[Holds, Holds]:
    """What can stand before and after a predicate or path."""
    match path:
        case Constant():
            return context.resources, context.objects(path)
        case Link(predicate):
            return context.resources, context.objects(predicate)
        case Inverse(inner):
            start, end = _ends(context, inner)
            return end, start
        case Sequence(first, second):
            return _ends(context, first)[0], _ends(context, second)[1]
        case Alternative(several):
            starts, ends = zip(*(_ends(context, one) for one in several), strict=True)
            return either(*starts), either(*ends)
        case Repeated(inner, zero=False):
            return _ends(context, inner)
        case Repeated():
            return None, None
        case _:
            return context.resources, None


def _source(context: Context, graph: Node | None) -> str:
    if graph is None:
        return context.triples
    quads = _quads(context)
    if isinstance(graph, Var):
        return quads
    return f"(SELECT s, p, o FROM {quads} WHERE g = {context.id_of(graph)})"


def _quads(context: Context) -> str:
    if context.quads is None:
        raise Unsupported("GRAPH, where no named graphs are given")
    return context.quads


def _pairs(
    context: Context,
    one: Triple,
    triples: tuple[Triple, ...],
    graph: Node | None,
    given: Relation | None,
) -> str:
    """The pairs of a path, from the end where less is asked for."""
    path = one.p
    if isinstance(path, Constant | Var):
        raise TypeError("no path")
    source = _source(context, graph)
    if not paths.is_repeating(path):
        return paths.pairs(context, path, source)
    from_start = _seeds(context, one.s, path, triples, graph, given)
    from_end = _seeds(context, one.o, path, triples, graph, given)
    if from_end is not None and (from_start is None or _fewness(one.o, triples) > _fewness(one.s, triples)):
        walked = paths.pairs(context, paths.inverse(path), source, from_end)
        return f"SELECT o AS s, s AS o FROM ({walked}) q"
    return paths.pairs(context, path, source, from_start)


def _fewness(end: Node, triples: tuple[Triple, ...]) -> int:
    """More where an end of a path is likely to be one of fewer nodes, as far as the pattern tells."""
    if isinstance(end, Constant):
        return 3
    around = [one for one in triples if end in (one.s, one.o)]
    if any(isinstance(node, Constant) for one in around for node in (one.s, one.o) if one.p != TYPE):
        return 2
    return int(any(one.p == TYPE for one in around))


_SHIFT = 2**32


def _pairs_in_each(context: Context, one: Triple, given: Relation | None) -> str:
    """The pairs of a path in each named graph, with the graph: nodes are numbered by graph and id."""
    path = one.p
    if isinstance(path, Constant | Var):
        raise TypeError("no path")
    fixed = [
        end for end in (one.s, one.o) if isinstance(end, Constant) or (given and end.name in given.columns)
    ]
    if paths.may_be_empty(path) and fixed:
        # Of what is in no triple of a graph there still is a path of no length in it (§9.3); engines differ.
        raise Unsupported("a path of no length from a known value, inside GRAPH with a variable")
    quads = _quads(context)
    numbered = ", ".join(f"g::BIGINT * {_SHIFT} + {place} AS {place}" for place in ("s", "o"))
    source = f"(SELECT DISTINCT {numbered}, p FROM {quads})"

    def seeds(end: Node) -> str | None:
        if not isinstance(end, Constant):
            return None
        return f"SELECT DISTINCT g::BIGINT * {_SHIFT} + {context.id_of(end)} AS x FROM {quads}"

    if isinstance(one.o, Constant):
        walked = paths.pairs(context, paths.inverse(path), source, seeds(one.o))
        walked = f"SELECT o AS s, s AS o FROM ({walked}) q"
    else:
        walked = paths.pairs(context, path, source, seeds(one.s))
    parts = ", ".join(f"({place} % {_SHIFT})::UINTEGER AS {place}" for place in ("s", "o"))
    return f"SELECT {parts}, (s // {_SHIFT})::UINTEGER AS g FROM ({walked}) q"


def _seeds(
    context: Context,
    end: Node,
    path: Path,
    triples: tuple[Triple, ...],
    graph: Node | None,
    given: Relation | None,
) -> str | None:
    if isinstance(end, Constant):
        identity = context.required_id_of(end) if paths.may_be_empty(path) else context.id_of(end)
        return f"SELECT {identity} AS x"
    if given is not None and end.name in given.columns:
        column = given.columns[end.name]
        if column.kind is not Kind.ID or not column.certain:
            if paths.may_be_empty(path):
                raise Unsupported("a path of no length from a computed or unbound value")
            return None
        return f"SELECT DISTINCT {context.column(end.name)} AS x FROM ({given.sql}) g"
    around = tuple(
        other for other in triples if end in (other.s, other.o) and isinstance(other.p, Constant | Var)
    )
    if not around:
        return None
    # Subjects and objects of the same graph are nodes of it, so a path of no length is theirs anyway.
    flat = _Flat()
    for other in _from_wide(context, flat, around, graph):
        table = context.fresh("t")
        flat.tables.append(f"{_source(context, graph)} {table}")
        for node, place in ((other.s, "s"), (other.p, "p"), (other.o, "o")):
            if isinstance(node, Constant | Var):
                flat.bind(context, node, f"{table}.{place}", None)
    where = f" WHERE {' AND '.join(flat.conditions)}" if flat.conditions else ""
    return f"SELECT DISTINCT {flat.places[end.name]} AS x FROM {', '.join(flat.tables)}{where}"
