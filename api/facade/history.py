"""What earlier generations had, asked of a process that reads their columns (`graph.tables.history`)."""

import asyncio
import json
import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from graph.access import Principal, dataset_of
from graph.errors import BusyError, ResultTooLargeError, WorkerLostError
from graph.resources import ResourceType
from graph.stores.generations import Generation
from graph.tables.history import Changed, Instances, Question
from graph.text import Text

MOST = 2
"""Questions at a time: each takes a process."""
KEPT = 16
MOST_CHANGED = 200_000
_PACKAGES = str(Path(__file__).resolve().parents[2])


class History:
    """Answers are kept, a few: pages of one walk ask the same, and generations never change."""

    def __init__(self) -> None:
        self._asking = 0
        self._kept: OrderedDict[str, Any] = OrderedDict()

    async def changed(
        self, before: Generation, after: Generation, resource: ResourceType, principal: Principal
    ) -> Changed:
        """Which resources are new or different, and which are gone, as far as the principal may see.

        Data sets of which both have the same version say the same. Raises ResultTooLargeError, BusyError,
        WorkerLostError.
        """
        graphs = _changed_graphs(before, after) & principal.graphs
        if not graphs:
            return Changed((), ())
        of = (_instances(before, resource, principal), _instances(after, resource, principal))
        told = await self._ask(Question("changed", of, tuple(sorted(graphs))))
        found = Changed(tuple(told["changed"]), tuple(told["removed"]))
        if len(found.changed) + len(found.removed) > MOST_CHANGED:
            raise ResultTooLargeError(
                Text(
                    f"Hơn {MOST_CHANGED:,} tài nguyên đã thay đổi.",
                    f"More than {MOST_CHANGED:,} resources have changed.",
                ),
                hint=Text(
                    f"Tải lại cả tập: /api/v1/exports/{resource.collection}",
                    f"Take all of it anew: /api/v1/exports/{resource.collection}",
                ),
            )
        return found

    async def holding(
        self, generations: list[Generation], iri: str, resource: ResourceType, principal: Principal
    ) -> list[Generation]:
        """Those in which the principal can see the resource. Raises BusyError, WorkerLostError."""
        of = tuple(_instances(one, resource, principal) for one in generations)
        told = await self._ask(Question("holding", of, iri=iri))
        return [one for one, is_there in zip(generations, told, strict=True) if is_there]

    async def _ask(self, question: Question) -> Any:
        text = question.dumps()
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        if self._asking >= MOST:
            raise BusyError(
                Text("Nhiều thế hệ cũ đang được so sánh.", "Several generations are being compared."),
                hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
            )
        self._asking += 1
        try:
            answer = self._kept[text] = json.loads(await _answer(text))
        finally:
            self._asking -= 1
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer


async def _answer(text: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "graph.tables.history"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": _PACKAGES},
    )
    try:
        answer, _ = await process.communicate(text.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise WorkerLostError(
            Text("Tiến trình so sánh thế hệ đã dừng.", "The process that compares generations ended."),
            hint=Text("Hãy thử lại.", "Try again."),
        )
    return answer


def _instances(generation: Generation, resource: ResourceType, principal: Principal) -> Instances:
    graphs = sorted(principal.graphs & generation.manifest.graphs.keys())
    # A data folder that is made anew counts its generations anew: `created` keeps their answers apart.
    return Instances(
        str(generation.columns), tuple(graphs), (resource.target_class,), generation.manifest.created
    )


def _changed_graphs(before: Generation, after: Generation) -> frozenset[str]:
    then, now = before.manifest.datasets, after.manifest.datasets
    different = {
        name
        for name in then.keys() | now.keys()
        if name not in then or name not in now or then[name].version != now[name].version
    }
    every = before.manifest.graphs.keys() | after.manifest.graphs.keys()
    return frozenset(graph for graph in every if dataset_of(graph) in different)


async def history(request: Request) -> History:
    """The one of the application."""
    return cast(History, request.app.state.history)


HistoryDep = Annotated[History, Depends(history)]
