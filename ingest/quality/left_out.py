"""What quarantine took out of a version, as far as the measures of its quality need it: `left_out.json`.

Of an entity only what it was and which of its properties had a value; no value of it stays. Of fields that
are more restricted than the data set itself nothing is noted: a measure tells nothing of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from rdflib import RDF

from graph.access import class_of
from graph.columns import Columns
from graph.shacl import Violation

FILE = "left_out.json"
CLASS = "ClassConstraintComponent"
TOO_MANY = ("MaxCountConstraintComponent", "UniqueLangConstraintComponent")


@dataclass(frozen=True, slots=True)
class Fault:
    """A result of severity violation. `path` is written as in `graph.shacl.Violation`; `refused` is the kind
    (`id/<kind>/…`) of an entity that is not there or not of the class asked for."""

    shape: str
    path: str | None
    constraint: str
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entity in quarantine. `paths` are the predicates it had a value of, each with the number of its
    references to entities that the version does not describe. `is_duplicate`: several source rows gave one
    of its properties more values than it may have."""

    entity: str
    classes: tuple[str, ...]
    paths: Mapping[str, int]
    faults: tuple[Fault, ...]
    is_duplicate: bool


_SAID = """
WITH subject AS (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($entities))),
     described AS (SELECT DISTINCT s FROM quads)
SELECT s.value, p.value, list(o.value) FILTER (p.value = $type),
  count(*) FILTER (o.datatype IS NULL AND starts_with(o.value, $ids) AND q.o NOT IN (FROM described)),
  count(DISTINCT (q.source, q.row)), bool_or(o.datatype IS NULL OR trim(o.value) <> '')
FROM quads q JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p
JOIN terms o ON o.id = q.o JOIN terms g ON g.id = q.g
WHERE q.s IN (FROM subject) AND g.value = $graph
GROUP BY s.value, p.value ORDER BY s.value, p.value"""
_KEPT = TypeAdapter(tuple[LeftOut, ...])


def of(version: Path, violations: Sequence[Violation], access: str) -> tuple[LeftOut, ...]:
    """The focus nodes of `violations`, as `version` describes them in its named graph of this class of access
    before they are left out of it."""
    faults: dict[str, list[Violation]] = defaultdict(list)
    for one in violations:
        faults[one.focus].append(one)
    classes: dict[str, tuple[str, ...]] = {}
    paths: dict[str, dict[str, int]] = defaultdict(dict)
    rows: dict[tuple[str, str | None], int] = {}
    with Columns(version) as columns:
        graph = next((one for one in columns.statistics().graphs if class_of(one) == access), "")
        ids = f"{graph.rpartition('graph/')[0]}id/"
        given = {"entities": sorted(faults), "type": str(RDF.type), "graph": graph, "ids": ids}
        said = columns.connection.execute(_SAID, given).fetchall()
    for entity, path, types, references, several, is_filled in said:
        if types:
            classes[entity] = tuple(sorted(types))
        elif is_filled:
            paths[entity][path] = references
        rows[entity, path] = several
    return tuple(
        LeftOut(
            entity,
            classes.get(entity, ()),
            paths[entity],
            tuple(dict.fromkeys(_fault(one, ids) for one in found)),
            any(one.constraint.endswith(TOO_MANY) and rows.get((entity, one.path), 0) > 1 for one in found),
        )
        for entity, found in sorted(faults.items())
    )


def united(new: Iterable[LeftOut], before: Path | None, quarantined: Collection[str]) -> Iterator[LeftOut]:
    """The `new` ones, and of those that the version `before` had left out the ones still in quarantine."""
    known = {one.entity: one for one in read(before)} if before is not None else {}
    known |= {one.entity: one for one in new}
    yield from (known[entity] for entity in sorted(quarantined) if entity in known)


def write(folder: Path, found: Iterable[LeftOut]) -> None:
    (folder / FILE).write_bytes(_KEPT.dump_json(tuple(found)))


def read(folder: Path) -> tuple[LeftOut, ...]:
    """Those of a version; none where it keeps no record of them."""
    path = folder / FILE
    return _KEPT.validate_json(path.read_bytes()) if path.is_file() else ()


def _fault(violation: Violation, ids: str) -> Fault:
    value = violation.value or ""
    refers = violation.constraint.endswith(CLASS) and value.startswith(ids)
    refused = value.removeprefix(ids).split("/")[0] if refers else None
    return Fault(violation.shape, violation.path, violation.constraint, refused)
