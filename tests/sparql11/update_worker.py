"""The process that writes, for data of the suite: any graph may be written, repeat another, and say anything.

What the service adds to the standards (owners, shapes, classes of access, measures, catalogue) has tests of
its own; the suite's data knows none of it.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

from graph.settings import Settings
from graph.stores import publication
from graph.text import Text
from ingest import publication as publishing
from ingest.dataset import DataSet
from ingest.quality import series
from ingest.updates import version, worker, writing
from ingest.updates.rights import Rights

SUITE = DataSet(
    "w3c-suite", Path("/"), Text("bộ kiểm thử", "suite"), Path("/none"), "open", "reject", "update"
)


class SuiteWriter(writing.Writer):
    def prepare(self) -> None:
        pass


def _owner(self: Rights, graph: str) -> DataSet:
    return SUITE


def _all(self: Rights, graphs: Iterable[str]) -> frozenset[str]:
    return frozenset(graphs)


def _nothing(*given: object) -> None:
    return None


def _no_list(*given: object) -> list[object]:
    return []


def _writer(settings: Settings) -> writing.Writer:
    return SuiteWriter(settings)


if __name__ == "__main__":
    with (
        mock.patch.object(Rights, "_granted", _owner),
        mock.patch.object(Rights, "readable", _all),
        mock.patch.object(version, "hold_against_access", _nothing),
        mock.patch.object(version, "hold_against_shapes", _nothing),
        mock.patch.object(publication, "_refuse_overlap", _nothing),
        mock.patch.object(publishing, "_measure", _no_list),
        mock.patch.object(publishing, "_reference_sets", _no_list),
        mock.patch.object(series, "keep", _nothing),
    ):
        worker.main(sys.argv[1:], _writer)
