"""An update as it is run: its default graph is a named one, and WHERE sees the graphs that it should.

All there is are named graphs. What the standard calls the default graph of the store is one of them where the
operator has chosen one (setting `update_default_graph`); else triples must say which graph they are for, and
WHERE matches the merge of all graphs the caller may read, as a query does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.errors import Place, QueryError
from graph.sparql.dataset import UNNAMED, Dataset
from graph.sparql.tokens import line_and_column
from graph.sparql.update_text import Operation, Target, Update
from graph.text import Text

NOTHING = "CLEAR SILENT GRAPH <urn:lienthong:nothing>"
"""An operation that does nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an update of one caller is about.

    `default` is the graph that stands for the default graph, empty where none does. `readable` are all graphs
    that this update may see, `writable` those that there are and that CLEAR ALL clears. `request` are the
    protocol's `using-graph-uri` and `using-named-graph-uri` (SPARQL 1.1 Protocol §2.2.3).
    """

    default: str
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    request: Dataset = UNNAMED


@dataclass(slots=True)
class Uses:
    """The graphs that are written, those that are read; whether any other may be (found by a variable)."""

    writes: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    writes_any: bool = False
    reads_any: bool = False


def uses(update: Update, scope: Scope) -> Uses:
    """Raises QueryError for a default graph that there is not, and for two contradicting data sets."""
    found = Uses()
    for one in update.operations:
        found.writes |= one.writes
        found.reads |= one.reads
        found.writes_any |= one.writes_any
        if one.bare:
            found.writes.add(one.with_graph or _default(update, one, scope))
        if one.kind == "modify":
            _where(update, one, scope, found)
        elif one.kind == "delete-where":
            found.reads_any |= one.reads_any
            if _is_given(scope.request):
                raise _at(update, one, *_SHORT_FORM)
        elif one.targets:
            graphs = [set(_named(update, one, target, scope)) for target in one.targets]
            found.writes |= graphs[-1] | (graphs[0] if one.kind == "move" else set())
            found.reads |= graphs[0]
    return found


def rewritten(update: Update, scope: Scope) -> Iterator[str]:
    """The texts to run, one for each operation. The caller must have been found to be allowed all that `uses`
    tells."""
    for one in update.operations:
        text = update.alone(one)
        for start, end, new in sorted(_edits(update, one, scope), reverse=True):
            text = text[:start] + new + text[end:]
        yield text


def _edits(update: Update, one: Operation, scope: Scope) -> Iterable[tuple[int, int, str]]:
    whole = (one.start, one.end)
    if one.kind == "load":
        yield (*whole, NOTHING)
    elif one.kind in ("clear", "drop") and one.targets[0] in ("default", "named", "all"):
        word = one.kind.upper()
        graphs = _named(update, one, one.targets[0], scope)
        # The default graph cannot be dropped: it is there again at once (Update §3.2.2).
        made = (f"{'CLEAR' if graph == scope.default else word} SILENT GRAPH <{graph}>" for graph in graphs)
        yield (*whole, " ; ".join(made) or NOTHING)
    elif one.targets:
        for target, span in zip(one.targets, one.target_spans, strict=True):
            if target == "default":
                yield (*span, f"GRAPH <{scope.default}>")
    elif one.kind == "modify":
        yield from _edits_of_change(one, scope)
    else:
        for start, end in one.bare:
            yield (start, start, f"GRAPH <{scope.default}> {{ ")
            yield (end, end, " } ")


def _edits_of_change(one: Operation, scope: Scope) -> Iterable[tuple[int, int, str]]:
    assert one.where is not None, "a change has a WHERE"
    default = one.with_graph or scope.default
    if scope.default and one.with_graph is None:
        yield (one.start, one.start, f"WITH <{default}> ")
    if one.using is not None:
        return
    if _is_given(scope.request):
        seen = scope.request
    elif not default:
        seen = Dataset(scope.readable, scope.readable)
    elif scope.default and one.reads_any:
        seen = Dataset((default,), tuple(one for one in scope.readable if one != scope.default))
    else:
        return
    clauses = [f"USING <{graph}>" for graph in seen.default]
    clauses += [f"USING NAMED <{graph}>" for graph in seen.named]
    yield (one.where, one.where, " ".join([*clauses, ""]))


def _where(update: Update, one: Operation, scope: Scope, found: Uses) -> None:
    if _is_given(scope.request) and (one.using is not None or one.with_graph is not None):
        raise _at(update, one, *_TWICE)
    given = one.using or (scope.request if _is_given(scope.request) else None)
    if given is not None:
        found.reads |= {*given.default, *given.named}
        return
    found.reads_any |= one.reads_any
    if default := one.with_graph or scope.default:
        found.reads.add(default)
    else:
        found.reads_any = True


def _named(update: Update, one: Operation, target: Target, scope: Scope) -> tuple[str, ...]:
    """The graphs that a target of graph management stands for."""
    if target == "default":
        return (_default(update, one, scope),)
    if target == "all":
        return scope.writable
    if target == "named":
        return tuple(graph for graph in scope.writable if graph != scope.default)
    return (target,)


def _default(update: Update, one: Operation, scope: Scope) -> str:
    if not scope.default:
        raise _at(update, one, *_WHICH_GRAPH)
    return scope.default


def _is_given(dataset: Dataset) -> bool:
    return bool(dataset.default or dataset.named)


def _at(update: Update, one: Operation, message: Text, hint: Text) -> QueryError:
    line, column = line_and_column(update.text, one.bare[0][0] if one.bare else one.start)
    return QueryError(message, hint=hint, place=Place(line=line, column=str(column)))


_WHICH_GRAPH = (
    Text("Phải nêu đồ thị được ghi.", "The graph that is written must be named."),
    Text(
        "Dùng GRAPH <…> { … } hoặc WITH <…>; các đồ thị bạn được ghi: /access/explain",
        "Use GRAPH <…> { … } or WITH <…>; the graphs that you may write: /access/explain",
    ),
)
_TWICE = (
    Text(
        "USING hoặc WITH không đi cùng using-graph-uri, using-named-graph-uri.",
        "USING or WITH cannot go with using-graph-uri or using-named-graph-uri.",
    ),
    Text("Chỉ nêu ở một nơi (Protocol §2.2.3).", "State it in one place (Protocol §2.2.3)."),
)
_SHORT_FORM = (
    Text(
        "DELETE WHERE không đi cùng using-graph-uri, using-named-graph-uri.",
        "DELETE WHERE cannot go with using-graph-uri or using-named-graph-uri.",
    ),
    Text("Viết DELETE { … } WHERE { … }.", "Write DELETE { … } WHERE { … }."),
)
