"""What to do about a violation: the shape's own words (`facade:remedy`), else those of its constraint.

A remedy speaks to the person who has the row before them; `{column}` and `{rows}` are filled in.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rdflib import SH, Graph, Literal, URIRef

from graph import labels
from graph.iris import Iris
from graph.shacl import Violation
from graph.text import Text

_DEFAULTS: Mapping[str, Text] = {
    "MinCount": Text(
        "Điền giá trị còn thiếu vào cột {column} của bản ghi {rows}, rồi gửi lại tệp.",
        "Fill in what is missing in column {column} of row {rows}, and send the file again.",
    ),
    "MaxCount": Text(
        "Cột {column} của bản ghi {rows} cho nhiều giá trị: giữ lại một giá trị đúng.",
        "Column {column} of row {rows} gives several values: keep the one that is right.",
    ),
    "Class": Text(
        "Tra mã ở cột {column} của bản ghi {rows} trong danh mục nguồn của nó và sửa lại; nếu mã đúng thì "
        "chờ cơ quan chủ quản công bố thực thể ấy rồi chạy lại.",
        "Look up the code in column {column} of row {rows} in the list that owns it and correct it; if it is "
        "right, run again once its owner has published that entity.",
    ),
    "In": Text(
        "Thay giá trị ở cột {column} của bản ghi {rows} bằng một mã có trong danh mục.",
        "Replace the value in column {column} of row {rows} by a code of the list.",
    ),
    "Node": Text(
        "Thay giá trị ở cột {column} của bản ghi {rows} bằng một mã có trong danh mục.",
        "Replace the value in column {column} of row {rows} by a code of the list.",
    ),
    "Datatype": Text(
        "Viết lại giá trị ở cột {column} của bản ghi {rows} đúng kiểu: ngày là 2025-07-01, số chỉ gồm "
        "chữ số và dấu chấm.",
        "Write the value in column {column} of row {rows} in its type: a day as 2025-07-01, a number with "
        "digits and a point only.",
    ),
    "Pattern": Text(
        "Sửa giá trị ở cột {column} của bản ghi {rows} cho đúng dạng mà thông báo nêu.",
        "Correct the value in column {column} of row {rows} to the form that the message shows.",
    ),
    "LessThan": Text(
        "So hai ngày của bản ghi {rows} với hồ sơ gốc và sửa ngày sai (cột {column}).",
        "Compare the two days of row {rows} with the original papers and correct the wrong one (column "
        "{column}).",
    ),
    "LanguageIn": Text(
        "Ghi tên ở cột {column} của bản ghi {rows} bằng một thứ tiếng được phép: vi hoặc en.",
        "Give the name in column {column} of row {rows} in a language that is allowed: vi or en.",
    ),
}
_ALIKE = {
    "LessThanOrEquals": "LessThan",
    "UniqueLang": "MaxCount",
    "QualifiedMinCount": "MinCount",
    "QualifiedMaxCount": "MaxCount",
    "HasValue": "In",
    "NodeKind": "Pattern",
    "MinLength": "Pattern",
    "MaxLength": "Pattern",
}
DUPLICATE = Text(
    "Các bản ghi {rows} có cùng khoá (cột {column}) mà khác nội dung: giữ bản ghi đúng, xoá hoặc đổi khoá "
    "những bản ghi kia.",
    "Rows {rows} have the same key (column {column}) and differ: keep the right one, delete the others or "
    "give them another key.",
)
ABSENT = Text(
    "Không phải sửa ở bản ghi {rows} (cột {column}); chạy lại khi cơ quan chủ quản đã công bố bộ dữ liệu ấy.",
    "Nothing to mend in row {rows} (column {column}); run again once the agency concerned has published that "
    "data set.",
)
CONSEQUENCE = Text(
    "Không phải sửa ở bản ghi {rows}: thực thể mà nó dẫn tới đã bị cách ly; sửa thực thể kia rồi chạy lại.",
    "Nothing to mend in row {rows}: what it refers to was put in quarantine; mend that and run again.",
)
_OTHER = Text(
    "Sửa bản ghi {rows} (cột {column}) theo thông báo, đối chiếu với hồ sơ gốc, rồi gửi lại tệp.",
    "Correct row {rows} (column {column}) as the message says, compared with the original papers, and send "
    "the file again.",
)


NOTHING: Mapping[str, Text] = MappingProxyType({})


class Remedies:
    """The remedies that the shapes state, by the message they stand beside."""

    def __init__(self, shapes: Graph, base: str, besides: Mapping[str, Text] = NOTHING) -> None:
        """`besides` are remedies of messages that no shape has."""
        remedy = URIRef(Iris(base).ontology("facade") + "remedy")
        self._own: dict[str, Text] = dict(besides)
        for shape in set(shapes.subjects(remedy, None)):
            words = labels.text(shapes, shape, remedy)
            for message in shapes.objects(shape, SH.message):
                if words is not None and isinstance(message, Literal):
                    self._own[str(message)] = words

    def of(self, violation: Violation, rows: Sequence[int | str], column: str | None) -> Text:
        """The words for one violation, in both languages; a record without a number is named."""
        if violation.is_absent:
            return filled(ABSENT, rows, column)
        own = self._own.get(violation.message.vi) or self._own.get(violation.message.en)
        return filled(own or default(violation.constraint), rows, column)


def default(constraint: str) -> Text:
    """The words for a constraint component, by its IRI."""
    name = constraint.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    return _DEFAULTS.get(_ALIKE.get(name, name), _OTHER)


def filled(words: Text, rows: Sequence[int | str], column: str | None) -> Text:
    """The words with the place put in."""
    listed = ", ".join(map(str, rows)) or "–"
    given = {"{rows}": listed, "{column}": f"«{column}»" if column else "–"}
    vi, en = words.vi, words.en
    for mark, text in given.items():
        vi, en = vi.replace(mark, text), en.replace(mark, text.replace("«", "“").replace("»", "”"))
    return Text(vi, en)
