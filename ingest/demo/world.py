"""The made-up state: anyone and anything in it from its index alone, so that every system can refer to it.

Systems stream: they walk indices and ask for what they need; nothing is kept.
"""

from functools import lru_cache
from random import Random

from graph.errors import ParameterError
from graph.text import Text
from ingest.demo import enterprises, people, units
from ingest.demo.enterprises import Enterprise
from ingest.demo.people import BLOCK, HOUSEHOLDS, Household, Person

PERSONS, ENTERPRISES, DOSSIERS = 5_000, 2_000, 8_000
LARGEST = 100
"""Beyond it citizen numbers would begin to repeat, those in planted faults counted."""


class World:
    """Everything follows from `scale` and `seed`.

    Persons 0 … `persons_count`−1, enterprises and dossiers alike exist and are sound: a system that plants
    a fault does so in an extra row about someone with a higher index, whom no other row names, so that what
    is left out of the published graph leaves no link without an end.
    """

    def __init__(self, scale: float, seed: int) -> None:
        if not 0 < scale <= LARGEST:
            raise ParameterError(
                Text(f"Quy mô {scale:g} không dùng được.", f"Scale {scale:g} cannot be used."),
                hint=Text(
                    f"Chọn số lớn hơn 0, không quá {LARGEST}.", f"Choose a number above 0, at most {LARGEST}."
                ),
            )
        self.scale = scale
        self.seed = seed
        self.units = units.load()
        # Whole blocks only, so that every household is complete.
        blocks = max(1, round(PERSONS * scale / BLOCK))
        self.persons_count = blocks * BLOCK
        self.households_count = blocks * HOUSEHOLDS
        self.enterprises_count = max(1, round(ENTERPRISES * scale))
        self.dossiers_count = max(1, round(DOSSIERS * scale))
        self._household = lru_cache(maxsize=1024)(self._make_household)

    def random(self, kind: str, index: int) -> Random:
        """A source of random choices that belongs to one thing: always the same for the same seed."""
        return Random(f"{self.seed}/{kind}/{index}")

    def person(self, index: int) -> Person:
        """Any index from 0; from `persons_count` on, someone no register knows (for planted faults)."""
        block, place = divmod(index, BLOCK)
        number = block * HOUSEHOLDS
        for size in people.way(self.random("block", block)):
            if place < size:
                break
            place -= size
            number += 1
        family = self.random("family", number)
        return people.person(self.random("person", index), family, self.household(number), index, self.seed)

    def household(self, index: int) -> Household:
        return self._household(index)

    def enterprise(self, index: int) -> Enterprise:
        """Any index from 0; the representative is the head of some household."""
        source = self.random("enterprise", index)
        return enterprises.enterprise(source, index, self.seed, self.adult(source), self.units)

    def adult(self, source: Random) -> int:
        """The index of some adult, the head of a household."""
        return self.household(source.randrange(self.households_count)).head

    def _make_household(self, index: int) -> Household:
        block, place = divmod(index, HOUSEHOLDS)
        sizes = people.way(self.random("block", block))
        start = block * BLOCK + sum(sizes[:place])
        members = range(start, start + sizes[place])
        return people.household(self.random("household", index), index, members, self.units)
