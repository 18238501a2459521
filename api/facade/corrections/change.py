"""What a resource is to say against what is said of it: the statements that go and that come."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from api.facade.corrections.reading import Wanted
from api.facade.corrections.rights import Rights
from api.facade.corrections.state import State, Stated
from api.facade.entities import RDF_TYPE
from api.facade.exact import Json
from api.facade.writing import native
from graph.errors import Place, WriteNotPermittedError
from graph.resources import Property, ResourceType
from graph.sparql import terms
from graph.sparql.results import Term
from graph.text import Text

Line = tuple[str, str, Term]
"""Graph, predicate, value."""


@dataclass(frozen=True, slots=True)
class Change:
    """Statements about `iri`, by the keys that they are of."""

    iri: str
    removed: frozenset[Line]
    added: frozenset[Line]
    keys: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.removed or self.added)

    def update(self) -> str:
        """As SPARQL 1.1 Update: all of it or nothing (§3.1)."""
        parts = (("DELETE DATA", self.removed), ("INSERT DATA", self.added))
        return " ;\n".join(f"{verb} {{ {self._lines(lines)} }}" for verb, lines in parts if lines)

    def _lines(self, lines: Iterable[Line]) -> str:
        subject = terms.iri(self.iri)
        return " ".join(
            f"GRAPH {terms.iri(graph)} {{ {subject} {terms.iri(path)} {_term(value)} }}"
            for graph, path, value in sorted(lines, key=str)
        )


def planned(
    wanted: Wanted, state: State, resource: ResourceType, rights: Rights, *, is_whole: bool
) -> Change:
    """`is_whole`: a key that is not wanted loses its values, as far as the caller may write them.

    Raises WriteNotPermittedError for a key whose values are another data set's, or of a class of access that
    the caller may not write, where it is to change.
    """
    gone: set[Line] = set()
    new: set[Line] = set()
    keys = []
    for one in resource.properties:
        if one.key not in wanted.values and not (is_whole and rights.changes(one)):
            continue
        removed, added = _of_key(one, wanted.values.get(one.key), state.of(one), rights)
        if removed or added:
            keys.append(one.key)
        gone |= removed
        new |= added
    removed, added = _of_classes(wanted.classes, state, resource, rights)
    keys += ["type"] if removed or added else []
    return Change(state.iri, frozenset(gone | removed), frozenset(new | added), tuple(keys))


def _of_key(
    one: Property, wanted: frozenset[Term] | None, stated: list[Stated], rights: Rights
) -> tuple[set[Line], set[Line]]:
    """`wanted` None: the key was left out, so that what the caller may not change is not asked for."""
    named = [said for said in stated if said.value.kind != "bnode"]
    own = [said for said in named if not one.inverse and rights.writes(said.graph)]
    fixed = {same(said.value) for said in named if said not in own}
    asked = {same(term): term for term in wanted or ()}
    if wanted is not None and not fixed <= asked.keys():
        raise _not_yours(one)
    kept = {same(said.value) for said in own} & (asked.keys() - fixed)
    removed = {(said.graph, one.path, said.value) for said in own if same(said.value) not in kept}
    graph = rights.graph(one, stated)
    added = {(graph, one.path, term) for key, term in asked.items() if key not in fixed | kept}
    if added and (one.inverse or not rights.writes(graph)):
        raise _not_yours(one)
    return removed, added


def _of_classes(
    wanted: tuple[str, ...] | None, state: State, resource: ResourceType, rights: Rights
) -> tuple[set[Line], set[Line]]:
    stated = [said for said in state.classes() if said.value.value in resource.classes]
    if wanted is None:
        wanted = () if stated else (resource.target_class,)
        if not wanted:
            return set(), set()
    has = {said.value.value for said in stated}
    graph = rights.iris.graph(rights.dataset, rights.floor)
    removed = {
        (said.graph, RDF_TYPE, said.value)
        for said in stated
        if said.value.value not in wanted and rights.writes(said.graph)
    }
    return removed, {(graph, RDF_TYPE, Term("uri", one)) for one in wanted if one not in has}


def same(term: Term) -> tuple[str, Json, str, str]:
    """What two terms share that the facade writes alike: numbers of one value, texts of one language."""
    if term.kind == "uri":
        return "uri", term.value, "", ""
    value = native(term)
    if isinstance(value, Decimal):
        value = value.normalize()
    return "literal", value, term.datatype or "", (term.language or "").lower()


def _term(value: Term) -> str:
    if value.kind == "uri":
        return terms.iri(value.value)
    if value.language:
        return f"{terms.literal(value.value)}@{value.language}"
    return terms.literal(value.value, value.datatype)


def _not_yours(one: Property) -> WriteNotPermittedError:
    return WriteNotPermittedError(
        Text(
            f"Giá trị của «{one.key}» do bộ dữ liệu khác hoặc đồ thị bạn không được ghi khai báo.",
            f"“{one.key}” is stated by another data set, or in a graph that you may not write.",
        ),
        hint=Text(
            f"Để nguyên «{one.key}» như đã đọc; quyền của bạn: /access/explain.",
            f"Leave “{one.key}” as you have read it; what you may do: /access/explain.",
        ),
        place=Place(column=one.key),
    )
