"""All queries of one request, answered from one generation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from graph.access import Principal
from graph.errors import BusyError
from graph.formats import RESULTS
from graph.sparql.engine import Engine
from graph.sparql.results import Term, solutions
from graph.text import Text

Row = Mapping[str, Term]
Answered = TypeVar("Answered")

_JSON = RESULTS[0].media_type
_ATTEMPTS = 3


@dataclass(slots=True)
class Reader:
    """SPARQL in the name of one principal; remembers which generations answered."""

    engine: Engine
    principal: Principal
    generations: set[str] = field(default_factory=set)

    async def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT."""
        answer = await self.engine.answer(query, principal_graphs=self.principal.graphs, accept=_JSON)
        self.generations.add(answer.generation)
        return [*solutions(answer.body)]

    async def iris(self, query: str) -> list[str]:
        """The IRIs of a SELECT of one variable."""
        answer = await self.engine.answer(
            query, principal_graphs=self.principal.graphs, accept="text/tab-separated-values"
        )
        self.generations.add(answer.generation)
        return [line[1:-1] for line in answer.body.decode().splitlines()[1:] if line.startswith("<")]


async def consistent(
    engine: Engine, principal: Principal, ask: Callable[[Reader], Awaitable[Answered]]
) -> tuple[Answered, str]:
    """What `ask` answers, and the generation it was read from; asked again when one was published meanwhile.

    Raises BusyError when that happens three times over.
    """
    for _ in range(_ATTEMPTS):
        reader = Reader(engine, principal)
        answered = await ask(reader)
        if len(reader.generations) == 1:
            return answered, reader.generations.pop()
    raise BusyError(
        Text("Dữ liệu vừa được công bố lại trong lúc đọc.", "The data was published anew while being read."),
        hint=Text("Hãy thử lại ngay.", "Try again now."),
    )
