"""`lienthong query`: a SPARQL query against the current generation, without a server."""

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.console import err, out
from graph import queries, settings
from graph.access import up_to
from graph.errors import Place, QueryError
from graph.formats import GRAPHS, RESULTS, by_extension
from graph.prefixes import Prefixes
from graph.sparql.engine import Answer, Engine
from graph.stores.generations import Generations
from graph.text import Text

TABLE = "table"


class AccessClass(StrEnum):
    """The classes of access (`graph.access.CLASSES`), as choices."""

    OPEN = "open"
    SHARED = "shared"
    RESTRICTED = "restricted"


def query(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Tệp .rq, hoặc - cho stdin. / A file, or -.")],
    format_name: Annotated[
        str,
        typer.Option("--format", "-f", help="table, json, xml, csv, tsv; ttl, nt, jsonld, rdf"),
    ] = TABLE,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Giá trị của một tham số. / The value of a parameter."
        ),
    ] = None,
    access: Annotated[
        AccessClass,
        typer.Option(
            help="Thấy đến mức chia sẻ này; mặc định như người chưa xác định. "
            "/ See up to this class of access; default: as somebody unknown.",
        ),
    ] = AccessClass.OPEN,
    timeout: Annotated[float | None, typer.Option(help="Số giây tối đa. / Most seconds.")] = None,
) -> None:
    """Chạy truy vấn SPARQL trên thế hệ hiện hành. / Run a SPARQL query on the current generation.

    Ví dụ / Examples:

        lienthong query ingest/datasets/nso-administrative-units/queries/units-on-date.rq

        lienthong query queries/code-on-a-day.rq --set code=00004 --set day=2025-07-02

        lienthong query queries/late-dossiers-of-enterprises.rq --access restricted

        echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | lienthong query - --format csv
    """
    chosen = settings.load()
    text = _with_values(_read(file), values or [], file)
    accept = None
    if format_name != TABLE:
        accept = by_extension(format_name, (*RESULTS, *GRAPHS)).media_type
    answer = asyncio.run(_answer(text, accept, timeout, access, chosen))
    if format_name == TABLE and answer.form in ("select", "ask"):
        _show(
            json.loads(answer.body),
            Prefixes.load(chosen.ontology_dir / "catalogue.ttl", base=chosen.base_iri),
        )
    else:
        sys.stdout.buffer.write(answer.body)
        sys.stdout.flush()
    err.print(
        f"{answer.generation} · {answer.created} · {answer.engine} · {answer.seconds:.3f} s", style="dim"
    )


async def _answer(
    text: str, accept: str | None, timeout: float | None, access: str, chosen: settings.Settings
) -> Answer:
    engine = Engine(Generations(chosen.data_dir), chosen.model_copy(update={"workers": 1}))
    await engine.start()
    try:
        graphs = up_to(access, engine.current().manifest.graphs).graphs
        return await engine.answer(text, principal_graphs=graphs, accept=accept, timeout=timeout)
    finally:
        await engine.stop()


def _with_values(text: str, values: list[str], file: str) -> str:
    if not values:
        return text
    pairs = dict(value.partition("=")[::2] for value in values)
    return queries.parse(text, Path(file)).asking(pairs)


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise QueryError(
            Text("Không tìm thấy tệp truy vấn.", "The query file does not exist."),
            hint=Text("Dùng - để đọc từ stdin.", "Use - to read standard input."),
            place=Place(file=file),
        ) from missing


def _show(results: dict[str, Any], prefixes: Prefixes) -> None:
    if "boolean" in results:
        out.print("true" if results["boolean"] else "false")
        return
    names = results["head"]["vars"]
    table = Table(box=None)
    for name in names:
        # An IRI that is cut is of no use: a narrow terminal gets it on several lines.
        table.add_column(name, overflow="fold")
    rows = results["results"]["bindings"]
    for row in rows:
        table.add_row(*(_cell(row.get(name), prefixes) for name in names))
    out.print(table)
    err.print(f"{len(rows):,} dòng / rows", style="dim")


def _cell(term: dict[str, str] | None, prefixes: Prefixes) -> str:
    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "uri":
        return prefixes.compact(value)
    return f"{value} @{term['xml:lang']}" if "xml:lang" in term else value
