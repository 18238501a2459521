"""`lienthong validate`: data held against the shapes; nothing is published."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli import validation_text
from cli.console import err, show_error
from graph import settings
from graph.errors import LienthongError, ParameterError, Place
from graph.settings import Settings
from graph.shacl.reporting import Report, as_csv, as_json, as_turtle
from graph.text import Text
from ingest import dataset as datasets
from ingest.checking import current_version, rdf_files, sent_files
from ingest.checking.checker import Checker, checker
from ingest.report import error_as_json

VIOLATIONS, CANNOT = 1, 2
"""Exit codes."""


class ReportFormat(StrEnum):
    """What the report is written in."""

    TEXT = "text"
    TURTLE = "turtle"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def validate(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|DATASET",
            help="Tệp RDF, tên một bộ dữ liệu, hoặc với --dataset các tệp nguồn. "
            "/ RDF files, the name of a data set, or with --dataset its source files.",
        ),
    ],
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="FILE là tệp nguồn của bộ này. / FILE is a source file of it."),
    ] = None,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE|FOLDER",
            help="Hình dạng khác, thay cho của dịch vụ. / Other shapes instead of ours.",
        ),
    ] = None,
    format_name: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="Định dạng báo cáo. / Format of the report.")
    ] = ReportFormat.TEXT,
    max_results: Annotated[
        int | None,
        typer.Option(
            "--max-results",
            min=0,
            help="Chỉ liệt kê N kết quả; vẫn đếm đủ. / List N results only; counts stay exact.",
        ),
    ] = None,
    graph: Annotated[
        list[str] | None,
        typer.Option(
            metavar="IRI",
            help="Chỉ đối chiếu với các đồ thị này; mặc định: tất cả. "
            "/ Judge together with these graphs only; default: all.",
        ),
    ] = None,
    alone: Annotated[
        bool,
        typer.Option(
            "--alone", help="Không đối chiếu với gì đã công bố. / Together with nothing that is published."
        ),
    ] = False,
    only_sent: Annotated[
        bool,
        typer.Option(
            "--only-sent",
            help="Với --dataset: thiếu tệp nào thì báo, không lấy tệp đang có. "
            "/ With --dataset: tell of missing files, do not take those at hand.",
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="In thêm: đối chiếu với gì. / Say, too, what it is judged by."),
    ] = False,
) -> None:
    """Đối chiếu dữ liệu với các hình dạng, không công bố. / Hold data against the shapes, publish nothing.

    RDF: Turtle, N-Triples, N-Quads, TriG, JSON-LD, RDF/XML, theo phần mở rộng. / by the file's extension.

    Mã thoát: 0 đạt · 1 vi phạm · 2 không kiểm tra được. / Exit codes: 0 conforms · 1 violations · 2 cannot.

    Ví dụ / Examples:

        lienthong validate units.ttl

        lienthong validate dump.nq --shapes shapes/place.ttl --max-results 20 --format json

        lienthong validate mof-enterprises

        lienthong validate doanh_nghiep.csv --dataset mof-enterprises --format html > report.html
    """
    try:
        chosen = settings.load()
        with checker(
            chosen, shapes=shapes or (), graphs=None if graph is None else set(graph), alone=alone
        ) as tools:
            if explain:
                validation_text.explain(tools)
            report = _checked(targets, dataset, tools, only_sent=only_sent)
        shown = report if max_results is None else report.first(max_results)
        _write(shown, format_name, chosen)
    except LienthongError as error:
        if format_name is ReportFormat.JSON:
            print(json.dumps({"error": error_as_json(error)}, ensure_ascii=False))
        show_error(error)
        raise typer.Exit(CANNOT) from error
    err.print(str(validation_text.summary(shown)), style="bold")
    if not report.conforms:
        raise typer.Exit(VIOLATIONS)


def _checked(targets: Sequence[str], dataset: str | None, tools: Checker, *, only_sent: bool) -> Report:
    known = datasets.discover(tools.settings)
    if dataset is not None:
        (one,) = datasets.select(known, [dataset])
        sent = {Path(target).name: _file(target) for target in targets}
        return sent_files.check(one, sent, tools, _tell, only_sent=only_sent)
    if len(targets) == 1 and not Path(targets[0]).exists() and "." not in targets[0]:
        (one,) = datasets.select(known, targets)
        return current_version.check(one, tools)
    files = {target: (_file(target), rdf_files.format_of(target)) for target in targets}
    return rdf_files.check(files, tools, _tell)


def _file(target: str) -> Path:
    path = Path(target)
    if not path.is_file():
        raise ParameterError(
            Text("Không tìm thấy tệp.", "The file does not exist."),
            hint=Text(
                "Nêu một tệp, hoặc tên một bộ dữ liệu (lienthong dataset list).",
                "Name a file, or a data set (lienthong dataset list).",
            ),
            place=Place(file=target),
        )
    return path


def _write(report: Report, chosen: ReportFormat, settings: Settings) -> None:
    match chosen:
        case ReportFormat.TEXT:
            validation_text.show(report)
        case ReportFormat.TURTLE:
            print(as_turtle.written(report, base=settings.base_iri), end="")
        case ReportFormat.JSON:
            print(json.dumps(as_json.written(report), ensure_ascii=False))
        case ReportFormat.CSV:
            sys.stdout.write(as_csv.written(report))
        case ReportFormat.HTML:
            from api.pages import standalone  # pages need what serves them, which takes 0.4 s to import

            print(standalone.validation(report, settings))


def _tell(step: str) -> None:
    name, _, what = step.partition(" ")
    err.print(escape(f"{STEPS.get(name, name)} {what}".rstrip()), style="dim")


STEPS = {
    "read": "đọc tệp / read",
    "extract": "đọc nguồn / extract",
    "check": "kiểm tra nguồn / check",
    "map": "ánh xạ / map",
    "write": "ghi cột / write",
    "validate": "đối chiếu hình dạng / validate",
}
