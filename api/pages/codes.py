"""A code list as it is printed: each code below the one that is above it (SKOS Reference §8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import SKOS, URIRef

from graph.vocabulary import Concept, Vocabulary

DEEPEST = 6
"""Levels that the style sheet indents."""


@dataclass(frozen=True, slots=True)
class Row:
    """`depth` is 1 for a code that none is above."""

    depth: int
    concept: Concept
    is_deprecated: bool


def rows(scheme: str, vocabulary: Vocabulary) -> list[Row]:
    """Every code of the list once, by notation on each level."""
    codes = {one.iri: one for one in vocabulary.scheme(scheme)}
    above = {iri: _above(iri, codes, vocabulary) for iri in codes}
    found = [*_below(None, above, codes, 1, vocabulary)]
    passed = {row.concept.iri for row in found}
    return [*found, *(_row(1, one, vocabulary) for one in codes.values() if one.iri not in passed)]


def _below(
    upper: str | None,
    above: dict[str, str | None],
    codes: dict[str, Concept],
    depth: int,
    vocabulary: Vocabulary,
) -> Iterator[Row]:
    for iri, one in codes.items():
        if above[iri] == upper:
            yield _row(min(depth, DEEPEST), one, vocabulary)
            yield from _below(iri, above, codes, depth + 1, vocabulary)


def _above(iri: str, codes: dict[str, Concept], vocabulary: Vocabulary) -> str | None:
    found = sorted(
        str(one) for one in vocabulary.graph.objects(URIRef(iri), SKOS.broader) if str(one) in codes
    )
    return found[0] if found else None


def _row(depth: int, concept: Concept, vocabulary: Vocabulary) -> Row:
    return Row(depth, concept, vocabulary.is_deprecated(concept.iri))
