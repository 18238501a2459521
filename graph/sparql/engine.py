"""Answers SPARQL queries from the current generation: prepare (guard, dataset, format), then run."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from io import BytesIO
from types import TracebackType
from typing import Self

from graph.access import anonymous
from graph.errors import BusyError, NoGenerationError, ParameterError
from graph.formats import GRAPHS, RESULTS, negotiate
from graph.lately import Lately
from graph.settings import Settings
from graph.sparql import text_search, wire
from graph.sparql.alone import Alone, of_server
from graph.sparql.answer import Answer, Explanation, Prepared, etag
from graph.sparql.dataset import Dataset, dataset
from graph.sparql.guard import Limits, guard
from graph.sparql.kept import MIB, Kept, Key
from graph.sparql.outline import Outlines, Read
from graph.sparql.pool import Pool
from graph.sparql.process import COLUMNS, OXIGRAPH, PLANNING, Kind
from graph.sparql.refusals import failure, not_loaded
from graph.sparql.results import Term, solutions
from graph.sparql.router import Router
from graph.sparql.routing import EngineName
from graph.sparql.running import Asked, Register
from graph.sparql.shapes import Shapes
from graph.sparql.spool import Spool
from graph.sparql.walks.walks import Walks
from graph.stores.generations import Generation, Generations
from graph.stores.http.server import Server
from graph.stores.oxigraph import results_document
from graph.stores.streams import LimitedBuffer
from graph.text import Text

_JSON = RESULTS[0].media_type


class Engine:
    """The one way to ask. An asynchronous context manager: workers live inside it.

    `is_for_one`: there will be one query, so one process of each kind is enough.
    """

    def __init__(self, generations: Generations, settings: Settings, *, is_for_one: bool = False) -> None:
        self._generations = generations
        self._current = Lately(generations.require_current)
        self._settings = settings
        self._is_for_one = is_for_one
        # The endpoint's own address, whatever name of the host a request was sent to: answers are kept.
        self._base = f"{settings.base_iri}sparql"
        limits = Limits(settings.query_max_length, settings.query_max_depth, settings.query_max_optionals)
        self._guard = partial(guard, limits=limits, base=self._base)
        self._outlines = Outlines(self._guard)
        self.pools: list[Pool] = []
        self._router: Router | Alone | None = None
        self._shapes = Shapes()
        self._walks = Walks()
        self._kept: Kept[Answer] = Kept(settings.cache_mb * MIB)
        self.register = Register()

    async def start(self) -> None:
        """Start the workers; without a generation they wait for the first query after the first one."""
        made = self._settings
        if (server := Server.of(made)) is not None:
            self._answered_by("server", self._pool(of_server(server), made.workers))
        elif made.query_engine == "oxigraph":
            self._answered_by("oxigraph", self._pool(OXIGRAPH, made.workers))
        elif made.query_engine == "columns":
            self._answered_by("columns", self._pool(COLUMNS, made.columns_workers))
        else:
            oxigraph = self._pool(OXIGRAPH, made.workers)
            columns = self._pool(COLUMNS, made.columns_workers)
            planning = columns if self._is_for_one else self._pool(PLANNING, 1)
            self.pools = list(dict.fromkeys((oxigraph, columns, planning)))
            self._router = Router(oxigraph=oxigraph, columns=columns, planning=planning)
            if not self._is_for_one and (generation := self._generations.current()) is not None:
                self._walks.prepare(generation)
        if (generation := self._generations.current()) is not None:
            for pool in self.pools:
                pool.prepare(generation)

    def _answered_by(self, engine: EngineName, pool: Pool) -> None:
        self.pools, self._router = [pool], Alone(engine, pool)

    def _pool(self, kind: Kind, size: int) -> Pool:
        made = self._settings
        return Pool(
            kind,
            size=1 if self._is_for_one else size,
            queue=made.queue,
            patience=made.query_timeout,
            memory_mb=made.query_memory_mb,
            caller_queue=made.caller_queue,
            # Queries over columns are stopped inside their process, which goes on.
            spare=0 if self._is_for_one or kind.can_stop else made.spare_workers,
            ahead=made.workers_ahead,
        )

    async def stop(self) -> None:
        """End the workers."""
        for pool in self.pools:
            await pool.stop()
        await self._walks.stop()
        self.pools, self._router = [], None

    async def ready(self) -> None:
        """Until a worker of each kind may be asked, and walks begun. Raises WorkerEndedError,
        NoGenerationError."""
        for pool in self.pools:
            await pool.started(self.current())
        await self._walks.ready()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def current(self) -> Generation:
        """The generation that answers now, or did a millisecond ago. Raises NoGenerationError."""
        return self._current()

    def is_current(self, generation: Generation) -> bool:
        """Whether it still is what answers, or was a millisecond ago."""
        try:
            return self._current() is generation
        except NoGenerationError:
            return False

    def prepare(
        self,
        text: str,
        *,
        principal_graphs: frozenset[str] | None = None,
        accept: str | None = None,
        default_graph_uris: Iterable[str] = (),
        named_graph_uris: Iterable[str] = (),
        timeout: float | None = None,
    ) -> Prepared:
        """Decide everything that can be decided without evaluating.

        `principal_graphs` None means anonymous: the open graphs. `timeout` (s) may only lower the limit.
        Raises QueryError, GraphNotPermittedError, NotAcceptableError, ParameterError, NoGenerationError, and
        what `text_search.resolved` does.
        """
        generation = self.current()
        if principal_graphs is None:
            principal_graphs = anonymous(generation.manifest.graphs).graphs
        read = self._read(text, principal_graphs)
        guarded = read.guarded
        prepared = Prepared(
            text=text,
            read=read,
            dataset=dataset(
                guarded.dataset,
                Dataset(tuple(default_graph_uris), tuple(named_graph_uris)),
                permitted=principal_graphs,
                existing=generation.manifest.graphs,
            ),
            format=negotiate(accept, RESULTS if guarded.form in ("select", "ask") else GRAPHS),
            seconds=self.seconds(timeout),
            generation=generation,
        )
        return text_search.resolved(prepared, self._settings.base_iri)

    def _read(self, text: str, seen: frozenset[str]) -> Read:
        # What is evaluated of a text with a search has other IRIs than it was asked with.
        return Read(self._guard(text)) if text_search.NAME in text else self._outlines.read(text, seen)

    async def run(self, prepared: Prepared, asked: Asked | None = None) -> Answer:
        """What is answered `at_once`, else evaluate. Raises as that does."""
        return self.at_once(prepared) or await self.evaluate(prepared, asked)

    def at_once(self, prepared: Prepared) -> Answer | None:
        """What was kept of the same query, or is found in some steps from what it names."""
        return self._known(prepared) or self._walked(prepared)

    def _walked(self, prepared: Prepared) -> Answer | None:
        """None for a query of which it is not known yet that the store's answer is exact."""
        if not isinstance(self._router, Router):
            return None
        walk = self._walks.of(prepared.text, prepared.read)
        if walk is None or not self.is_current(prepared.generation):
            return None
        started, graphs, generation = time.perf_counter(), prepared.dataset.default, prepared.generation
        shape = self._shapes.of(prepared.text, prepared.read, prepared.dataset, generation).name
        if not self._router.is_exact_in_oxigraph(shape, generation):
            return None
        found = self._walks.document(walk, prepared.read.things, graphs, shape, generation)
        if found is None or len(found) > self._settings.query_max_bytes:
            return None
        if prepared.format.media_type != _JSON:
            out = LimitedBuffer(self._settings.query_max_bytes)
            found = results_document(BytesIO(found), prepared.format.media_type, out)
        answer = self._answer(prepared, generation, found, time.perf_counter() - started)
        return self._keep(prepared, generation, answer)

    async def evaluate(self, prepared: Prepared, asked: Asked | None = None) -> Answer:
        """By workers. Raises QueryError, ResultTooLargeError, QueryStoppedError, and every TryAgainError."""
        router, request, shaped = self._asked(prepared)
        work = router.run(request, shaped, self.current)
        routed = await self.register.follow(asked or Asked(), prepared.text, work)
        served = routed.served
        if served.reply.failure == "unsupported" and not served.generation.is_loaded:
            raise not_loaded(served.reply.message)
        if served.reply.failure is not None:
            raise failure(
                prepared.text,
                served.reply,
                max_bytes=self._settings.query_max_bytes,
                memory_mb=self._settings.query_memory_mb,
            )
        content, seconds = served.reply.spool or served.reply.body, served.reply.seconds
        answer = self._answer(prepared, served.generation, content, seconds, served.waited, routed.engine)
        return self._keep(prepared, served.generation, answer)

    def _answer(
        self,
        prepared: Prepared,
        generation: Generation,
        content: bytes | Spool,
        seconds: float,
        waited: float = 0.0,
        engine: EngineName = "oxigraph",
    ) -> Answer:
        return Answer(
            content=content,
            media_type=prepared.format.media_type,
            form=prepared.guarded.form,
            generation=generation.id,
            created=generation.manifest.created,
            seconds=seconds,
            waited=waited,
            etag=etag(prepared, generation),
            engine=engine,
        )

    def _known(self, prepared: Prepared) -> Answer | None:
        now = time.monotonic()
        found = self._kept.get(self.current().identity, _key(prepared), now)
        return found and replace(found[0], age=found[1], seconds=0.0, waited=0.0)

    def _keep(self, prepared: Prepared, generation: Generation, answer: Answer) -> Answer:
        if prepared.guarded.volatile or isinstance(answer.content, Spool) or not self._settings.cache_mb:
            return answer
        name, kept = generation.identity, replace(answer, is_kept=True)
        return kept if self._kept.put(name, _key(prepared), kept, time.monotonic()) else answer

    async def explain(self, prepared: Prepared) -> Explanation:
        """What would be done with a query, without doing it."""
        router, request, shaped = self._asked(prepared)
        told = await router.explain(request, shaped, self.current)
        return Explanation(
            form=prepared.guarded.form,
            default_graphs=prepared.dataset.default,
            named_graphs=prepared.dataset.named,
            route=told.route,
            reason=told.reason,
            rewrites=told.rules,
            seconds=prepared.seconds,
            generation=prepared.generation.id,
        )

    def _asked(self, prepared: Prepared) -> tuple[Router | Alone, wire.Request, str]:
        """The router, what a worker is asked, and the shape of the query."""
        if self._router is None:
            raise RuntimeError("Engine.start() has not been called")
        shape = self._shapes.of(prepared.text, prepared.read, prepared.dataset, prepared.generation)
        request = wire.Request(
            text=prepared.text,
            base=self._base,
            default_graphs=prepared.dataset.default,
            named_graphs=prepared.dataset.named,
            prefixes=prepared.guarded.prefixes,
            media_type=prepared.format.media_type,
            seconds=prepared.seconds,
            max_bytes=self._settings.query_max_bytes,
            shape=shape.name,
            things=shape.things,
            made=prepared.generation.identity,
        )
        return self._router, request, shape.name

    async def answer(
        self,
        text: str,
        *,
        principal_graphs: frozenset[str] | None = None,
        accept: str | None = None,
        default_graph_uris: Iterable[str] = (),
        named_graph_uris: Iterable[str] = (),
        timeout: float | None = None,
    ) -> Answer:
        """Prepare and run; see there for the errors."""
        return await self.run(
            self.prepare(
                text,
                principal_graphs=principal_graphs,
                accept=accept,
                default_graph_uris=default_graph_uris,
                named_graph_uris=named_graph_uris,
                timeout=timeout,
            )
        )

    async def check(self, seconds: float) -> None:
        """Have the smallest query answered. Raises TryAgainError when it is not within `seconds`.

        By Oxigraph, which answers first; by the columns where its store is not loaded yet; by the one that
        answers alone.
        """
        try:
            async with asyncio.timeout(seconds):
                _, request, _ = self._asked(self.prepare("ASK {}"))
                first, *others = self.pools
                pool = others[0] if others and not self.current().is_loaded else first
                await pool.run(request, self.current)
        except TimeoutError:
            raise BusyError(
                Text(
                    f"Không tiến trình nào trả lời trong {seconds:g} giây.",
                    f"No worker answered within {seconds:g} seconds.",
                ),
                hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
            ) from None

    async def select(
        self, text: str, *, principal_graphs: frozenset[str] | None = None, timeout: float | None = None
    ) -> list[dict[str, Term]]:
        """The solutions of a SELECT query."""
        answer = await self.answer(text, principal_graphs=principal_graphs, accept=_JSON, timeout=timeout)
        return solutions(answer.body)

    def seconds(self, timeout: float | None) -> float:
        """How long one may take. Raises ParameterError for a time that is none."""
        limit = self._settings.query_timeout
        if timeout is None:
            return limit
        if not timeout > 0:
            raise ParameterError(
                Text("timeout phải lớn hơn 0 (giây).", "timeout must be greater than 0 (seconds)."),
                hint=Text(f"Tối đa {limit:g} giây.", f"At most {limit:g} seconds."),
            )
        return min(timeout, limit)


def _key(prepared: Prepared) -> Key:
    return Key(prepared.text, prepared.dataset, prepared.format.media_type)
