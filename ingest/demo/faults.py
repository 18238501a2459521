"""Faults as real files have them, at a stated rate, each one written down so that a test can look for it."""

from collections.abc import Sequence
from typing import get_args

from ingest.demo.manifest import DatasetManifest, Fault, FaultKind
from ingest.demo.world import World

KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
RATE = 0.01


class Faults:
    """One fault for every 1/`rate` rows, the kinds in turn, so that each comes as often as the others.

    A fault is planted in an extra row about something nobody else names (`World`), and recorded with the
    row it got in its file.
    """

    def __init__(
        self,
        world: World,
        dataset: DatasetManifest,
        rate: float = RATE,
        kinds: Sequence[FaultKind] = KINDS,
    ) -> None:
        self._every = round(1 / rate)
        self._offset = world.random(f"faults/{dataset.name}", 0).randrange(self._every)
        self._kinds = kinds
        self._dataset = dataset
        dataset.rate = rate

    def pick(self, index: int) -> FaultKind | None:
        """The kind of fault to plant beside thing number `index`, if any; from the index alone."""
        turn, place = divmod(index, self._every)
        return self._kinds[turn % len(self._kinds)] if place == self._offset else None

    def record(self, kind: FaultKind, file: str, row: int, key: str, value: str) -> None:
        self._dataset.faults.append(Fault(kind, file, row, key, value))


def spoilt(text: str) -> str:
    """The text as in an 8-bit legacy encoding: no longer UTF-8 once it is written with surrogateescape."""
    wrong = "".join(letter if letter.isascii() else chr(0xDCB0 + ord(letter) % 16) for letter in text)
    return wrong if wrong != text else text + chr(0xDCB8)
