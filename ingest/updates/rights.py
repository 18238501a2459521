"""Which graphs one may write: those that a grant opens to it, of data sets that are kept by updates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from graph.access import CLASSES, Identity, class_of, dataset_of, may_write, principal_of
from graph.errors import GraphNotPermittedError, NotKeptByUpdateError, Place, WriteNotPermittedError
from graph.iris import Iris
from graph.text import Text
from ingest.dataset import DataSet


@dataclass(frozen=True, slots=True)
class Rights:
    """Those of one caller at a moment; `known` are the data sets by name."""

    identity: Identity
    known: Mapping[str, DataSet]
    at: datetime
    iris: Iris

    def readable(self, graphs: Iterable[str]) -> frozenset[str]:
        return principal_of(self.identity, graphs, self.at).graphs

    def may_write(self, graph: str) -> bool:
        """Whether `owner` gives a data set."""
        owner = self._granted(graph)
        return owner is not None and owner.is_kept_by_update

    def owner(self, graph: str) -> DataSet:
        """The data set of a graph that is to be written.

        Raises WriteNotPermittedError, in the same words whether there is such a graph or not, and to those
        who may write NotKeptByUpdateError for a data set that is made from files.
        """
        owner = self._granted(graph)
        if owner is None:
            raise WriteNotPermittedError(
                Text(f"Bạn không được ghi đồ thị <{graph}>.", f"You may not write the graph <{graph}>."),
                hint=Text(
                    "Quyền của bạn: /access/explain; xin quyền ghi ở người vận hành dịch vụ.",
                    "What you may do: /access/explain; ask whoever runs this service for a grant to write.",
                ),
                place=Place(value=graph),
            )
        if not owner.is_kept_by_update:
            raise NotKeptByUpdateError(
                Text(
                    f"Bộ dữ liệu «{owner.name}» được tạo từ tệp: lần nạp sau sẽ xóa mất cập nhật.",
                    f"The data set “{owner.name}” is made from files: the next run would undo an update.",
                ),
                hint=Text(
                    'Hãy gửi tệp mới (lienthong ingest); chỉ bộ có ingest:keptBy "update" nhận cập nhật.',
                    "Send a file instead (lienthong ingest); only data sets with ingest:keptBy "
                    '"update" take updates.',
                ),
                place=Place(value=graph),
            )
        return owner

    def require_readable(self, graphs: Iterable[str], readable: Iterable[str]) -> None:
        """Raises GraphNotPermittedError for a graph that USING names and the caller may neither read nor
        write; the same words whether there is one or not."""
        seen = frozenset(readable)
        for graph in graphs:
            if graph not in seen and not self.may_write(graph):
                raise GraphNotPermittedError(
                    Text(
                        f"Đồ thị <{graph}> không nằm trong những đồ thị bạn được đọc.",
                        f"Graph <{graph}> is not among the graphs you may read.",
                    ),
                    hint=Text("Bạn được đọc: /access/explain", "You may read: /access/explain"),
                    place=Place(value=graph),
                )

    def _granted(self, graph: str) -> DataSet | None:
        access, owner = class_of(graph), self.known.get(dataset_of(graph))
        if owner is None or access not in CLASSES or graph != self.iris.graph(owner.name, access):
            return None
        return owner if may_write(self.identity, graph, self.at) else None
