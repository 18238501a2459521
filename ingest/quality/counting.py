"""Counts over the columns of one version, in the one named graph that has the data set's own class of access.

Planned as SQL text by pure functions; `Counts` runs them. Entities are counted by their set of classes
(`signature`), so that what is expected of each is worked out once for each set and not once for each entity.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from rdflib import RDF, XSD

from graph.columns import Columns

Signature = frozenset[str]

_ID = "(SELECT id FROM terms WHERE value = {} AND datatype IS NULL)"
ENTITIES = f"""
CREATE TEMP TABLE entity AS
  SELECT s, array_to_string(list_sort(list(DISTINCT o)), ' ') AS signature FROM quads
  WHERE p = {_ID.format("$type")} AND g = {_ID.format("$graph")}
    AND o IN (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($classes)))
  GROUP BY s"""
"""Instances of targeted classes; a signature is the ids of its classes."""

SIGNATURES = """
SELECT signature, n, list(terms.value) FROM (
  SELECT signature, n, unnest(string_split(signature, ' '))::UINTEGER AS class
  FROM (SELECT signature, count(*) AS n FROM entity GROUP BY signature)) member
JOIN terms ON terms.id = member.class GROUP BY signature, n ORDER BY signature"""

FILLED = f"""
WITH single AS (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($single))),
     empty AS (SELECT id FROM terms WHERE datatype IS NOT NULL AND trim(value) = ''),
     said AS (SELECT entity.signature, q.s, q.p FROM quads q JOIN entity ON entity.s = q.s
              WHERE q.g = {_ID.format("$graph")} AND q.o NOT IN (FROM empty))
SELECT signature, terms.value, n FROM (
  SELECT signature, p, count(*) AS n FROM said WHERE p IN (FROM single) GROUP BY ALL
  UNION ALL
  SELECT signature, p, count(DISTINCT s) FROM said WHERE p NOT IN (FROM single) GROUP BY ALL) counted
JOIN terms ON terms.id = counted.p"""
"""A text without a character is no value. To tell subjects apart costs most, and is needless where shapes let
them have one value."""

FOCUS_NODES = f"""
SELECT count(*) FROM (
  SELECT s FROM entity
  UNION SELECT s FROM quads WHERE g = {_ID.format("$graph")} AND p IN
    (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($subjects_of)))
  UNION SELECT o FROM quads WHERE g = {_ID.format("$graph")} AND p IN
    (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($objects_of))))"""

CLASSES_OF = f"""
SELECT s.value, list(o.value) FROM quads q JOIN terms s ON s.id = q.s JOIN terms o ON o.id = q.o
WHERE s.datatype IS NULL AND s.value IN (SELECT unnest($entities))
  AND q.p = {_ID.format("$type")} AND q.g = {_ID.format("$graph")}
GROUP BY s.value"""

NEWEST = f"""
SELECT max(instant) FROM terms
WHERE datatype IN ('{XSD.date}', '{XSD.dateTime}') AND instant < $before
  AND id IN (SELECT o FROM quads WHERE g = {_ID.format("$graph")})"""

KINDS = f"""
SELECT DISTINCT split_part(substr(value, length($ids) + 1), '/', 1) FROM terms
WHERE datatype IS NULL AND starts_with(value, $ids)
  AND id IN (SELECT s FROM quads WHERE g = {_ID.format("$graph")})"""
"""The kinds (`id/<kind>/…`) of the entities that are described."""

REFERENCES = f"""
SELECT o.value, count(*) FROM quads q JOIN terms o ON o.id = q.o
WHERE q.g = {_ID.format("$graph")} AND o.datatype IS NULL AND starts_with(o.value, $ids)
  AND q.o NOT IN (SELECT s FROM quads)
GROUP BY o.value"""
"""References to entities that the version does not describe, in whatever graph of it."""


def sharing(key: Collection[str]) -> str:
    """SQL of the entities that have the same values of all predicates of `key` ($path0, $path1, …) as another
    entity of the same signatures ($signatures). Of a predicate with several values the first counts."""
    values = [
        f"min(q.o) FILTER (q.p = {_ID.format(f'$path{number}')}) AS v{number}" for number in range(len(key))
    ]
    names = ", ".join(f"v{number}" for number in range(len(key)))
    paths = ", ".join(f"$path{number}" for number in range(len(key)))
    present = " AND ".join(f"v{number} IS NOT NULL" for number in range(len(key)))
    return f"""
SELECT s FROM (
  SELECT q.s, {", ".join(values)} FROM quads q JOIN entity ON entity.s = q.s
  WHERE list_contains($signatures, entity.signature) AND q.g = {_ID.format("$graph")}
    AND q.p IN (SELECT id FROM terms WHERE datatype IS NULL AND value IN ({paths}))
  GROUP BY q.s)
WHERE {present} QUALIFY count(*) OVER (PARTITION BY {names}) > 1"""


class Counts:
    """The counts of one version; the temporary table of its entities is made first. Raises SourceError for a
    file that is not readable."""

    def __init__(self, columns: Columns, graph: str, ids: str, classes: Collection[str]) -> None:
        self._connection = columns.connection
        self._graph, self._ids = graph, ids
        self._rows(ENTITIES, type=str(RDF.type), graph=graph, classes=sorted(classes))
        found = self._rows(SIGNATURES)
        self._signatures = {text: frozenset[str](classes) for text, _, classes in found}
        self.entities: dict[Signature, int] = {self._signatures[text]: n for text, n, _ in found}
        """How many entities have this set of classes."""

    def filled(self, single: Collection[str]) -> dict[tuple[Signature, str], int]:
        """How many entities of a signature have a value of a predicate; of `single` none has two."""
        rows = self._rows(FILLED, graph=self._graph, single=sorted(single))
        return {(self._signatures[text], path): n for text, path, n in rows}

    def focus_nodes(self, subjects_of: Iterable[str], objects_of: Iterable[str]) -> int:
        given = {"subjects_of": sorted(subjects_of), "objects_of": sorted(objects_of)}
        return int(self._rows(FOCUS_NODES, graph=self._graph, **given)[0][0])

    def sharing_a_key(self, keys: Mapping[tuple[str, ...], Collection[Signature]]) -> int:
        """How many entities do not have one of their keys to themselves."""
        shared: set[int] = set()
        for key, signatures in keys.items():
            texts = [text for text, one in self._signatures.items() if one in signatures]
            paths = {f"path{number}": path for number, path in enumerate(key)}
            rows = self._rows(sharing(key), graph=self._graph, signatures=texts, **paths)
            shared.update(s for (s,) in rows)
        return len(shared)

    def classes_of(self, entities: Iterable[str]) -> dict[str, frozenset[str]]:
        rows = self._rows(CLASSES_OF, entities=sorted(entities), type=str(RDF.type), graph=self._graph)
        return {entity: frozenset(classes) for entity, classes in rows}

    def newest(self, before: datetime) -> date | None:
        """The latest day that a literal of the graph names, earlier than `before` (UTC)."""
        found = self._rows(NEWEST, graph=self._graph, before=before.replace(tzinfo=None))[0][0]
        return None if found is None else found.date()

    def references(self) -> dict[str, int]:
        """How many references lead to each entity that the version does not describe."""
        return dict(self._rows(REFERENCES, graph=self._graph, ids=self._ids))

    def kinds(self) -> set[str]:
        """The kinds (`id/<kind>/…`) of the version's own entities."""
        return {kind for (kind,) in self._rows(KINDS, graph=self._graph, ids=self._ids)}

    def _rows(self, sql: str, **given: Any) -> list[Any]:
        return self._connection.execute(sql, given).fetchall()
