"""From what is said of an entity back to the files' columns: which references of the mapping say it.

Computed from the mapping and, behind views, from their lineage; nothing of it is written by hand.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from ingest import mapping, sources
from ingest.lineage import Lineage, Origin
from ingest.mapping.model import Constant, PredicateObjectMap, Reference, Template, TriplesMap

SHOWN = 3
"""Most columns that are named for one fault; a cell of an unpivoted table may come from any of dozens."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The mapping of one build, and where its relations came from (`locations`: name → path or connection);
    `data` is the folder of the source files."""

    rules: mapping.Mapping
    lineage: Lineage
    locations: dict[str, str]
    data: Path

    def name_of(self, relation: str) -> str:
        """The file or connection of a relation, below the data set's data folder."""
        location = self.locations.get(relation, relation)
        return location.removeprefix(f"{self.data.resolve()}/").removeprefix(f"{self.data}/")

    def files(self, relation: str) -> tuple[str, ...]:
        """The files whose rows the rows of `relation` are; itself where they are numbered anew."""
        return self.lineage.files_of(relation) or (relation,)

    def makers(self, focus: str, path: str | None) -> tuple[str, ...]:
        """The relations, and their files, from which the mapping says `path` of an entity like `focus`."""
        found = dict.fromkeys(one.source for one, _ in self._pairs(focus, path, None))
        return tuple(dict.fromkeys([*found, *(file for one in found for file in self.files(one))]))

    def columns(self, focus: str, path: str | None, relation: str | None) -> str | None:
        """The file's columns behind `path` of `focus`, those of `relation` first; of the entity's key where
        the path is none of the mapping's. Several are joined by a comma."""
        pairs = [*self._pairs(focus, path, relation), *self._pairs(focus, path, None)]
        for triples_map, pair in pairs:
            if shown := self._shown(triples_map, pair.objects):
                return shown
        return self.key(focus, relation)

    def key(self, focus: str, relation: str | None) -> str | None:
        """The columns that the entity's IRI is made of."""
        maps = list(self._maps(focus, relation)) or list(self._maps(focus, None))
        return next((shown for one in maps if (shown := self._shown(one, one.subject))), None)

    def _maps(self, focus: str, relation: str | None) -> Iterator[TriplesMap]:
        for one in self.rules.triples_maps:
            if relation in (None, one.source) and _makes(one, focus):
                yield one

    def _pairs(
        self, focus: str, path: str | None, relation: str | None
    ) -> Iterator[tuple[TriplesMap, PredicateObjectMap]]:
        wanted = set(steps(path))
        for one in self._maps(focus, relation):
            for pair in one.predicate_objects:
                if wanted & {predicate for predicate in map(_constant, pair.predicates) if predicate}:
                    yield one, pair

    def _shown(self, triples_map: TriplesMap, terms: Any) -> str | None:
        relation = triples_map.source
        names: dict[str, None] = {}
        for reference in _references(terms):
            origins = self.lineage.of(relation, reference.text) or (Origin(relation, reference.text),)
            names |= dict.fromkeys(_plain(one.column) for one in origins)
        listed = ", ".join(list(names)[:SHOWN])
        return f"{listed}, …" if len(names) > SHOWN else listed or None


def of(rules: mapping.Mapping, relations: Sequence[sources.Relation], *, folder: Path, data: Path) -> Trace:
    """The trace of a build whose `relations` were extracted; views are files of the data set's `folder`."""
    by_name = {one.name: one for one in relations}
    known = [one for one in rules.logical_sources if one.name in by_name]
    views = {
        one.name: (folder / one.path).read_text(encoding="utf-8").strip().rstrip(";")
        for one in known
        if one.format is sources.Format.VIEW
    }
    files = {one.name: by_name[one.name].columns for one in known if one.name not in views}
    return Trace(rules, Lineage(files, views), {one.name: one.location for one in relations}, data)


def steps(path: str | None) -> list[str]:
    """The IRIs of a path that is an IRI, or written as SPARQL writes it (`<…>/<…>`)."""
    if path is None:
        return []
    return re.findall(r"<([^<>]+)>", path) or [path]


def _makes(triples_map: TriplesMap, focus: str) -> bool:
    expression = triples_map.subject.expression
    if isinstance(expression, Template):
        parts = (".+" if isinstance(part, Reference) else re.escape(part) for part in expression.parts)
        return re.fullmatch("".join(parts), focus) is not None
    return not isinstance(expression, Constant) or expression.value == focus


def _constant(term_map: Any) -> str | None:
    expression = getattr(term_map, "expression", None)
    return expression.value if isinstance(expression, Constant) else None


def _references(value: Any) -> Iterable[Reference]:
    """All references below a value of the mapping's model."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _references(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _references(getattr(value, one.name))


def _plain(column: str) -> str:
    """A JSONPath into the object that an XML row becomes, as the XPath it stands for."""
    if found := re.fullmatch(r'\$\."([^"]+)"(\[\d+\])?', column):
        return found.group(1)
    return column
