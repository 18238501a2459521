"""`lienthong ingest`: sources in, a generation out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.console import err
from cli.run_report import show
from graph import settings
from ingest import dataset as datasets
from ingest import pipeline
from ingest.progress import Rows
from ingest.report import RunReport

STEPS = {
    "extract": "đọc nguồn / extract",
    "check": "kiểm tra nguồn / check",
    "map": "ánh xạ / map",
    "write": "ghi cột / write",
    "validate": "đối chiếu hình dạng / validate",
    "compare": "so sánh / compare",
    "measure": "đo chất lượng / measure",
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
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE|RUN",
            help="Chỉ các bộ có nguồn thay đổi từ đó. / Only data sets whose sources changed since.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--no-resume",
            help="Tiếp tục phần việc của lần chạy bị ngắt. / Take up what an interrupted run had finished.",
        ),
    ] = True,
    wait: Annotated[
        float,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0,
            help="Chờ lần chạy khác xong tối đa bao lâu. / How long to wait for another run to end.",
        ),
    ] = 0,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Số bộ chạy cùng lúc. / Data sets at a time.")
    ] = 2,
    report: Annotated[
        Path | None, typer.Option("--report", help="Ghi báo cáo JSON. / Write the report as JSON.")
    ] = None,
) -> None:
    """Đọc, ánh xạ, kiểm tra và công bố. / Extract, map, validate, compare and publish.

    Lần chạy lỗi hoặc không đổi thì không công bố gì. / A failed or unchanged run publishes nothing.

    Mã thoát: 0 xong · 1 có bộ dữ liệu lỗi · 130 bị ngắt.
    / Exit codes: 0 done · 1 a data set failed · 130 interrupted.

    Ví dụ / Examples:

        lienthong ingest

        lienthong ingest nso-administrative-units --dry-run

        lienthong ingest --since 2025-11-30 --wait 600

        lienthong ingest --jobs 1 --report report.json
    """
    result = run_with_progress(names or [], dry_run=dry_run, jobs=jobs, since=since, resume=resume, wait=wait)
    if report:
        report.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if result.failed:
        raise typer.Exit(1)


def run_with_progress(
    names: list[str],
    *,
    dry_run: bool = False,
    jobs: int = 2,
    since: str | None = None,
    resume: bool = True,
    wait: float = 0,
) -> RunReport:
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

        def listen(name: str, step: str, rows: Rows | None) -> None:
            expected = f" / ~{rows.expected:,}" if rows and rows.expected else ""
            read = f" · {rows.read:,}{expected} bản ghi/rows" if rows else ""
            done = list(STEPS).index(step)
            progress.update(tasks[name], completed=done, step=STEPS[step] + read)

        def on_step(step: str) -> None:
            progress.update(publishing, description="công bố / publish", step=step, visible=True)

        result = pipeline.run(
            chosen,
            names,
            dry_run=dry_run,
            jobs=jobs,
            changed_since=since,
            resume=resume,
            wait=wait,
            listener=listen,
            on_step=on_step,
        )
    show(result)
    return result
