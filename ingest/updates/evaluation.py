"""An update tried out on what its caller may see: what it would change, and nothing else of it.

Literals keep their lexical form: the store in which the update runs writes `007` as `7`, so that what comes
and goes is told in its forms and said in the forms of the published columns and of the update's own text.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from graph.columns import TextQuad
from graph.errors import Place, QueryError
from graph.settings import MIB, Settings
from graph.sparql import update_rewriting, update_text
from graph.sparql.guard import Limits
from graph.sparql.syntax import explain, spread
from graph.sparql.tokens import line_and_column
from graph.sparql.update_rewriting import Scope
from graph.sparql.update_text import Operation, Update
from graph.stores import scratch
from graph.stores.scratch import Scratch
from graph.text import Text
from ingest.updates.asked import Asked
from ingest.updates.edit import Edit, edits
from ingest.updates.published import PublishedQuads
from ingest.updates.rights import Rights

Form = tuple[str, str]


def of_update(asked: Asked, rights: Rights, published: PublishedQuads, settings: Settings) -> list[Edit]:
    """Raises QueryError, WriteNotPermittedError, GraphNotPermittedError, NotKeptByUpdateError."""
    update = _read(asked, settings)
    scope = _scope(update, asked, rights, published, settings)
    uses = update_rewriting.uses(update, scope)
    for graph in sorted(uses.writes):
        rights.owner(graph)
    for one in update.operations:
        named = (*one.using.default, *one.using.named) if one.using else ()
        rights.require_readable(named, scope.readable)
    wanted = scope.readable if uses.reads_any or uses.writes_any else uses.reads | uses.writes
    seen = published.graphs().intersection(wanted).intersection(scope.readable)
    store, before = Scratch(), list(published.quads(seen))
    store.add(before)
    if settings.update_default_graph:
        store.make(settings.update_default_graph)
    for one, text in zip(update.operations, update_rewriting.rewritten(update, scope), strict=True):
        if _has_source(store, update, one, scope):
            _run(store, text, asked)
    changeable = {*seen, *store.graphs()} if uses.writes_any else uses.writes
    return _difference(before, store, changeable, update, rights)


def _read(asked: Asked, settings: Settings) -> Update:
    try:
        text = asked.body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise QueryError(
            Text(f"Byte thứ {wrong.start + 1} không phải UTF-8.", f"Byte {wrong.start + 1} is not UTF-8."),
            hint=Text("Gửi văn bản bằng UTF-8.", "Send text as UTF-8."),
        ) from None
    limits = Limits(settings.update_max_mb * MIB, settings.query_max_depth, settings.query_max_optionals)
    update = update_text.read(text, limits, asked.base)
    for one in update.operations:
        _refuse_fault(update, one, asked.base)
    return update


def _refuse_fault(update: Update, one: Operation, base: str) -> None:
    """Raises QueryError where the parser does not understand an operation.

    It stands one line lower there, behind one that fails, and in the same column.
    """
    alone = update.alone(one)
    line, column = line_and_column(alone, one.start)
    text = f"{alone[: one.start]}{scratch.FAILING}\n{' ' * (column - 1)}{alone[one.start :]}"
    fault = scratch.update_fault(text, base=base)
    if not fault:
        return
    found = explain(text, fault, scratch.update_fault(spread(text).text, base=base))
    place = found.place
    if place is not None and place.line is not None and place.line > line:
        place = replace(place, line=place.line - 1)
    raise QueryError(found.message, hint=found.hint, place=place)


def _scope(
    update: Update, asked: Asked, rights: Rights, published: PublishedQuads, settings: Settings
) -> Scope:
    """All graphs that the update may see: those that there are, and those that it may make."""
    default = settings.update_default_graph
    may_be = {graph for one in update.operations for graph in (*one.writes, *one.targets)}
    may_be -= {"default", "named", "all"}
    may_be |= {one.with_graph for one in update.operations if one.with_graph}
    made = {graph for graph in (*may_be, default) if graph and rights.may_write(graph)}
    existing = published.graphs()
    readable = tuple(sorted(rights.readable(existing) | made))
    rights.require_readable((*asked.using.default, *asked.using.named), readable)
    writable = tuple(graph for graph in readable if rights.may_write(graph))
    return Scope(default, readable, writable, asked.using)


def _has_source(store: Scratch, update: Update, one: Operation, scope: Scope) -> bool:
    """Whether there is the graph that ADD, MOVE or COPY takes from (§3.2.3 – §3.2.5); Oxigraph would empty
    the other one. Raises QueryError for one that is not there or may not be read, in the same words, without
    SILENT."""
    if one.kind not in ("add", "move", "copy"):
        return True
    source = scope.default if one.targets[0] == "default" else one.targets[0]
    if store.has(source):
        return True
    if one.silent:
        return False
    line, column = line_and_column(update.text, one.target_spans[0][0])
    raise QueryError(
        Text(f"Không có đồ thị <{source}>.", f"There is no graph <{source}>."),
        hint=Text(
            "Những đồ thị bạn được đọc: /access/explain", "The graphs that you may read: /access/explain"
        ),
        place=Place(line=line, column=str(column), value=source),
    )


def _run(store: Scratch, text: str, asked: Asked) -> None:
    try:
        store.update(text, asked.base)
    except (SyntaxError, RuntimeError, OSError, ValueError) as failed:
        raise QueryError(
            Text(f"Cập nhật không làm được: {failed}", f"The update cannot be done: {failed}"),
            hint=Text(
                "Thêm SILENT nếu đồ thị có thể không có.", "Add SILENT where a graph may not be there."
            ),
        ) from failed


def _difference(
    before: list[TextQuad], store: Scratch, changeable: Iterable[str], update: Update, rights: Rights
) -> list[Edit]:
    graphs = frozenset(changeable)
    typed = {(quad.o, quad.datatype) for quad in before if quad.datatype is not None}
    forms = scratch.stored_forms(typed)
    exact: dict[TextQuad, list[TextQuad]] = defaultdict(list)
    for quad in before:
        exact[_stored(quad, forms)].append(quad)
    had = {quad for quad in exact if quad.g in graphs}
    has = {quad for graph in graphs for quad in store.quads(graph)}
    removed = [quad for gone in had - has for quad in exact[gone]]
    copied = {quad._replace(g=""): exact[quad][0] for quad in exact}
    written = _written(update)
    added = [_as_written(quad, copied, written) for quad in has - had]
    return edits(removed, added, rights)


def _stored(quad: TextQuad, forms: dict[Form, Form]) -> TextQuad:
    if quad.datatype is None or (form := forms.get((quad.o, quad.datatype))) is None:
        return quad
    return quad._replace(o=form[0], datatype=form[1])


def _written(update: Update) -> dict[Form, Form]:
    """By a literal of the store: the one form in which the text writes it, where it is one."""
    forms = scratch.stored_forms(set(update.literals))
    found: dict[Form, set[Form]] = defaultdict(set)
    for literal in update.literals:
        found[forms.get(literal, literal)].add(literal)
    return {stored: next(iter(ways)) for stored, ways in found.items() if len(ways) == 1}


def _as_written(quad: TextQuad, copied: dict[TextQuad, TextQuad], written: dict[Form, Form]) -> TextQuad:
    if quad.datatype is None:
        return quad
    if (source := copied.get(quad._replace(g=""))) is not None:
        return source._replace(g=quad.g)
    form = written.get((quad.o, quad.datatype), (quad.o, quad.datatype))
    return quad._replace(o=form[0], datatype=form[1])
