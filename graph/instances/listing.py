"""All instances that a question is about, in its order."""

from collections.abc import Callable, Iterable

import numpy as np

from graph.columns.schema import RDF_TYPE, XSD
from graph.instances.arrays import NONE, Ids, among, ids
from graph.instances.comparing import fulfilling
from graph.instances.dictionary import Dictionary
from graph.instances.fields import Fields, Graphs
from graph.instances.question import Condition, Constant, Order, Question, Step, Validity

TYPE = Step(RDF_TYPE)
_LAST = np.iinfo(np.int64).max


class Listing:
    """Answers from the permitted graphs; what is found is kept, as the next page of a walk asks it again."""

    def __init__(self, fields: Fields, dictionary: Dictionary, permitted: Graphs) -> None:
        self._fields = fields
        self._dictionary = dictionary
        self._permitted = permitted

    def matching(self, question: Question) -> Ids:
        """The ids of all that match, sorted."""
        found = self._kept(
            (
                "matching",
                question.target_class,
                question.conditions,
                question.validity,
                question.succeeded_by,
            ),
            lambda: self._matching(question),
        )
        if question.among is None:
            return found
        named = (self._dictionary.resource(iri) for iri in question.among)
        return found[among(found, ids(sorted(one for one in named if one is not None)))]

    def ordered(self, question: Question) -> Ids:
        """The same in the order of the question."""
        found = self.matching(question)
        if not question.order:
            return found
        if question.among is not None:
            return self._sorted(found, question.order)
        return self._kept(
            ("ordered", question.order, *question._replace(order=(), after=None, limit=0, facets=())[2:6]),
            lambda: self._sorted(found, question.order),
        )

    def behind(self, question: Question) -> Ids:
        """The same behind the resource where the last page ended, whether that matches or not."""
        found = self.ordered(question)
        if question.after is None:
            return found
        last = self._dictionary.resource(question.after)
        if not question.order:
            before = self._dictionary.place(question.after) if last is None else last + 1
            return found[np.searchsorted(found, np.uint32(before)) :]
        if last is None:
            return NONE
        places = np.flatnonzero(found == last)
        if not len(places):
            found = self._sorted(np.union1d(found, ids([last])), question.order)
            places = np.flatnonzero(found == last)
        return found[places[0] + 1 :]

    def _kept(self, key: tuple[object, ...], make: Callable[[], Ids]) -> Ids:
        return self._fields.kept((*key, self._permitted), make)

    def _matching(self, question: Question) -> Ids:
        assert question.target_class is not None
        found = self._holding((TYPE,), Condition((TYPE,), "term", (Constant(question.target_class),)))
        if question.conditions:
            fulfilled = self._fulfilled(question.conditions, None if question.succeeded_by else found)
            if question.succeeded_by:
                fulfilled = self._succession(fulfilled, Step(question.succeeded_by))
            found = found[among(found, fulfilled)]
        return found if question.validity is None else self._valid(found, question.validity)

    def _fulfilled(self, conditions: Iterable[Condition], within: Ids | None) -> Ids:
        """The resources, those of `within` or any, for which all conditions hold."""
        for one in conditions:
            holding = self._holding(one.steps, one)
            if one.comparison == "presence" and one.constants[0].value == "false":
                every = self._everything() if within is None else within
                within = every[~among(every, holding)]
            else:
                within = holding if within is None else within[among(within, holding)]
        assert within is not None  # there is a condition
        return within

    def _holding(self, steps: tuple[Step, ...], condition: Condition) -> Ids:
        """The resources from which the steps lead to a value for which the condition holds."""

        def find() -> Ids:
            *inner, last = (self._fields.field(one, self._permitted) for one in steps)
            found = last.holding(fulfilling(condition, last.values, self._dictionary))
            for one in reversed(inner):
                found = one.holding(among(one.values, found))
            return found

        return self._kept(("holding", condition), find)

    def _everything(self) -> Ids:
        """What has a class."""
        return self._fields.field(TYPE, self._permitted).resources()

    def _succession(self, origins: Ids, step: Step) -> Ids:
        """The origins, and what they lead to or what leads to them by any number of steps."""
        found = origins
        for one in (step, Step(step.path, not step.inverse)):
            field, edge = self._fields.field(one, self._permitted), origins
            while len(edge):
                _, reached = field.of(edge)
                edge = np.setdiff1d(reached, found)
                found = np.union1d(found, edge)
        return found

    def _valid(self, found: Ids, validity: Validity) -> Ids:
        """Those that begin by the day, and have no last day or one that is not before it."""
        day = (Constant(validity.day, XSD + "date"),)
        first, last = Step(validity.first), Step(validity.last)
        begun = self._holding((first,), Condition((first,), "value", day, "<="))
        going_on = self._holding((last,), Condition((last,), "value", day, ">="))
        ending = self._fields.field(last, self._permitted).resources()
        return found[among(found, begun) & (among(found, going_on) | ~among(found, ending))]

    def _sorted(self, found: Ids, order: tuple[Order, ...]) -> Ids:
        keys = [self._keys(one, found) for one in order]
        return found[np.lexsort((found, *reversed(keys)))]

    def _keys(self, order: Order, resources: Ids) -> np.ndarray:
        """A number for each resource, smaller for what comes first."""
        places, values = self._fields.field(order.step, self._permitted).of(resources)
        if order.language is not None:
            spoken = self._dictionary.with_language(values, order.language)
            places, values = places[spoken], values[spoken]
        different, where = np.unique(values, return_inverse=True)
        ranks = (
            self._dictionary.value_ranks(different) if order.by_value else self._dictionary.ranks(different)
        )
        places, ranked = places[ranks[where] >= 0], ranks[where][ranks[where] >= 0]
        if order.descending:
            ranked = -ranked
        keys = np.full(len(resources), _LAST, dtype=np.int64)
        np.minimum.at(keys, places, ranked)
        return keys
