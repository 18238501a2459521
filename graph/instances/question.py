"""What is asked of the instances of a class, as values that cross to the process that answers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

Comparison = Literal["term", "value", "text", "pattern", "presence"]
Sign = Literal["=", ">=", ">", "<=", "<"]


class Step(NamedTuple):
    """From a resource to the values of a predicate, or, `inverse`, to whose value the resource is."""

    path: str
    inverse: bool = False


class Constant(NamedTuple):
    """A term to compare with; an IRI has no datatype."""

    value: str
    datatype: str | None = None


class Condition(NamedTuple):
    """What the values at the end of `steps` must be: any of them, compared with any of the `constants`.

    `comparison`: the same term; a value that stands in the relation `sign` (`1.50` is `1.5`; XML Schema 1.1
    Part 2 §2.2); the same text in whatever language; a text in which a regular expression (RE2, case does not
    matter) is found; or that there is a value at all (constant `true`) or none.
    """

    steps: tuple[Step, ...]
    comparison: Comparison
    constants: tuple[Constant, ...]
    sign: Sign = "="


class Order(NamedTuple):
    """A key of the order: by value, or by text (by code point), of one `language` where one is named. What
    has no value comes last either way; of several the one counts that comes first."""

    step: Step
    by_value: bool = False
    language: str | None = None
    descending: bool = False


class Validity(NamedTuple):
    """Only what is valid on a day: `first` and `last` day are values of these predicates."""

    day: str
    first: str
    last: str


class Telling(NamedTuple):
    """What is told of each resource: the values of `steps`, and the labels of the values of those that are
    `labelled` (places in `steps`)."""

    steps: tuple[Step, ...]
    labelled: tuple[int, ...] = ()


class Question(NamedTuple):
    """A page: `limit` of the instances of `target_class` that all `conditions` hold for, behind the resource
    `after`; ties in the order are broken by IRI. `among`: only of these. `succeeded_by`: with what succeeded
    or was succeeded by what the conditions hold for, by this predicate. `facets`: of all that match, how many
    have each value, `most_values` of them.

    Or, without a class, the resources `subjects`. `included`: what is told of the resources that the values
    of some steps are, by the place of the step. `is_whole`: no page, but the IRIs of all that match.
    """

    telling: Telling
    subjects: tuple[str, ...] = ()
    target_class: str | None = None
    conditions: tuple[Condition, ...] = ()
    validity: Validity | None = None
    succeeded_by: str | None = None
    among: tuple[str, ...] | None = None
    order: tuple[Order, ...] = ()
    after: str | None = None
    limit: int = 0
    is_counted: bool = False
    facets: tuple[Step, ...] = ()
    most_values: int = 0
    included: Mapping[int, Telling] = {}
    is_whole: bool = False

    def dumps(self) -> str:
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> "Question":
        told: list[Any] = json.loads(text)
        asked = cls(*told)
        return asked._replace(
            telling=_telling(asked.telling),
            subjects=tuple(asked.subjects),
            among=None if asked.among is None else tuple(asked.among),
            conditions=tuple(_condition(one) for one in asked.conditions),
            validity=Validity(*asked.validity) if asked.validity else None,
            order=tuple(_order(*one) for one in asked.order),
            facets=tuple(Step(*one) for one in asked.facets),
            included={int(place): _telling(one) for place, one in asked.included.items()},
        )


def _telling(told: Sequence[Any]) -> Telling:
    steps, labelled = told
    return Telling(tuple(Step(*one) for one in steps), tuple(labelled))


def _order(step: Sequence[Any], *rest: Any) -> Order:
    return Order(Step(*step), *rest)


def _condition(told: Sequence[Any]) -> Condition:
    steps, comparison, constants, sign = told
    return Condition(
        tuple(Step(*one) for one in steps), comparison, tuple(Constant(*one) for one in constants), sign
    )
