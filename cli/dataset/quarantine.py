"""`lienthong dataset quarantine`: the faults of the last run and their remedies."""

from typing import Annotated

import typer
from rich.markup import escape

from cli.console import out, say
from graph import settings
from graph.text import Text
from ingest import dataset as datasets
from ingest import quarantine


def show_quarantine(
    name: Annotated[str, typer.Argument(metavar="DATASET", help="Bộ dữ liệu / data set")],
    path: Annotated[
        bool, typer.Option("--path", help="Chỉ in đường dẫn tệp CSV. / Print the CSV file's path only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / Print JSON.")] = False,
) -> None:
    """Lỗi của lần chạy gần nhất và cách sửa. / The last run's faults: file, row, column, remedy.

    Ví dụ / Examples:

        lienthong dataset quarantine mof-enterprises

        lienthong dataset quarantine mof-enterprises --path
    """
    chosen = settings.load()
    datasets.select(datasets.discover(chosen), [name])
    files = quarantine.latest(chosen.data_dir, name)
    if files is None:
        say(Text(f"{name}: không có lỗi nào được ghi.", f"{name}: no faults are on record."), "bold")
        return
    if path:
        out.print(str(files.csv))
        return
    if as_json:
        print(files.json.read_text(encoding="utf-8"), end="")
        return
    found = quarantine.read(files.json)
    for one in found:
        rows = ", ".join(map(str, one.rows))
        value = f" · {one.value}" if one.value else ""
        out.print(escape(f"{one.file} · bản ghi/row {rows} · cột/column {one.column or '–'}{value}"))
        out.print(f"    {escape(one.reason.vi)}\n    [dim]{escape(one.reason.en)}[/]")
        out.print(f"  → {escape(one.remedy.vi)}\n  → [dim]{escape(one.remedy.en)}[/]")
    say(Text(f"{len(found)} lỗi · {files.csv}", f"{len(found)} faults · {files.csv}"), "bold")
