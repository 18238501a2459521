"""How much a source may make of the machine: a small file that unpacks into a huge one is refused."""

from dataclasses import dataclass

from graph.errors import Place, SourceError
from graph.settings import MIB, Settings
from graph.text import Text

_FREE = 64 * MIB
"""Bytes that are unpacked before the ratio counts: small files may well be one line over and over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` is the most bytes of a file once it is unpacked, or of what an API sends in all; `ratio` the
    most bytes that a byte of an archive may become. Tables of a government compress 5 to 30 times; what is
    made to fill a disk, 1000 times (deflate's own bound is 1032)."""

    size: int = 32 * 1024 * MIB
    ratio: int = 200

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(settings.source_max_mb * MIB, settings.source_max_ratio)

    def check(self, unpacked: int, packed: int, place: Place) -> None:
        """Raises SourceError once `unpacked` bytes have come of `packed` ones, and that is too much."""
        if unpacked > self.size:
            raise SourceError(
                Text(
                    f"Nguồn lớn hơn {self.size // MIB} MiB khi giải nén.",
                    f"The source is larger than {self.size // MIB} MiB once it is unpacked.",
                ),
                hint=Text(
                    "Nếu nguồn thật sự lớn như vậy, tăng LIENTHONG_SOURCE_MAX_MB.",
                    "If the source truly is that large, raise LIENTHONG_SOURCE_MAX_MB.",
                ),
                place=place,
            )
        if unpacked > _FREE and unpacked > self.ratio * max(packed, 1):
            raise SourceError(
                Text(
                    f"Tệp nén phình hơn {self.ratio} lần khi giải nén (có thể là bom nén).",
                    f"The archive grows more than {self.ratio} times as it is unpacked (a bomb, perhaps).",
                ),
                hint=Text(
                    "Hỏi lại cơ quan gửi tệp; nếu tệp đúng là như vậy, tăng LIENTHONG_SOURCE_MAX_RATIO.",
                    "Ask the agency that sent it; if the file is right, raise LIENTHONG_SOURCE_MAX_RATIO.",
                ),
                place=place,
            )
