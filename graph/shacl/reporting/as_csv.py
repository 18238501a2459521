"""A report as CSV (RFC 4180), one line for each result listed; the header speaks both languages."""

import csv
import io

from graph.shacl.reporting.report import Report, Result

HEADER = (
    "mã lỗi / id",
    "mức / severity",
    "tệp / file",
    "bản ghi / row",
    "dòng / line",
    "cột / column",
    "giá trị / value",
    "lý do",
    "reason",
    "cách sửa",
    "remedy",
    "thực thể / entity",
    "thuộc tính / property",
    "quy tắc / rule",
    "hệ quả / consequence",
)


def written(report: Report) -> str:
    """The text, without a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for one in report.results:
        writer.writerow([_cell(value) for value in _line(one)])
    return text.getvalue()


def _line(one: Result) -> tuple[str | None, ...]:
    return (
        one.id,
        one.severity,
        one.origin.file,
        "; ".join(map(str, one.origin.rows)),
        str(one.origin.line or ""),
        one.origin.column,
        one.value,
        one.message.vi,
        one.message.en,
        one.remedy.vi,
        one.remedy.en,
        one.focus,
        one.path,
        one.rule,
        "x" if one.is_consequence else "",
    )


def _cell(value: str | None) -> str:
    """An apostrophe keeps a cell text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    text = value or ""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
