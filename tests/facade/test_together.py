"""Resources asked for one by one are read together, by their kind, and each is told what is its own."""

import asyncio

import pytest

from api.facade.entities import Entities, Entity
from api.facade.reading import Page
from api.facade.together import MOST, Together
from graph.errors import BusyError
from graph.text import Text


class Reader:
    """Takes its time, and counts how often it is asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[list[str]] = []
        self.error = error

    async def read(self, iris: list[str]) -> Page:
        self.asked.append(iris)
        await asyncio.sleep(0.01)
        if self.error is not None:
            raise self.error
        return Page(Entities({iri: Entity(iri) for iri in iris}, {}), {}, "g000001")


async def own(together: Together, alike: object, iri: str, reader: Reader) -> list[str]:
    page = await together.read(alike, iri, reader.read)
    return [*page.only(iri).entities]


def test_those_that_come_meanwhile_are_read_next() -> None:
    reader = Reader()

    async def main() -> list[list[str]]:
        together = Together()
        first = asyncio.create_task(own(together, "a", "0", reader))
        await asyncio.sleep(0.002)
        rest = [own(together, "a", str(n % 7), reader) for n in range(1, 20)]
        return [await first, *await asyncio.gather(*rest)]

    assert asyncio.run(main()) == [[str(n % 7)] for n in range(20)]
    assert reader.asked == [["0"], ["1", "2", "3", "4", "5", "6", "0"]]


def test_other_callers_are_asked_for_apart() -> None:
    mine, others = Reader(), Reader()

    async def main() -> None:
        together = Together()
        asked = [own(together, kind, "x", reader) for kind, reader in (("a", mine), ("b", others))]
        assert await asyncio.gather(*asked) == [["x"], ["x"]]

    asyncio.run(main())
    assert (mine.asked, others.asked) == ([["x"]], [["x"]])


def test_no_question_is_about_more_than_so_many() -> None:
    reader = Reader()

    async def main() -> None:
        together = Together()
        await asyncio.gather(*(own(together, "a", str(n), reader) for n in range(3 * MOST)))

    asyncio.run(main())
    assert [len(asked) for asked in reader.asked] == [MOST, MOST, MOST]


def test_what_goes_wrong_is_told_to_each_and_the_next_is_read() -> None:
    busy = BusyError(Text("bận", "busy"))
    reader = Reader(busy)

    async def main() -> None:
        together = Together()
        found = await asyncio.gather(
            *(own(together, "a", str(n), reader) for n in range(3)), return_exceptions=True
        )
        assert found == [busy] * 3
        reader.error = None
        assert await own(together, "a", "1", reader) == ["1"]

    asyncio.run(main())


def test_who_goes_away_ends_nobody_elses() -> None:
    reader = Reader()

    async def main() -> None:
        together = Together()
        leaving, staying = (asyncio.create_task(own(together, "a", iri, reader)) for iri in "xy")
        await asyncio.sleep(0.002)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert await staying == ["y"]

    asyncio.run(main())
