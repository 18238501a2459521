"""`lienthong dataset check`: folders against the conformance kit, and the first rows of their sources."""

from typing import Annotated

import typer
from rich.markup import escape

from cli.console import err, out, say, show_error
from cli.run_report import show_findings
from graph import settings
from graph.settings import Settings
from graph.text import Text
from ingest import conformance, trial
from ingest import dataset as datasets

EXAMPLES = 10
"""Faults that are shown of the rows tried."""


def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET]…", help="Mặc định: tất cả. / Default: all.")
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows",
            min=1,
            help="Thử N dòng đầu của nguồn thật. / Try the first N rows of the real source, too.",
        ),
    ] = None,
) -> None:
    """Kiểm tra thư mục bộ dữ liệu theo bộ quy tắc chung. / Check data sets against the conformance kit.

    Mã thoát: 0 đạt · 1 chưa đạt. / Exit codes: 0 conform · 1 do not.

    Ví dụ / Examples:

        lienthong dataset check moha-agencies

        lienthong dataset check mof-enterprises --rows 1000
    """
    chosen = settings.load()
    known = datasets.discover(chosen)
    selected = datasets.select(known, names or [])
    wrong = 0
    with conformance.kit(known, chosen) as kit:
        for one in selected:
            problems = kit.check(one)
            out.print(f"{'✗' if problems else '✓'} {one.name}")
            for problem in problems:
                out.print(f"    {problem.rule}: {escape(problem.message.vi)}")
                out.print(f"    {' ' * len(problem.rule)}  {escape(problem.message.en)}", style="dim")
            sound = _try(one, chosen, rows) if rows is not None else True
            wrong += bool(problems) or not sound
    summary = Text(
        f"{len(selected)} bộ dữ liệu · {len(selected) - wrong} đạt · {wrong} chưa đạt",
        f"{len(selected)} data sets · {len(selected) - wrong} conform · {wrong} do not",
    )
    err.print(str(summary), style="bold")
    if wrong:
        raise typer.Exit(1)


def _try(dataset: datasets.DataSet, chosen: Settings, rows: int) -> bool:
    if not dataset.data.is_dir() and not dataset.is_live(chosen):
        say(
            Text(
                f"    Chưa có tệp nguồn ở {dataset.data}; chỉ kiểm tra mẫu.",
                f"    There are no source files in {dataset.data}; only the sample was checked.",
            )
        )
        return True
    found = trial.run(dataset, chosen, rows)
    if found.preview:
        out.print(escape(found.preview))
    elif found.report.quads:
        say(
            Text(
                "    Dữ liệu không mở nên không xem trước.",
                "    The data is not open, so there is no preview.",
            )
        )
    show_findings(dataset.name, found.report.findings)
    for one in found.report.entries[:EXAMPLES]:
        numbers = ", ".join(map(str, one.rows))
        err.print(escape(f"  ↳ {one.file} · bản ghi/row {numbers} · cột/column {one.column or '–'}"))
        err.print(f"    → {escape(one.remedy.vi)}\n    → [dim]{escape(one.remedy.en)}[/]")
    if found.report.error is not None:
        show_error(found.report.error)
    read = sum(one.read for one in found.report.accounts.values())
    say(
        Text(
            f"{read:,} bản ghi đầu · {found.report.quads:,} bộ · {len(found.report.entries)} lỗi",
            f"first {read:,} rows · {found.report.quads:,} quads · {len(found.report.entries)} faults",
        )
    )
    return found.report.error is None
