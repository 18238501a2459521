"""Rows of a source that cannot be read: left out where the policy allows it, counted and reported."""

from collections.abc import Sequence

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.quarantine import Entry
from ingest.report import EXAMPLES, DataSetReport, Example, Finding
from ingest.sources import Rejected, Relation
from ingest.trace import Trace
from ingest.validation import QUARANTINE_LIMIT

RULE = "unreadable-row"
ENCODING = Text(
    "Lưu lại tệp bằng UTF-8 (Excel: «CSV UTF-8»), hoặc gõ lại bản ghi này, rồi gửi lại.",
    "Save the file again as UTF-8 (Excel: “CSV UTF-8”), or type this row anew, and send it again.",
)
FORM = Text(
    "Sửa bản ghi này theo lý do nêu bên (số ô, dấu nháy, công thức lỗi), rồi gửi lại tệp.",
    "Mend this row as the reason says (number of cells, quotes, broken formulas), and send the file again.",
)


def note(relations: Sequence[Relation], report: DataSetReport, where: Trace) -> None:
    """Puts their number, the first of them and an entry for each into the report.

    Raises SourceError where they are more than `QUARANTINE_LIMIT` of a source's rows: the file is wrong as a
    whole then.
    """
    found = [(relation, one) for relation in relations for one in relation.rejected]
    report.rejected = len(found)
    if not found:
        return
    examples = tuple(
        Example(one.row, one.value, f"{one.reason.vi} / {one.reason.en}", relation.name, one.column)
        for relation, one in found[:EXAMPLES]
    )
    message = Text("Bản ghi không đọc được, đã để ra ngoài.", "The row cannot be read and was left out.")
    report.findings.append(Finding(RULE, "violation", message, len(found), examples))
    report.entries += [_entry(one, where.name_of(relation.name)) for relation, one in found]
    for relation in relations:
        _refuse(relation)


def _entry(one: Rejected, file: str) -> Entry:
    remedy = ENCODING if "UTF-8" in one.reason.en else FORM
    return Entry("unreadable", RULE, file, (one.row,), one.column, one.value, one.reason, remedy)


def _refuse(relation: Relation) -> None:
    bad, all_rows = len(relation.rejected), len(relation.rejected) + relation.rows
    if bad <= QUARANTINE_LIMIT * all_rows:
        return
    first = relation.rejected[0]
    raise SourceError(
        Text(
            f"{bad} trong {all_rows} bản ghi không đọc được; bản ghi đầu: {first.reason.vi}",
            f"{bad} of {all_rows} rows cannot be read; the first: {first.reason.en}",
        ),
        hint=Text(
            "Kiểm tra bảng mã, dấu phân cách và dấu nháy của cả tệp.",
            "Look at the encoding, delimiter and quotes of the whole file.",
        ),
        place=Place(relation.location, first.line, first.row, first.column, first.value),
    )
