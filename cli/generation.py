"""`lienthong generation list|show|rollback|prune`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from cli.console import err, out, say
from graph import settings
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.http.server import Server
from graph.text import Text
from ingest import retention

app = typer.Typer(no_args_is_help=True, help="Các thế hệ đã công bố. / Published generations.")


@app.command("list")
def list_generations() -> None:
    """Liệt kê, mới nhất trước. / List them, newest first.

    Ví dụ / Example: lienthong generation list
    """
    generations = Generations(settings.load().data_dir)
    current = generations.current()
    table = Table("", "thế hệ / generation", "lúc / created", "quad", "bộ dữ liệu / data sets", box=None)
    found = sorted(generations.list(), key=lambda one: one.id, reverse=True)
    for one in found:
        mark = "→" if current and one.id == current.id else ""
        names = ", ".join(one.manifest.datasets)
        table.add_row(mark, one.id, one.manifest.created, f"{one.manifest.quads:,}", names)
    if found:
        out.print(table)
    else:
        say(Text("Chưa có thế hệ nào. Chạy: lienthong ingest", "No generation yet. Run: lienthong ingest"))


@app.command()
def show(
    generation: Annotated[str | None, typer.Argument(help="Mặc định: hiện hành. / Default: current.")] = None,
) -> None:
    """In bản kê của một thế hệ (JSON). / Print a generation's manifest.

    Ví dụ / Example: lienthong generation show g000001
    """
    generations = Generations(settings.load().data_dir)
    chosen = generations.get(generation) if generation else generations.require_current()
    print(json.dumps(chosen.manifest.as_json(), ensure_ascii=False, indent=2))


@app.command()
def rollback(
    generation: Annotated[
        str | None, typer.Argument(help="Mặc định: thế hệ trước. / Default: the one before.")
    ] = None,
) -> None:
    """Quay về thế hệ trước. / Make an earlier generation current again.

    Ví dụ / Examples:

        lienthong generation rollback

        lienthong generation rollback g000003
    """
    chosen = _writable(settings.load()).rollback(generation)
    say(Text(f"Thế hệ {chosen.id} đang phục vụ.", f"Generation {chosen.id} is current."), "bold")


@app.command()
def prune(
    keep: Annotated[int | None, typer.Option(min=1, help="Số thế hệ giữ lại. / Generations to keep.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê. / Only list.")] = False,
) -> None:
    """Xoá thế hệ cũ và phiên bản không còn dùng. / Remove old generations and versions no one refers to.

    Ví dụ / Example: lienthong generation prune --keep 3 --dry-run
    """
    chosen = settings.load()
    removed = retention.prune(chosen, _writable(chosen), keep, dry_run=dry_run)
    for name in removed:
        out.print(name)
    verb = Text("sẽ xoá", "would be removed") if dry_run else Text("đã xoá", "removed")
    err.print(f"{len(removed)} {verb}")


def _writable(chosen: Settings) -> Generations:
    return Generations(chosen.data_dir, server=Server.of(chosen))
