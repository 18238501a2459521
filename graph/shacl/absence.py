"""References to what nobody has published are told apart from wrong ones.

An entity's IRI says its kind (`…/id/unit/…`). Where a value that should be an instance of a class is of a
kind of which no published data set describes any entity, the set that holds that kind is absent: the
reference cannot be judged, and whoever made it has nothing to mend.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import SH

from graph.columns.connection import attach, connected, spill_beside
from graph.shacl.report import Violation
from graph.stores.lines import Statements
from graph.text import Text

MESSAGE = Text(
    "Chưa kiểm tra được tham chiếu này: chưa bộ dữ liệu nào công bố thực thể thuộc loại của nó.",
    "This reference could not be checked: no published data set has any entity of its kind.",
)
_CLASS = str(SH.ClassConstraintComponent)
_DESCRIBED = """
SELECT k.kind FROM (SELECT unnest($kinds) AS kind) k WHERE EXISTS (
    SELECT 1 FROM version.terms t SEMI JOIN version.quads q ON q.s = t.id
    WHERE t.datatype IS NULL AND starts_with(t.value, k.kind))
"""


def told_apart(
    violations: Sequence[Violation], versions: Sequence[Path | Statements], ids: str
) -> list[Violation]:
    """The violations of sh:class by references to absent kinds become warnings that say so.

    `versions` are all data sets: columns files, or what was read from documents; `ids` is the beginning of
    every entity's IRI. Raises SourceError for a file that is not readable.
    """
    return told_by(violations, lambda kinds: _described(kinds, versions), ids)


def told_by(
    violations: Sequence[Violation], described: Callable[[set[str]], set[str]], ids: str
) -> list[Violation]:
    """As `told_apart`; `described` gives those of some kinds of which an entity is described."""
    kinds = {kind for one in violations if (kind := _kind(one, ids)) is not None}
    if not kinds:
        return list(violations)
    absent = kinds - described(kinds)

    def judged(one: Violation) -> Violation:
        if _kind(one, ids) not in absent:
            return one
        return replace(one, severity="warning", message=MESSAGE, is_absent=True)

    return list(map(judged, violations))


def _kind(violation: Violation, ids: str) -> str | None:
    """The beginning that the IRIs of all entities of the kind share, where the violation is a reference."""
    value = violation.value
    if violation.constraint != _CLASS or value is None or not value.startswith(ids):
        return None
    kind, slash, _ = value.removeprefix(ids).partition("/")
    return f"{ids}{kind}/" if slash else None


def _described(kinds: Iterable[str], versions: Sequence[Path | Statements]) -> set[str]:
    """Those of the kinds of which some version describes an entity."""
    wanted = set(kinds)
    found = {kind for one in versions if isinstance(one, Statements) for kind in one.described(wanted)}
    files = [one for one in versions if isinstance(one, Path)]
    if not files:
        return found
    with connected(spill=spill_beside(files[0]), memory_mb=256, threads=1) as connection:
        for path in files:
            if wanted <= found:
                break
            attach(connection, path, "version")
            rows = connection.execute(_DESCRIBED, {"kinds": sorted(wanted - found)}).fetchall()
            found |= {kind for (kind,) in rows}
            connection.execute("DETACH version")
    return found
