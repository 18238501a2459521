"""Instances of classes, asked of a worker that has a generation's columns in memory."""

import json
from types import TracebackType
from typing import Any, Self

from graph.instances import Question
from graph.settings import Settings
from graph.sparql import wire
from graph.sparql.pool import Pool
from graph.sparql.process import Kind
from graph.sparql.refusals import failure
from graph.stores.generations import Generations

INSTANCES = Kind("graph.sparql.instances_worker", lambda generation: generation.columns)
_GIVEN = {"base": "", "named_graphs": (), "prefixes": {}, "media_type": "", "max_bytes": 0}


class Instances:
    """An asynchronous context manager: its one worker lives inside it. It takes milliseconds for a page, so
    that a second worker, which would have all terms in memory once more, is worth less than the memory."""

    def __init__(self, settings: Settings, generations: Generations) -> None:
        self._settings = settings
        self._generations = generations
        self._pool = Pool(
            INSTANCES,
            size=1,
            queue=settings.queue,
            patience=settings.query_timeout,
            memory_mb=settings.query_memory_mb,
            caller_queue=settings.caller_queue,
            ahead=settings.workers_ahead,
        )

    async def start(self) -> None:
        if (generation := self._generations.current()) is not None:
            self._pool.prepare(generation)

    async def stop(self) -> None:
        await self._pool.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def ask(self, question: Question, graphs: frozenset[str]) -> tuple[dict[str, Any], str]:
        """What the graphs say, as `graph.instances.answering` writes it, and the id of the generation.

        Raises NoGenerationError and every TryAgainError.
        """
        request = wire.Request(
            text=question.dumps(),
            default_graphs=tuple(sorted(graphs)),
            seconds=self._settings.query_timeout,
            **_GIVEN,  # type: ignore[arg-type]  # what only queries have
        )
        served = await self._pool.run(request, self._generations.require_current)
        if served.reply.failure is not None:
            raise failure("", served.reply, max_bytes=0, memory_mb=self._settings.query_memory_mb)
        return json.loads(served.reply.body), served.generation.id
