"""Why a check did not come to a report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.errors import (
    DeadlineExceededError,
    LienthongError,
    Place,
    UncheckableError,
    WorkerLostError,
)
from graph.text import Text

# What the sender can mend; any other error is one of the service.
OF_THE_SENDER = ("SourceError", "ParameterError", "UnknownNameError", "ViolationsError")


def of(values: Mapping[str, Any], folder: Path) -> LienthongError:
    """The error that the command tells of. The folder it worked in is nobody's business."""

    def text(words: Mapping[str, str] | None) -> Text | None:
        if words is None:
            return None
        return Text(*(words[language].replace(f"{folder}/", "") for language in ("vi", "en")))

    message = text(values["message"])
    assert message is not None
    place = Place(**values["place"]) if values.get("place") else None
    kind = UncheckableError if values["type"] in OF_THE_SENDER else LienthongError
    return kind(message, hint=text(values.get("hint")), place=place)


def too_slow(seconds: float) -> DeadlineExceededError:
    return DeadlineExceededError(
        Text(
            f"Kiểm tra chưa xong sau {seconds:g} giây nên đã bị dừng.",
            f"The check did not finish within {seconds:g} seconds and was stopped.",
        ),
        hint=Text("Chia tệp thành nhiều phần rồi gửi lại.", "Split the file, and send the parts."),
    )


def lost(memory_mb: int) -> WorkerLostError:
    return WorkerLostError(
        Text("Tiến trình kiểm tra đã dừng giữa chừng.", "The process that checked ended before it was done."),
        hint=Text(
            f"Có thể cần hơn {memory_mb} MiB bộ nhớ: chia tệp thành nhiều phần rồi gửi lại.",
            f"It may need more than {memory_mb} MiB of memory: split the file, and send the parts.",
        ),
    )
