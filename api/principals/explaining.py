"""Why a caller may or may not read a graph, and what to do: said of the caller's own rights alone.

What is said of a graph that the caller may not read follows from its IRI and the caller's own grants: nothing
else is looked at, so that the answer is the same whether there is such a graph or not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from graph.access import CLASSES, OPEN, Grant, Identity, class_of, dataset_of, principal_of
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Decision:
    """`grant` is the one that opens the graph; `until` its last day, where it has one."""

    graph: str
    permitted: bool
    reason: Text
    remedy: Text | None = None
    grant: Grant | None = None

    @property
    def until(self) -> date | None:
        return self.grant.until if self.grant else None


def decide(identity: Identity, graph: str, existing: Collection[str], at: datetime) -> Decision:
    """The decision on one graph at a moment; `existing` are the graphs that are published."""
    grant = next((one for one in identity.grants if one.opens(graph, at)), None)
    if graph in principal_of(identity, existing, at).graphs:
        if class_of(graph) == OPEN:
            return Decision(
                graph, True, Text("Đồ thị mở: ai cũng được đọc.", "It is open: everyone may read it.")
            )
        reason = Text(f"Bạn được cấp quyền {grant}.", f"You were granted {grant}.")
        return Decision(graph, True, reason, grant=grant)
    if grant is not None:
        reason = Text(
            f"Bạn được cấp quyền {grant}, nhưng hiện không có gì được công bố trong đồ thị này.",
            f"You were granted {grant}, but nothing is published in this graph now.",
        )
        return Decision(graph, False, reason, _CHECK)
    ended = next((one for one in identity.grants if one.until and _without_end(one).opens(graph, at)), None)
    if ended is not None:
        reason = Text(f"Quyền {ended} của bạn đã hết hạn.", f"Your grant {ended} has ended.")
        return Decision(graph, False, reason, _remedy(identity, graph))
    return Decision(graph, False, _NOT_PERMITTED, _remedy(identity, graph))


def _without_end(grant: Grant) -> Grant:
    return Grant(grant.dataset, grant.access)


def _remedy(identity: Identity, graph: str) -> Text:
    access, dataset = class_of(graph), dataset_of(graph)
    if access not in CLASSES or access == OPEN or not dataset:
        return _CHECK
    how = _OF_CLASS[access]
    wanted = f"{dataset}:{access}"
    vi, en = how.vi.format(grant=wanted), how.en.format(grant=wanted)
    if identity.kind == "anonymous":
        return Text(f"{_UNKNOWN.vi} {vi}", f"{_UNKNOWN.en} {en}")
    return Text(vi, en)


_NOT_PERMITTED = Text(
    "Bạn không được đọc đồ thị này, hoặc không có đồ thị nào như vậy.",
    "You may not read this graph, or there is no such graph.",
)
_CHECK = Text(
    "Kiểm tra lại IRI; những đồ thị bạn được đọc: /access/explain",
    "Check the IRI; the graphs that you may read are at /access/explain",
)
_UNKNOWN = Text(
    "Yêu cầu này không kèm khóa hay mã truy cập; nếu bạn có thì hãy gửi kèm.",
    "This request shows neither key nor token; if you have one, send it.",
)
_OF_CLASS = {
    "shared": Text(
        "Dữ liệu chia sẻ mặc định: cơ quan nhà nước đăng ký một lần với người vận hành, để được cấp quyền "
        "{grant}.",
        "Data shared by default: a state agency registers once with whoever runs this service, to be "
        "granted {grant}.",
    ),
    "restricted": Text(
        "Dữ liệu chia sẻ theo yêu cầu đặc thù: gửi yêu cầu đến cơ quan chủ quản (xem /datasets), nêu mục "
        "đích và thời hạn, để được cấp quyền {grant}.",
        "Data shared on specific request: ask its owner (see /datasets), stating purpose and time, to be "
        "granted {grant}.",
    ),
}
