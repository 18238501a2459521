"""Answers questions about instances from one file of columns."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from graph.columns import Columns
from graph.instances.arrays import Ids, ids
from graph.instances.dictionary import Dictionary
from graph.instances.fields import Fields, Graphs
from graph.instances.listing import TYPE, Listing
from graph.instances.question import Question, Step, Telling

LABEL = Step("http://www.w3.org/2000/01/rdf-schema#label")


class Answering:
    """One file of columns, its dictionary in memory."""

    def __init__(self, columns: Columns) -> None:
        self._dictionary = Dictionary(columns)
        self._fields = Fields(columns, self._dictionary)
        self._permitted = lru_cache(maxsize=256)(self._graphs)

    def answer(self, question: Question, graphs: tuple[str, ...]) -> dict[str, Any]:
        """What may be read in these graphs, and nothing else; see `graph.sparql.instances` for its form."""
        permitted = self._permitted(graphs)
        if question.target_class is None:
            named = (self._dictionary.resource(iri) for iri in question.subjects)
            subjects = ids([one for one in named if one is not None])
            return _Told(self._dictionary, self._fields, permitted).of(subjects, question)
        listing = Listing(self._fields, self._dictionary, permitted)
        if question.is_whole:
            return {"iris": self._dictionary.iris(listing.matching(question))}
        found = listing.behind(question)
        told = _Told(self._dictionary, self._fields, permitted)
        counted = [
            told.counts(listing.matching(question), one, question.most_values) for one in question.facets
        ]
        answer = told.of(found[: question.limit], question)
        answer["more"] = len(found) > question.limit
        if question.is_counted:
            answer["total"] = len(listing.matching(question))
        return answer | {"facets": counted}

    def _graphs(self, graphs: tuple[str, ...]) -> Graphs:
        found = (self._dictionary.resource(graph) for graph in graphs)
        return frozenset(one for one in found if one is not None)


class _Told:
    """Terms are told once each; resources, values and labels name them by their place."""

    def __init__(self, dictionary: Dictionary, fields: Fields, permitted: Graphs) -> None:
        self._dictionary = dictionary
        self._fields = fields
        self._permitted = permitted
        self._places: dict[int, int] = {}

    def of(self, resources: Ids, question: Question) -> dict[str, Any]:
        items, values = self._items(resources, question.telling)
        included = {
            place: self._items(_different(values[place]), telling)[0]
            for place, telling in question.included.items()
        }
        terms = self._dictionary.told(ids([*self._places]))
        return {"terms": terms, "items": items, "included": included}

    def counts(self, matching: Ids, step: Step, most: int) -> list[tuple[int, int]]:
        """The most frequent values of a field, and how many have them; equally frequent ones in order."""
        _, values = self._fields.field(step, self._permitted).of(matching)
        different, counts = np.unique(values, return_counts=True)
        first = np.argsort(-counts, kind="stable")[:most]
        pairs = zip(different[first].tolist(), counts[first].tolist(), strict=True)
        return [(self._place(value), count) for value, count in pairs]

    def _items(self, resources: Ids, telling: Telling) -> tuple[dict[str, Any], list[Ids]]:
        """For each resource its values by the place of the step (0: its classes), and their labels."""
        rows: list[list[Any]] = [[self._place(one), {}] for one in resources.tolist()]
        read: list[Ids] = []
        for number, step in enumerate((TYPE, *telling.steps)):
            field = self._fields.field(step, self._permitted)
            places, values = field.of(resources)
            read.append(values)
            for place, value in zip(places.tolist(), values.tolist(), strict=True):
                rows[place][1].setdefault(number, []).append(self._place(value))
        read = read[1:]
        return {"rows": rows, "labels": self._labels(read[place] for place in telling.labelled)}, read

    def _labels(self, values: Iterable[Ids]) -> list[tuple[int, int]]:
        linked = _different(*values)
        places, labels = self._fields.field(LABEL, self._permitted).of(linked)
        pairs = zip(linked[places].tolist(), labels.tolist(), strict=True)
        return [(self._place(resource), self._place(label)) for resource, label in pairs]

    def _place(self, identity: int) -> int:
        return self._places.setdefault(identity, len(self._places))


def _different(*values: Ids) -> Ids:
    return np.unique(np.concatenate(values)) if values else ids([])


def written(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
