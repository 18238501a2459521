"""`lienthong dataset list|new|check`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.console import err, out, say
from cli.explain import explain
from graph import settings
from graph.stores.generations import Generations
from graph.text import Text
from ingest import conformance, scaffold
from ingest import dataset as datasets

app = typer.Typer(no_args_is_help=True, help="Các bộ dữ liệu. / Data sets, each a folder.")
app.command()(explain)


@app.command("list")
def list_datasets() -> None:
    """Liệt kê các bộ dữ liệu và phiên bản đang công bố. / List data sets and their published versions.

    Ví dụ / Example: lienthong dataset list
    """
    chosen = settings.load()
    current = Generations(chosen.data_dir).current()
    published = current.manifest.datasets if current else {}
    table = Table(
        "bộ dữ liệu / data set", "tên / title", "mức / class", "phiên bản / version", "quad", box=None
    )
    for name, one in datasets.discover(chosen).items():
        entry = published.get(name)
        version, quads = (entry.version, f"{entry.quads:,}") if entry else ("–", "–")
        table.add_row(name, one.title.of(chosen.language), one.access, version, quads)
    out.print(table)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="AGENCY-NAME", help="Ví dụ / e.g. moh-hospitals")],
) -> None:
    """Tạo thư mục cho bộ dữ liệu mới từ mẫu. / Make the folder of a new data set from a template.

    Ví dụ / Example: lienthong dataset new moh-hospitals
    """
    folder = scaffold.create(name, settings.load())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        out.print(str(path))
    say(Text(f"Tiếp theo: lienthong dataset check {name}", f"Next: lienthong dataset check {name}"))


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET]…", help="Mặc định: tất cả. / Default: all.")
    ] = None,
) -> None:
    """Kiểm tra thư mục bộ dữ liệu theo bộ quy tắc chung. / Check data sets against the conformance kit.

    Ví dụ / Example: lienthong dataset check moha-agencies
    """
    chosen = settings.load()
    known = datasets.discover(chosen)
    selected = datasets.select(known, names or [])
    wrong = 0
    for one in selected:
        problems = conformance.check(one, known, chosen)
        wrong += bool(problems)
        out.print(f"{'✗' if problems else '✓'} {one.name}")
        for problem in problems:
            out.print(f"    {problem.rule}: {escape(problem.message.vi)}")
            out.print(f"    {' ' * len(problem.rule)}  {escape(problem.message.en)}", style="dim")
    summary = Text(
        f"{len(selected)} bộ dữ liệu · {len(selected) - wrong} đạt · {wrong} chưa đạt",
        f"{len(selected)} data sets · {len(selected) - wrong} conform · {wrong} do not",
    )
    err.print(str(summary), style="bold")
    if wrong:
        raise typer.Exit(1)
