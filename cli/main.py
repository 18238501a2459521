"""`lienthong`: the table of contents of the command."""

import sys

import typer

from cli import console, on_demand
from graph.errors import LienthongError

COMMANDS = {
    "run": "cli.run:run",
    "ingest": "cli.ingest:ingest",
    "map": "cli.map:map_document",
    "serve": "cli.serve:serve",
    "query": "cli.query:query",
    "validate": "cli.validate:validate",
    "config": "cli.config:config",
    "dataset": "cli.dataset:app",
    "generation": "cli.generation:app",
    "key": "cli.key:app",
    "queries": "cli.queries:app",
    "demo": "cli.demo:app",
}
app = typer.Typer(
    name="lienthong",
    cls=on_demand.group(COMMANDS),
    help="Liên thông — đồ thị tri thức và dịch vụ SPARQL dùng chung của các cơ quan nhà nước.\n\n"
    "A governed knowledge graph and SPARQL service on which a whole state's agencies share data.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(lambda: None)


def main() -> None:
    """The entry point: a known error is printed with its hint and gives exit code 1."""
    try:
        app()
    except LienthongError as error:
        console.show_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
