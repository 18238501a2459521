"""The order of extraction: a view after the relations it reads."""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import view
from ingest.sources.files import resolve
from ingest.sources.source import Format, LogicalSource


def in_order(sources: Iterable[LogicalSource], *, mapping_dir: Path) -> tuple[LogicalSource, ...]:
    """The sources, views after what they read; otherwise in the given order.

    Raises SourceError where a view's file is absent, is not one SELECT, or views read each other in a ring.
    """
    by_name = {source.name: source for source in sources}
    reads: dict[str, tuple[str, ...]] = {}
    for source in by_name.values():
        reads[source.name] = ()
        if source.format is Format.VIEW:
            path = resolve(source, data_dir=mapping_dir, mapping_dir=mapping_dir)
            reads[source.name] = view.read(source, path).relations
    try:
        order = TopologicalSorter(reads).static_order()
        return tuple(by_name[name] for name in order)
    except CycleError as ring:
        names = " → ".join(ring.args[1])
        raise SourceError(
            Text(f"Các khung nhìn đọc lẫn nhau: {names}", f"Views read each other: {names}"),
            hint=Text("Bỏ một trong các chỗ đọc này.", "Break the ring at one of them."),
            place=Place(file=by_name[ring.args[1][0]].path),
        ) from ring
