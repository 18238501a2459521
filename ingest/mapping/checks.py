"""What can be wrong with a value when a plan runs, and the error that says so."""

from dataclasses import dataclass, field
from typing import Literal

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.mapping.model import TriplesMap
from ingest.sources import LogicalSource

Kind = Literal["iri", "uri", "language", "structure", "function"]

_MESSAGES = {
    "iri": Text("Giá trị không thành IRI.", "The value makes no IRI."),
    "uri": Text("Giá trị không thành URI.", "The value makes no URI."),
    "language": Text("Giá trị không phải thẻ ngôn ngữ.", "The value is no language tag."),
    "function": Text("Hàm không nhận giá trị này.", "The function cannot take the value."),
    "structure": Text("Giá trị còn có phần bên trong.", "The value has parts of its own."),
}
_HINTS = {
    "iri": Text(
        "Sửa giá trị, hoặc dùng rml:template «{cột}» để mã hóa ký tự bị cấm.",
        "Mend the value, or use an rml:template “{column}”, which encodes what an IRI forbids.",
    ),
    "uri": Text("Dùng rml:IRI nếu cần chữ có dấu.", "Use rml:IRI where letters beyond ASCII are needed."),
    "language": Text("Ví dụ: vi, en, zh-Hant (BCP 47).", "For example: vi, en, zh-Hant (BCP 47)."),
    "structure": Text(
        "Trỏ vào phần bên trong: $.tên[*] (JSON), cha/con (XML).",
        "Point at its parts: $.name[*] (JSON), parent/child (XML).",
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A check in the SQL of a plan, by its number."""

    kind: Kind
    triples_map: str
    source: str
    file: str
    expression: str
    place: Place
    remedy: Text | None = None

    def error(self, row: int, value: str, file: str | None = None) -> SourceError:
        """The error for `value` in data row `row` of `file`, by default the check's."""
        message, hint = _MESSAGES[self.kind], self.remedy or _HINTS.get(self.kind)
        where = f"{self.place.file}:{self.place.line}" if self.place.line else str(self.place.file)
        return SourceError(
            Text(
                f"{message.vi} (ánh xạ {self.triples_map}, {where})",
                f"{message.en} (triples map {self.triples_map}, {where})",
            ),
            hint=hint,
            place=Place(file=file or self.file, row=row, column=self.expression, value=value[:200]),
        )


@dataclass
class Checks:
    """Numbers the checks of a plan as it is made."""

    items: list[Check] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        triples_map: TriplesMap,
        source: LogicalSource,
        expression: str,
        place: Place,
        remedy: Text | None = None,
    ) -> int:
        check = Check(kind, triples_map.name, source.name, source.origin, expression, place, remedy)
        if check not in self.items:
            self.items.append(check)
        return self.items.index(check)
