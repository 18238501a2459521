"""A validation report for people at a terminal."""

from collections import defaultdict

from rich.markup import escape

from cli.console import err, out
from graph.shacl.reporting import Report, Result
from graph.text import Text
from ingest.checking.checker import Checker

STYLES = {"info": "dim", "warning": "yellow", "violation": "red"}


def show(report: Report) -> None:
    """On stdout: each rule with its exact count, under it the results that are listed."""
    listed: dict[tuple[str, str | None, str, str], list[Result]] = defaultdict(list)
    for one in report.results:
        listed[one.rule, one.path, one.constraint, one.message.en].append(one)
    if report.refusal:
        where = _where(
            report.refusal.origin.file,
            report.refusal.origin.rows,
            report.refusal.origin.line,
            report.refusal.origin.column,
        )
        out.print(f"[red]{escape(str(report.refusal.message))}[/]")
        out.print(f"  ↳ {escape(where)}")
        if report.refusal.hint:
            out.print(f"  → {escape(str(report.refusal.hint))}")
    for count in report.counts:
        out.print(f"[{STYLES[count.severity]}]{count.count:>6,} {count.severity}[/] {escape(count.rule)}")
        out.print(f"       {escape(count.message.vi)}")
        out.print(f"       {escape(count.message.en)}", style="dim")
        for one in listed[count.rule, count.path, count.constraint, count.message.en]:
            _show(one)


def _show(one: Result) -> None:
    where = _where(one.origin.file, one.origin.rows, one.origin.line, one.origin.column)
    told = [where, one.focus or "", one.value if one.value not in (None, one.focus) else None]
    out.print(f"  {one.id} {escape(' · '.join(part for part in told if part))}")
    out.print(f"       → {escape(one.remedy.vi)}")
    out.print(f"       → {escape(one.remedy.en)}", style="dim")


def _where(file: str | None, rows: tuple[int, ...], line: int | None, column: str | None) -> str:
    parts = [
        file,
        f"bản ghi/row {', '.join(map(str, rows))}" if rows else None,
        f"dòng/line {line}" if line is not None else None,
        f"cột/column {column}" if column else None,
    ]
    return " · ".join(part for part in parts if part)


def summary(report: Report) -> Text:
    """The last line."""
    others = report.total - report.violations
    listed = len(report.results)
    shown = Text(f" · liệt kê {listed:,}", f" · {listed:,} listed") if listed < report.total else Text("", "")
    ends = Text("đạt", "conforms") if report.conforms else Text("chưa đạt", "does not conform")
    return Text(
        f"{report.subject}: {ends.vi} · {report.focus_nodes:,} thực thể · {report.shapes:,} hình dạng · "
        f"{report.violations:,} vi phạm · {others:,} ghi chú{shown.vi}",
        f"{report.subject}: {ends.en} · {report.focus_nodes:,} entities · {report.shapes:,} shapes · "
        f"{report.violations:,} violations · {others:,} notes{shown.en}",
    )


def explain(tools: Checker) -> None:
    """On stderr: the shapes with their targets and what runs them (SQL, or why not), what they are judged
    together with, what is not looked up."""
    err.print("HÌNH DẠNG / SHAPES", style="bold")
    reasons = tools.own.uncompiled()
    for shape, targets in tools.targeted.items():
        why = "; ".join(reasons.get(shape, ()))
        runs = f"pySHACL: {why}" if why else "SQL"
        err.print(escape(f"  {shape} ← {', '.join(sorted(targets))} · {runs}"))
    err.print("CÙNG VỚI / TOGETHER WITH", style="bold")
    for name, path in tools.around.columns.items():
        err.print(escape(f"  {name} {path.parent.name}"))
    if tools.around.unseen:
        err.print("KHÔNG TRA ĐƯỢC / NOT LOOKED UP", style="bold")
        for one in sorted(tools.around.unseen):
            err.print(escape(f"  {one}"))
