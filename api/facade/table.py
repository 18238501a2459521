"""Resources as rows (RFC 4180): a column for each key, and for texts one for each language.

Codes are their notation, links their IRI; several values stand in one cell, parted by `|`. Exports of whole
collections have the same columns.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from api.facade.entities import Entity
from api.negotiation import SPOKEN
from graph import labels
from graph.resources import Property
from graph.sparql.results import Term
from graph.vocabulary import Vocabulary

PART = "|"


def columns(properties: Sequence[Property]) -> list[str]:
    names = ["id"]
    for one in properties:
        names += [f"{one.key}.{language}" for language in SPOKEN] if one.kind == "langString" else [one.key]
    return names


def write(entities: Iterable[Entity], properties: Sequence[Property], vocabulary: Vocabulary) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns(properties))
    for entity in entities:
        writer.writerow([entity.iri, *_cells(entity, properties, vocabulary)])
    return out.getvalue()


def _cells(entity: Entity, properties: Sequence[Property], vocabulary: Vocabulary) -> Iterator[str]:
    for one in properties:
        values = entity.values.get((one.path, one.inverse), [])
        if one.kind == "langString":
            for language in SPOKEN:
                yield PART.join(value.value for value in values if (value.language or "").lower() == language)
        else:
            yield PART.join(_cell(one, value, vocabulary) for value in values)


def _cell(one: Property, value: Term, vocabulary: Vocabulary) -> str:
    if one.kind != "code":
        return value.value
    concept = vocabulary.concepts.get(value.value)
    return concept.notation if concept else labels.local_name(value.value)
