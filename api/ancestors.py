"""What is above an entity, by any property that leads from one entity to another of its kind."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from rdflib import RDFS

from api.reader import Reader
from graph.sparql import terms
from graph.sparql.results import Term

Ancestor = tuple[str, tuple[Term, ...]]


async def ancestors(
    reader: Reader, iri: str, stated: Iterable[tuple[str, Term]]
) -> Mapping[str, tuple[Ancestor, ...]]:
    """By property, what is above the value that the entity has for it, nearest first, with labels.

    Properties with two values are left out, and so are values of another kind: one query at most, none for
    an entity that points to no other of its kind.
    """
    values = Counter(path for path, _ in stated)
    kind = _kind(iri)
    paths = sorted(path for path, value in stated if values[path] == 1 and _kind(value.value) == kind)
    if not kind or not paths:
        return {}
    parts = (
        f"{{ {terms.iri(iri)} {terms.iri(path)}+ ?lower . ?lower {terms.iri(path)} ?upper "
        f"BIND({terms.iri(path)} AS ?property) }}"
        for path in paths
    )
    rows = await reader.rows(
        f"SELECT DISTINCT ?property ?lower ?upper ?label WHERE {{ {' UNION '.join(parts)} "
        f"OPTIONAL {{ ?upper {terms.iri(str(RDFS.label))} ?label }} }}"
    )
    upper: dict[tuple[str, str], dict[str, set[Term]]] = defaultdict(dict)
    for row in rows:
        found = upper[row["property"].value, row["lower"].value].setdefault(row["upper"].value, set())
        found.update([row["label"]] if "label" in row else [])
    return {path: tuple(_chain(value.value, path, upper)) for path, value in stated if path in paths}


def _chain(
    start: str, path: str, upper: Mapping[tuple[str, str], Mapping[str, set[Term]]]
) -> Iterable[Ancestor]:
    """Up from `start`, until there are none or several, or the way leads back."""
    seen = {start}
    while len(above := upper.get((path, start), {})) == 1:
        ((start, labels),) = above.items()
        if start in seen:
            return
        seen.add(start)
        yield start, tuple(sorted(labels, key=lambda one: (one.value, one.language or "")))


def _kind(iri: str) -> str:
    """`…/id/unit/` of `…/id/unit/2025-07-01/00004`; empty for what is no entity."""
    before, mark, rest = iri.partition("/id/")
    return f"{before}{mark}{rest.partition('/')[0]}" if mark else ""
