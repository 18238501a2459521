"""Once only: which papers of a procedure a person need not hand in, because the state holds what they say.

A type of paper names the data set that holds what it says (`service:obtainableFrom`). Such a data set saves
the person the paper where it says something of this person; who asks must be allowed to read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.reader import Reader, Row
from graph.access import dataset_of
from graph.iris import Iris
from graph.resources import ResourceTypes
from graph.sparql import terms
from graph.sparql.results import Term
from graph.stores.manifest import DatasetEntry


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that a procedure asks for. `held_by`: the data sets that know of the person what it says."""

    evidence: str
    labels: tuple[Term, ...]
    is_mandatory: bool
    held_by: tuple[str, ...]


async def papers(reader: Reader, procedure: str, person: str, iris: Iris) -> list[Paper]:
    """What the procedure asks for, in the order of IRIs; empty for a procedure that there is not."""
    asked = await reader.rows(_requirements(procedure, iris))
    if not asked:
        return []
    knowing = await _knowing(reader, person)
    by_type: dict[str, list[Row]] = {}
    for row in asked:
        by_type.setdefault(row["type"].value, []).append(row)
    return [_paper(evidence, rows, knowing, iris) for evidence, rows in sorted(by_type.items())]


async def is_person(reader: Reader, person: str, types: ResourceTypes) -> bool:
    """Whether the caller may see that there is such a person."""
    target = types.collections["persons"].target_class
    return bool(
        await reader.rows(f"SELECT ?is WHERE {{ BIND(1 AS ?is) {terms.iri(person)} a {terms.iri(target)} }}")
    )


def issued(name: str, datasets: Mapping[str, DatasetEntry]) -> datetime | None:
    """When the version of a data set that is published now was made: its name begins with that."""
    entry = datasets.get(name)
    return datetime.strptime(f"{entry.version[:15]}+0000", "%Y%m%dT%H%M%S%z") if entry else None


async def _knowing(reader: Reader, person: str) -> frozenset[str]:
    """The data sets that say something of a person, as subject or as object."""
    iri = terms.iri(person)
    rows = await reader.rows(
        "SELECT DISTINCT ?graph WHERE { GRAPH ?graph "
        f"{{ {{ {iri} ?path ?value }} UNION {{ ?other ?path {iri} }} }} }}"
    )
    return frozenset(dataset_of(row["graph"].value) for row in rows)


def _requirements(procedure: str, iris: Iris) -> str:
    requires, kind, mandatory, source = (
        terms.iri(iris.ontology("service", term))
        for term in ("requiresEvidence", "evidenceType", "isMandatory", "obtainableFrom")
    )
    label = terms.iri("http://www.w3.org/2000/01/rdf-schema#label")
    return (
        f"SELECT DISTINCT ?type ?mandatory ?source ?label WHERE {{ {terms.iri(procedure)} {requires} ?paper ."
        f" ?paper {kind} ?type . OPTIONAL {{ ?paper {mandatory} ?mandatory }}"
        f" OPTIONAL {{ ?type {source} ?source }} OPTIONAL {{ ?type {label} ?label }} }}"
    )


def _paper(evidence: str, rows: Sequence[Row], knowing: Iterable[str], iris: Iris) -> Paper:
    sources = {row["source"].value for row in rows if "source" in row}
    return Paper(
        evidence,
        tuple(dict.fromkeys(row["label"] for row in rows if "label" in row)),
        any(row["mandatory"].value in ("true", "1") for row in rows if "mandatory" in row),
        tuple(sorted(name for name in knowing if iris.dataset(name) in sources)),
    )
