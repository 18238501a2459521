"""`lienthong map`: runs a mapping document on its own, without a data set."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import rdflib
import typer
from pydantic import SecretStr

from cli.console import err, show_error
from graph import settings
from graph.errors import ParameterError, SettingError, SourceError
from graph.text import Text
from ingest.mapping import standalone
from ingest.mapping.standalone import OnFault, Options, Result
from ingest.sources import Limits, Policy

NQUADS = "nquads"
NTRIPLES = "ntriples"
# Values that make no term, told one by one.
_SHOWN = 20
# Made from all quads at once, in memory; rdflib's names.
WHOLE = {"turtle": "turtle", "trig": "trig", NTRIPLES: "nt", "jsonld": "json-ld", "rdfxml": "xml"}


def map_document(
    mapping: Annotated[
        Path,
        typer.Argument(dir_okay=False, help="RML, R2RML (Turtle), YARRRML (.yml)."),
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Thư mục dữ liệu; mặc định: nơi có ánh xạ. / Folder of the data; default: beside it."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(help="Gốc của IRI tương đối; mặc định: @base. / Base of relative IRIs; default: @base."),
    ] = None,
    connection: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VARIABLE]",
            help="Cơ sở dữ liệu của ánh xạ; VARIABLE là biến môi trường chứa địa chỉ. / "
            "The mapping's database; VARIABLE is an environment variable with its address.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Mặc định: stdout. / Default: stdout.")
    ] = None,
    on_fault: Annotated[
        OnFault | None,
        typer.Option(
            help="Giá trị không thành hạng tử: dừng, hay bỏ qua và báo; mặc định: RML 2014 bỏ qua, còn lại "
            "dừng. / A value that makes no term: stop, or leave it out and say so; default: the RML of 2014 "
            "leaves it out, others stop."
        ),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", "-f", help=f"{NQUADS}, {', '.join(WHOLE)}")
    ] = NQUADS,
) -> None:
    """Chạy một ánh xạ và in ra RDF. / Run a mapping on its own and write RDF.

    N-Quads và N-Triples được ghi dần, định dạng khác cần cả kết quả trong bộ nhớ. / N-Quads and N-Triples
    stream; other formats hold the whole result in memory.

    Ví dụ / Examples:

        lienthong map mapping.ttl --data samples -o out.nq

        lienthong map r2rml.ttl --connection registry=REGISTRY_URL --base http://example.com/ > out.nq

        lienthong map mapping.yarrrml.yml --format turtle
    """
    chosen = settings.load()
    if format_name not in (NQUADS, *WHOLE):
        raise ParameterError(
            Text(f"Không có định dạng «{format_name}».", f"There is no format “{format_name}”."),
            hint=Text(f"Có: {NQUADS}, {', '.join(WHOLE)}", f"Known: {NQUADS}, {', '.join(WHOLE)}"),
        )
    addresses, default = _connections(connection or [], chosen.connections)
    options = Options(
        data=data,
        base=base,
        fallback_base=chosen.base_iri,
        connection=default,
        on_fault=on_fault,
        policy=Policy.of(chosen),
        limits=Limits.of(chosen),
        addresses=addresses,
        identity_secret=chosen.identity_secret,
        memory_mb=chosen.columns_memory_mb,
        threads=chosen.columns_threads,
    )
    began = time.perf_counter()
    with standalone.run(mapping, options, on_step=_tell) as result, _opened(output) as file:
        count = _write(result, file, format_name)
        left_out = list(result.left_out)
    _tell_left_out(left_out)
    rows = sum(result.rows.values())
    summary = Text(
        f"{len(result.rows)} nguồn · {rows:,} bản ghi · {count:,} bộ tứ",
        f"{len(result.rows)} sources · {rows:,} rows · {count:,} quads",
    )
    err.print(f"{summary} · {time.perf_counter() - began:.1f} s", style="bold")


def _tell(step: str, name: str) -> None:
    err.print(f"{step} {name}".rstrip(), style="dim")


def _tell_left_out(faults: list[SourceError]) -> None:
    """Each term that was not made, up to a limit, and how many there are."""
    for fault in faults[:_SHOWN]:
        show_error(fault)
    if faults:
        told = Text(
            f"Đã bỏ qua {len(faults):,} giá trị không thành hạng tử.",
            f"{len(faults):,} values that make no term were left out.",
        )
        err.print(str(told), style="yellow")


def _connections(given: list[str], known: dict[str, SecretStr]) -> tuple[dict[str, SecretStr], str | None]:
    """All addresses by name, and the name of the database of tables that name none: the first that is given,
    else the only one of the settings. Raises SettingError."""
    addresses = dict(known)
    names = []
    for text in given:
        name, equals, variable = text.partition("=")
        names.append(name)
        if equals:
            addresses[name] = SecretStr(_value(variable))
        elif name not in addresses:
            raise SettingError(
                Text(f"Chưa đặt kết nối «{name}».", f"The connection “{name}” is not set."),
                hint=Text(
                    f"Viết --connection {name}=BIẾN, hoặc đặt LIENTHONG_CONNECTIONS.",
                    f"Write --connection {name}=VARIABLE, or set LIENTHONG_CONNECTIONS.",
                ),
            )
    only = next(iter(known)) if len(known) == 1 else None
    return addresses, names[0] if names else only


def _value(variable: str) -> str:
    # What is written on a command line can be read by everybody on the machine.
    if re.fullmatch(r"[A-Za-z_]\w*", variable) and os.environ.get(variable):
        return os.environ[variable]
    raise SettingError(
        Text(
            "Biến môi trường của kết nối chưa đặt.", "The environment variable of the connection is not set."
        ),
        hint=Text(
            "Ví dụ: export DB_URL=postgresql://…  rồi --connection db=DB_URL",
            "For example: export DB_URL=postgresql://…  then --connection db=DB_URL",
        ),
    )


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[bytes]]:
    """Stdout, or a file that appears whole or not at all."""
    if output is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Who read has had enough (`… | head`): what is still in the buffer must not be written at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(128 + signal.SIGPIPE) from None
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as wrong:
        raise ParameterError(
            Text(f"Không ghi được tệp: {wrong}", f"The file cannot be written: {wrong}"),
            hint=Text("Kiểm tra thư mục và quyền ghi.", "Look at the folder and your rights."),
        ) from wrong
    finally:
        part.unlink(missing_ok=True)


def _put(file: IO[bytes], data: bytes) -> None:
    """Writes all of it: an unbuffered stdout (PYTHONUNBUFFERED) may take a part."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _write(result: Result, file: IO[bytes], format_name: str) -> int:
    """Returns how many quads were written."""
    # Quads of the default graph alone are N-Triples as they are.
    if format_name == NQUADS or (format_name == NTRIPLES and not result.may_have_named_graphs):
        count = 0
        for chunk in result.nquads():
            _put(file, chunk)
            count += chunk.count(b"\n")
        return count
    whole = rdflib.Dataset(default_union=False)
    whole.parse(data=b"".join(result.nquads()), format="nquads")
    graphs = sorted({str(graph.identifier) for graph in whole.graphs()} - {"urn:x-rdflib:default"})
    if graphs and format_name not in ("trig", "jsonld"):
        raise ParameterError(
            Text(
                f"{format_name} không chứa được đồ thị có tên (có {graphs[0]}).",
                f"{format_name} cannot hold named graphs (there is {graphs[0]}).",
            ),
            hint=Text("Dùng --format nquads hoặc trig.", "Use --format nquads or trig."),
        )
    chosen = whole if graphs else whole.default_graph
    _put(file, chosen.serialize(format=WHOLE[format_name], encoding="utf-8"))
    return len(list(whole.quads((None, None, None, None))))
