"""`lienthong query`: a SPARQL query against the current generation, without a server."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from cli.console import err, out
from graph import queries, settings
from graph.access import up_to
from graph.errors import Place, QueryError
from graph.formats import GRAPHS, RESULTS, by_extension
from graph.prefixes import Prefixes
from graph.sparql.answer import Explanation, Prepared
from graph.sparql.engine import Engine
from graph.stores.generations import Generations
from graph.text import Text

TABLE = "table"
Result = TypeVar("Result")


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
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Nói cách trả lời, không trả lời. / Say how it is answered, do not answer."
        ),
    ] = False,
) -> None:
    """Chạy truy vấn SPARQL trên thế hệ hiện hành. / Run a SPARQL query on the current generation.

    Ví dụ / Examples:

        lienthong query ingest/datasets/nso-administrative-units/queries/units-on-date.rq

        lienthong query queries/code-on-a-day.rq --set code=00004 --set day=2025-07-02

        lienthong query queries/late-dossiers-of-enterprises.rq --access restricted

        lienthong query queries/named-like.rq --explain

        echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | lienthong query - --format csv
    """
    chosen = settings.load()
    text = _with_values(_read(file), values or [], file)
    accept = None
    if format_name != TABLE:
        accept = by_extension(format_name, (*RESULTS, *GRAPHS)).media_type
    if explain:
        _explain(asyncio.run(_asked(text, accept, timeout, access, chosen, _explained)))
        return
    answer = asyncio.run(_asked(text, accept, timeout, access, chosen, Engine.run))
    if format_name == TABLE and answer.form in ("select", "ask"):
        _show(
            json.loads(answer.body),
            Prefixes.load(chosen.ontology_dir / "catalogue.ttl", base=chosen.base_iri),
        )
    else:
        for piece in answer.pieces(1 << 20):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    err.print(
        f"{answer.generation} · {answer.created} · {answer.engine} · {answer.seconds:.3f} s", style="dim"
    )


async def _asked(
    text: str,
    accept: str | None,
    timeout: float | None,
    access: str,
    chosen: settings.Settings,
    how: Callable[[Engine, Prepared], Awaitable[Result]],
) -> Result:
    async with Engine(Generations(chosen.data_dir), chosen, is_for_one=True) as engine:
        graphs = up_to(access, engine.current().manifest.graphs).graphs
        return await how(
            engine, engine.prepare(text, principal_graphs=graphs, accept=accept, timeout=timeout)
        )


async def _explained(engine: Engine, prepared: Prepared) -> Explanation:
    await engine.ready()
    return await engine.explain(prepared)


def _explain(told: Explanation) -> None:
    route = told.route
    lines = [
        ("hình thức / form", told.form.upper()),
        ("thế hệ / generation", told.generation),
        ("đồ thị mặc định / default graphs", f"{len(told.default_graphs):,}"),
        ("đồ thị có tên / named graphs", f"{len(told.named_graphs):,}"),
        ("hạn / deadline", f"{told.seconds:g} s"),
        ("bộ máy / engine", route.first),
    ]
    if route.second is not None:
        lines.append(("sau / after", f"{route.delay * 1000:.0f} ms: {route.second}"))
    if told.reason:
        lines.append(("cột không trả lời / columns do not answer", told.reason))
    if told.rewrites:
        lines.append(("viết lại / rewritten", ", ".join(told.rewrites)))
    for name, value in lines:
        out.print(f"{name}: {value}", markup=False)


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
