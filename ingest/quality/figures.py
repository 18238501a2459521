"""The metrics of each dimension, from counts: pure functions.

How each is counted is said in the ontology (`modules/quality.ttl`) and, for stewards, in
`docs/data-stewards.md`. `left_out` are always those of whose faults the data set's own readers may know.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from graph import quality as metrics
from graph.quality import PLACES, Measurement, share
from ingest.quality.counting import Signature
from ingest.quality.expectations import Expectations, is_across
from ingest.quality.left_out import LeftOut


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of entities (`<ids><kind>/…`) that the version itself describes, and that others do."""

    ids: str
    own: Collection[str]
    elsewhere: Collection[str]

    def of(self, entity: str) -> str:
        return entity.removeprefix(self.ids).split("/")[0]

    def is_own(self, kind: str) -> bool:
        """Whether the version alone has such entities: a reference to one is within the data set."""
        return kind in self.own and kind not in self.elsewhere


def completeness(
    expected: Expectations,
    entities: Mapping[Signature, int],
    filled: Mapping[tuple[Signature, str], int],
    left_out: Iterable[LeftOut],
) -> list[Measurement]:
    """Of the cells (entity, field), those with a value: required ones, optional ones."""
    part, whole = {True: 0, False: 0}, {True: 0, False: 0}
    for signature, number in entities.items():
        for path, is_required in expected.expected(signature).items():
            whole[is_required] += number
            part[is_required] += filled.get((signature, path), 0)
    for one in left_out:
        for path, is_required in expected.expected(one.classes).items():
            whole[is_required] += 1
            part[is_required] += path in one.paths
    return [
        *share(metrics.REQUIRED, part[True], whole[True]),
        *share(metrics.OPTIONAL, part[False], whole[False]),
    ]


def uniqueness(
    entities: Mapping[Signature, int], sharing: int, left_out: Sequence[LeftOut]
) -> list[Measurement]:
    """Of the entities, those that share no key (`sharing` do) and were not entered twice."""
    with_class = [one for one in left_out if one.classes]
    whole = sum(entities.values()) + len(with_class)
    return share(metrics.UNIQUE, whole - sharing - sum(one.is_duplicate for one in with_class), whole)


def validity(focus_nodes: int, left_out: Sequence[LeftOut]) -> list[Measurement]:
    """Of the focus nodes, those that are published: no published one has a violation."""
    return share(metrics.VALID, focus_nodes, focus_nodes + len(left_out))


def consistency(focus_nodes: int, contradicting: int, left_out: Sequence[LeftOut]) -> list[Measurement]:
    """Of the focus nodes, those without a result of a constraint across fields or entities: `contradicting`
    published ones have a result milder than a violation."""
    faulty = contradicting + sum(any(map(is_across, one.faults)) for one in left_out)
    whole = focus_nodes + len(left_out)
    return share(metrics.CONSISTENT, whole - faulty, whole)


def timeliness(days: Iterable[date | None], published: date, period: int | None) -> list[Measurement]:
    """Days from the latest of `days` that is not after the publication to it, and the same in periods of so
    many days."""
    known = [day for day in days if day is not None and day <= published]
    if not known:
        return []
    age = (published - max(known)).days
    found = [Measurement(metrics.AGE, age)]
    if period:
        found.append(Measurement(metrics.PERIODS, (Decimal(age) / period).quantize(PLACES)))
    return found


def linkage(
    references: Mapping[str, int],
    described: Collection[str],
    kinds: Kinds,
    left_out: Iterable[LeftOut],
) -> list[Measurement]:
    """Of the references to entities elsewhere (each with how many lead to it), those that lead to one of the
    `described`; those that do not for want of any entity of that kind."""
    whole, dangling, absent = 0, 0, 0
    for entity, number in references.items():
        kind = kinds.of(entity)
        if entity in described or not kinds.is_own(kind):
            whole += number
        if entity not in described and not kinds.is_own(kind):
            dangling += number
            absent += number if kind not in kinds.elsewhere else 0
    for one in left_out:
        total = sum(one.paths.values())
        refused = [fault.refused for fault in one.faults if fault.refused is not None][:total]
        beyond = [kind for kind in refused if not kinds.is_own(kind)]
        whole += total - len(refused) + len(beyond)
        dangling += len(beyond)
        absent += sum(kind not in kinds.elsewhere for kind in beyond)
    return [*share(metrics.RESOLVED, whole - dangling, whole), *share(metrics.ABSENT, absent, whole)]
