"""Which source rows stand behind what a version says of entities that break a shape."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from graph.columns import Columns
from graph.shacl import Violation
from ingest import trace
from ingest.trace import Trace

_ROWS = """
SELECT DISTINCT s.value, p.value, o.value, sources.name, q.row
FROM quads q JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o
JOIN sources ON sources.id = q.source
WHERE s.datatype IS NULL AND s.value IN (SELECT unnest($subjects)) AND q.row IS NOT NULL
ORDER BY q.row"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate and object of an entity, and the relation and row that they came from."""

    path: str
    value: str
    relation: str
    row: int


@dataclass(frozen=True, slots=True)
class Found:
    """The relation and rows of a violation; `is_duplicate`: the rows say different things of one key."""

    relation: str | None
    rows: tuple[int, ...]
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version said of entities, before they were left out of it."""

    statements: dict[str, list[Statement]]

    @classmethod
    def read(cls, version: Path, entities: Iterable[str]) -> "Evidence":
        """All statements of these entities that have a source row."""
        found: dict[str, list[Statement]] = defaultdict(list)
        with Columns(version) as columns:
            given = {"subjects": sorted(entities)}
            for subject, *rest in columns.connection.execute(_ROWS, given).fetchall():
                found[subject].append(Statement(*rest))
        return cls(dict(found))

    def find(self, violation: Violation, where: Trace) -> Found:
        """The rows of the value that is wrong, else of the path, else those that would have said it."""
        known = self.statements.get(violation.focus, [])
        paths = set(trace.steps(violation.path))
        said = [one for one in known if one.path in paths]
        makers = where.makers(violation.focus, violation.path)
        for chosen in (
            [one for one in said if one.value == violation.value],
            said,
            [one for one in known if one.value == violation.value],
            [one for one in known if one.relation in makers],
            known,
        ):
            if chosen:
                return _found(chosen, violation, said)
        return Found(None, ())


def _found(chosen: list[Statement], violation: Violation, said: list[Statement]) -> Found:
    relation = chosen[0].relation
    rows = tuple(dict.fromkeys(one.row for one in chosen if one.relation == relation))
    too_many = violation.constraint.endswith(("MaxCountConstraintComponent", "UniqueLangConstraintComponent"))
    values = {one.value for one in said}
    return Found(relation, rows, is_duplicate=too_many and len(values) > 1 and len(rows) > 1)


_ROWS_OF = """
SELECT DISTINCT sources.name, q.row FROM quads q JOIN sources ON sources.id = q.source
JOIN terms s ON s.id = q.s
WHERE s.datatype IS NULL AND s.value IN (SELECT unnest($subjects)) AND q.row IS NOT NULL"""
_OBJECTS_OF = """
SELECT DISTINCT o.value FROM quads q JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p
JOIN terms o ON o.id = q.o
WHERE s.datatype IS NULL AND o.datatype IS NULL
  AND s.value IN (SELECT unnest($subjects)) AND p.value IN (SELECT unnest($paths))"""
_LEFT = """
SELECT DISTINCT sources.name, q.row FROM quads q JOIN sources ON sources.id = q.source
WHERE q.row IN (SELECT unnest($rows))"""


def rows_of(version: Path, entities: Collection[str], where: Trace) -> set[tuple[str, int]]:
    """The files (as relations) and rows from which a version says something of these entities."""
    with Columns(version) as columns:
        found = columns.connection.execute(_ROWS_OF, {"subjects": list(entities)}).fetchall()
    return {(file, row) for relation, row in found for file in _file(relation, where)}


def objects_of(version: Path, entities: Collection[str], paths: Collection[str]) -> set[str]:
    """What these entities point to by one of `paths`."""
    given = {"subjects": list(entities), "paths": list(paths)}
    with Columns(version) as columns:
        found = columns.connection.execute(_OBJECTS_OF, given).fetchall()
    return {value for (value,) in found}


def rows_left(version: Path, rows: Collection[int], where: Trace) -> set[tuple[str, int]]:
    """Those files (as relations) and rows with these numbers that a version still says something of."""
    with Columns(version) as columns:
        found = columns.connection.execute(_LEFT, {"rows": list(rows)}).fetchall()
    return {(file, row) for relation, row in found for file in _file(relation, where)}


def _file(relation: str, where: Trace) -> tuple[str, ...]:
    """The file of a relation, where it is one alone."""
    files = where.files(relation)
    return files if len(files) == 1 else ()
