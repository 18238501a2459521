"""`lienthong demo generate`: source files of made-up agencies."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.console import err, say
from graph import settings
from graph.settings import Settings
from graph.text import Text
from ingest import demo
from ingest.demo.generate import SCALE, SEED, Listener, found, generate_missing
from ingest.demo.manifest import DatasetManifest, Manifest

app = typer.Typer(no_args_is_help=True, help="Dữ liệu mẫu, không có thật. / Made-up data for demonstration.")


@app.callback()
def group() -> None:
    """Dữ liệu mẫu, không có thật. / Made-up data for demonstration."""


@app.command()
def generate(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT]", help="Thư mục; mặc định: thư mục nguồn. / Default: sources folder."),
    ] = None,
    scale: Annotated[
        float, typer.Option(help="Quy mô: 1 là khoảng 5.000 người. / Scale: 1 is about 5,000 persons.")
    ] = SCALE,
    seed: Annotated[
        int, typer.Option(help="Hạt giống: cùng số thì cùng tệp. / Same seed, same files.")
    ] = SEED,
) -> None:
    """Sinh tệp nguồn của các cơ quan. / Write the source files that agencies would send.

    Người và doanh nghiệp đều không có thật. / No person or enterprise in them is real.

    Ví dụ / Examples:

        lienthong demo generate

        lienthong demo generate --scale 0.1 --seed 7 /tmp/sources
    """
    folder = out or settings.load().sources_dir
    _with_progress(folder, lambda listener: demo.generate(folder, scale, seed, listener))


def generate_if_missing(chosen: Settings) -> None:
    """Makes up the sources that are not in the folder of sources."""
    folder = chosen.sources_dir
    if not all((folder / name).exists() for name, _ in found()):
        _with_progress(folder, lambda listener: generate_missing(folder, listener))


def _with_progress(out: Path, write: Callable[[Listener], Manifest]) -> None:
    """Says on stderr which data set is being written, and at the end how much there is."""
    started = time.perf_counter()
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True
    ) as progress:
        task = progress.add_task("", total=None)

        def listen(name: str, done: DatasetManifest | None) -> None:
            progress.update(task, description=name)
            if done is not None:
                rows, faults = sum(done.files.values()), len(done.faults)
                progress.console.print(
                    f"  {name}: {rows:,} bản ghi/rows · {faults:,} lỗi/faults", style="dim"
                )

        manifest = write(listen)
    datasets = manifest.datasets.values()
    rows = sum(sum(one.files.values()) for one in datasets)
    faults = sum(len(one.faults) for one in datasets)
    seconds = time.perf_counter() - started
    say(
        Text(
            f"{out}: {len(datasets)} bộ dữ liệu · {rows:,} bản ghi · {faults:,} lỗi · {seconds:.1f} s",
            f"{out}: {len(datasets)} data sets · {rows:,} rows · {faults:,} faults · {seconds:.1f} s",
        ),
        "bold",
    )
