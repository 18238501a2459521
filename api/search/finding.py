"""Asks the index of the current generation, beside whatever else the service does."""

import asyncio
from dataclasses import dataclass

from api.search.asking import Asked
from graph.search import Hit, Index
from graph.search.index import Counts
from graph.stores.generations import Generation


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, whether there are more, and all counted where that was asked."""

    hits: list[Hit]
    more: bool
    counts: Counts | None


async def find(generation: Generation, asked: Asked) -> Found:
    """In a thread: SQLite waits for the disk there. Raises NoSearchIndexError, DeadlineExceededError."""
    return await asyncio.to_thread(_find, Index(generation.search), asked)


def _find(index: Index, asked: Asked) -> Found:
    hits = index.find(asked.query, asked.limit + 1, asked.after)
    counts = index.count(asked.query) if asked.count else None
    return Found(hits[: asked.limit], len(hits) > asked.limit, counts)
