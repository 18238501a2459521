"""`lienthong`: the table of contents of the command."""

import sys

import typer

from cli import config, console, dataset, demo, generation, ingest, queries, query, serve, validate
from cli import map as mapping
from graph.errors import LienthongError

app = typer.Typer(
    name="lienthong",
    help="Liên thông — đồ thị tri thức và dịch vụ SPARQL dùng chung của các cơ quan nhà nước.\n\n"
    "A governed knowledge graph and SPARQL service on which a whole state's agencies share data.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(serve.run)
app.command("ingest")(ingest.ingest)
app.command("map")(mapping.map_document)
app.command("serve")(serve.serve)
app.command("query")(query.query)
app.command("validate")(validate.validate)
app.add_typer(dataset.app, name="dataset")
app.add_typer(generation.app, name="generation")
app.add_typer(queries.app, name="queries")
app.add_typer(demo.app, name="demo")
app.command("config")(config.config)


def main() -> None:
    """The entry point: a known error is printed with its hint and gives exit code 1."""
    try:
        app()
    except LienthongError as error:
        console.show_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
