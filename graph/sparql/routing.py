"""Which engine is asked first, and when the other: pure decisions from what is known of a query's shape."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Literal

from graph.sparql.wire import Exact

EngineName = Literal["oxigraph", "columns", "server"]

HEAD_START = 0.01
"""Seconds: Oxigraph answers a look-up in so much, with its way there and back; what takes longer may be
faster over columns."""
_ENDING = 0.05
"""Seconds that columns which won before are waited for at least: to stop Oxigraph is to end its process, and
to start one takes twice as long. At load each answer of columns would cost that."""
_PATIENCE = 3.0
"""How many times the seconds that an engine took before are waited for it before the other is asked too."""
_LEAST_SECONDS = 1.0
_SLOW, _RACES = 0.02, 3
"""An engine that took so many seconds has to win so often: the first times columns are not in memory yet, nor
planned, as whoever loses is stopped."""
_TRIED_FROM, _TRIED_AFTER, TRIALS = 0.003, 2, 2
"""Seconds that Oxigraph has to take, and answers that it has to give, for columns to be tried beside it: a
known query of theirs takes some two milliseconds. How often that is begun: one may not end in time."""
_BETTER = 0.9
"""Part of the seconds of the other that an engine has to take less than to be preferred without a race."""
_SHAPES = 5_000


@dataclass(frozen=True, slots=True)
class Route:
    """`first` is asked at once, `second` (if any) beside it when there is no answer after `delay` seconds.

    `falls_back`: Oxigraph is asked where `first` finds that it cannot answer after all.
    """

    first: EngineName
    second: EngineName | None = None
    delay: float = 0.0
    falls_back: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a shape: who may answer (None: not asked yet), who won last, in how many seconds.

    `races`: how often both were asked; `answers`: how many were given. `trials`: how often columns were
    asked when nobody waited, so that they had learnt what they need; `TRIALS` where nothing is left to find
    out. `is_rewritten`: whether Oxigraph is asked another text, as it was too slow with this one (None: it
    was not).
    """

    exact: Exact | None = None
    winner: EngineName | None = None
    seconds: float = 0.0
    races: int = 0
    answers: int = 0
    trials: int = 0
    is_rewritten: bool | None = None


def patience(seconds: float) -> float:
    """How many seconds one engine is waited for when the memory of the other did not do after some."""
    return max(_LEAST_SECONDS, seconds * _PATIENCE)


def route(known: Known) -> Route:
    match known:
        case Known(exact="oxigraph"):
            return Route("oxigraph")
        case Known(exact="columns"):
            return Route("columns", falls_back=True)
        case Known(winner="columns", seconds=seconds):
            return Route("columns", "oxigraph", max(_ENDING, seconds * _PATIENCE), falls_back=True)
        case Known(winner="oxigraph", seconds=seconds, races=races) if seconds > _SLOW and races < _RACES:
            return Route("oxigraph", "columns", HEAD_START)
        case Known(winner="oxigraph", seconds=seconds):
            return Route("oxigraph", "columns", max(HEAD_START, seconds * _PATIENCE))
        case _:
            return Route("oxigraph", "columns", HEAD_START)


def is_worth_a_trial(known: Known) -> bool:
    """Whether columns may be faster, and were not asked so that it showed: what takes Oxigraph a few
    milliseconds is there before a race begins, and of others columns lose the first ones, as whoever loses is
    stopped before it knows the query."""
    is_open = known.exact == "both" and known.winner == "oxigraph" and known.trials < TRIALS
    return is_open and known.answers >= _TRIED_AFTER and known.seconds > _TRIED_FROM


def is_better(seconds: float, known: Known) -> bool:
    """Of what columns took in a trial."""
    return seconds < known.seconds * _BETTER


class Memory:
    """What is known of the shapes asked last, for one generation at a time."""

    def __init__(self) -> None:
        self._generation = ""
        self._known: OrderedDict[str, Known] = OrderedDict()

    def of(self, shape: str, generation: str) -> Known:
        if generation != self._generation:
            self._generation = generation
            self._known.clear()
        known = self._known.pop(shape, Known())
        self._known[shape] = known
        if len(self._known) > _SHAPES:
            self._known.popitem(last=False)
        return known

    def exact(self, shape: str, generation: str) -> Exact | None:
        """The engines that answer a shape exactly; None where nobody asked."""
        known = self._known.get(shape) if generation == self._generation else None
        return None if known is None else known.exact

    def learn(self, shape: str, generation: str, **what: object) -> None:
        if generation == self._generation and shape in self._known:
            self._known[shape] = replace(self._known[shape], **what)  # type: ignore[arg-type]  # Known's own
