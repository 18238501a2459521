"""`lienthong dataset …`: a file for each of its commands."""

import typer

from cli import on_demand

COMMANDS = {
    "explain": "cli.explain:explain",
    "quality": "cli.quality:quality",
    "list": "cli.dataset.listing:list_datasets",
    "new": "cli.dataset.new:new",
    "check": "cli.dataset.check:check",
    "diff": "cli.dataset.diff:diff",
    "quarantine": "cli.dataset.quarantine:show_quarantine",
}
app = typer.Typer(
    cls=on_demand.group(COMMANDS),
    no_args_is_help=True,
    help="Các bộ dữ liệu. / Data sets, each a folder.",
)
app.callback()(lambda: None)
