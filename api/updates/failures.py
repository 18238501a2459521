"""Why an update did not come to an end."""

import signal
from collections.abc import Mapping
from typing import Any

from graph import errors
from graph.errors import (
    BusyError,
    DeadlineExceededError,
    Fault,
    LienthongError,
    Place,
    UpdateRefusedError,
    WorkerLostError,
)
from graph.sparql.refusals import out_of_memory
from graph.text import Text


def of(values: Mapping[str, Any]) -> LienthongError:
    """The error that the process tells of."""
    kind = getattr(errors, values["type"])
    hint = Text(**values["hint"]) if values.get("hint") else None
    place = Place(**values["place"]) if values.get("place") else None
    if values.get("faults"):
        faults = [Fault(one["field"], Text(**one["message"]), one["value"]) for one in values["faults"]]
        return UpdateRefusedError(Text(**values["message"]), hint=hint, place=place, faults=faults)
    error: LienthongError = kind(Text(**values["message"]), hint=hint, place=place)
    return error


def busy() -> BusyError:
    return BusyError(
        Text("Đang có quá nhiều cập nhật chờ.", "Too many updates are waiting."),
        hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
    )


def too_slow(step: str, seconds: float, publishing: float) -> DeadlineExceededError | BusyError:
    if step == "started":
        return busy()
    limit = publishing if step == "evaluated" else seconds
    return DeadlineExceededError(
        Text(
            f"Cập nhật chưa xong sau {limit:g} giây nên đã bị dừng; không có gì thay đổi.",
            f"The update did not finish within {limit:g} seconds and was stopped; nothing has changed.",
        ),
        hint=Text(
            "Nêu đồ thị được đọc bằng USING; chia thành nhiều cập nhật.",
            "Name the graphs that are read, by USING; split it into several updates.",
        ),
    )


def lost(signal_number: int, memory_mb: int) -> WorkerLostError:
    if signal_number in (signal.SIGABRT, signal.SIGKILL):
        return out_of_memory(memory_mb)
    return WorkerLostError(
        Text(
            "Tiến trình cập nhật đã dừng; không có gì thay đổi.",
            "The process that updates ended; nothing has changed.",
        ),
        hint=Text(
            "Hãy thử lại; nếu lặp lại, báo người vận hành.", "Try again; if it recurs, tell the operator."
        ),
    )
