"""`lienthong ingest`: sources in, a generation out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.console import err, say, show_error
from graph import settings
from graph.text import Text
from ingest import dataset as datasets
from ingest import pipeline
from ingest.report import DataSetReport, RunReport

STEPS = {
    "extract": "đọc nguồn / extract",
    "check": "kiểm tra nguồn / check",
    "map": "ánh xạ / map",
    "write": "ghi cột / write",
    "validate": "đối chiếu hình dạng / validate",
    "compare": "so sánh / compare",
}
OUTCOMES = {
    "published": Text("đã công bố", "published"),
    "unchanged": Text("không đổi", "unchanged"),
    "valid": Text("hợp lệ", "valid"),
    "failed": Text("lỗi", "failed"),
}


def ingest(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DATASET]…", help="Bộ dữ liệu; mặc định: tất cả. / Data sets; default: all."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Làm mọi bước trừ công bố. / Do everything but publish."),
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Số bộ chạy cùng lúc. / Data sets at a time.")
    ] = 2,
    report: Annotated[
        Path | None, typer.Option("--report", help="Ghi báo cáo JSON. / Write the report as JSON.")
    ] = None,
) -> None:
    """Đọc, ánh xạ, kiểm tra và công bố. / Extract, map, validate, compare and publish.

    Lần chạy lỗi hoặc không đổi thì không công bố gì. / A failed or unchanged run publishes nothing.

    Ví dụ / Examples:

        lienthong ingest

        lienthong ingest nso-administrative-units --dry-run

        lienthong ingest --jobs 1 --report report.json
    """
    result = run_with_progress(names or [], dry_run=dry_run, jobs=jobs)
    if report:
        report.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if result.failed:
        raise typer.Exit(1)


def run_with_progress(names: list[str], *, dry_run: bool = False, jobs: int = 2) -> RunReport:
    """Runs the pipeline, shows a bar for each data set on stderr, then the report and the summary line."""
    chosen = settings.load()
    selected = datasets.select(datasets.discover(chosen), names)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as progress:
        tasks = {
            one.name: progress.add_task(one.name, total=len(STEPS), completed=0, step="") for one in selected
        }
        publishing = progress.add_task("—", total=None, step="", visible=False)

        def listen(name: str, step: str) -> None:
            done = list(STEPS).index(step)
            progress.update(tasks[name], completed=done, step=STEPS[step])

        def on_step(step: str) -> None:
            progress.update(publishing, description="công bố / publish", step=step, visible=True)

        result = pipeline.run(chosen, names, dry_run=dry_run, jobs=jobs, listener=listen, on_step=on_step)
    show(result)
    return result


def show(result: RunReport) -> None:
    """The report for people; its last line is the summary."""
    table = Table("", "bộ dữ liệu / data set", box=None)
    for title in ("bản ghi\nrows", "thực thể\nentities", "cách ly\nquarantined", "quad", "+", "−", "giây\ns"):
        table.add_column(title, justify="right")
    for one in result.datasets:
        mark, style = {"failed": ("✗", "red"), "unchanged": ("=", "dim")}.get(one.outcome, ("✓", "green"))
        table.add_row(
            f"[{style}]{mark}[/]",
            f"{one.name} · {OUTCOMES[one.outcome]}",
            f"{sum(one.rows.values()):,}",
            f"{one.entities:,}",
            f"{one.rejected + one.quarantined:,}",
            f"{one.quads:,}",
            f"{one.added:,}",
            f"{one.removed:,}",
            f"{sum(step.seconds for step in one.steps):.1f}",
        )
    err.print(table)
    for one in result.datasets:
        _show_findings(one)
        if one.error:
            err.print(f"\n[bold]{one.name}[/]")
            show_error(one.error)
    if result.generation:
        say(Text(f"Thế hệ {result.generation} đang phục vụ.", f"Generation {result.generation} is current."))
    say(result.summary(), "bold")


def _show_findings(report: DataSetReport) -> None:
    if not report.findings:
        return
    err.print(f"\n[bold]{report.name}[/]")
    styles = {"info": "dim", "warning": "yellow", "violation": "red"}
    for finding in report.findings:
        err.print(f"  [{styles[finding.severity]}]{finding.count:>6,} {finding.severity}[/] {finding.rule}")
        err.print(f"         {escape(finding.message.vi)}")
        err.print(f"         {escape(finding.message.en)}", style="dim")
        first = finding.examples[0]
        where = f"bản ghi/row {first.row}: " if first.row is not None else ""
        shown = " · ".join(part for part in (first.value, first.note) if part)
        err.print(f"         vd./e.g. {where}{escape(shown)}", style="dim")
