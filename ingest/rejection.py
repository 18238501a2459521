"""Rows of a source that cannot be read: left out under quarantine, counted and reported."""

from collections.abc import Sequence

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.report import EXAMPLES, DataSetReport, Example, Finding
from ingest.sources import Relation
from ingest.validation import QUARANTINE_LIMIT

RULE = "unreadable-row"


def note(relations: Sequence[Relation], report: DataSetReport) -> None:
    """Puts their number and the first of them into the report.

    Raises SourceError where they are more than `QUARANTINE_LIMIT` of a source's rows: the file is wrong as a
    whole then.
    """
    found = [(relation, one) for relation in relations for one in relation.rejected]
    report.rejected = len(found)
    if not found:
        return
    examples = tuple(
        Example(row, one.value, f"{one.reason.vi} / {one.reason.en}", source, one.column)
        for relation, one in found[:EXAMPLES]
        for source, row in [relation.origin(one.row)]
    )
    message = Text("Bản ghi không đọc được, đã để ra ngoài.", "The row cannot be read and was left out.")
    report.findings.append(Finding(RULE, "violation", message, len(found), examples))
    for relation in relations:
        _refuse(relation)


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
