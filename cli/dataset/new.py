"""`lienthong dataset new`: a folder from the template, or from a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.console import out, say
from graph import settings
from graph.text import Text
from ingest import proposal, scaffold


def new(
    name: Annotated[str, typer.Argument(metavar="AGENCY-NAME", help="Ví dụ / e.g. moh-hospitals")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Tệp mẫu: CSV, XLSX, JSON, NDJSON, Parquet, XML. / A file to begin with.",
        ),
    ] = None,
    kept_by_update: Annotated[
        bool,
        typer.Option(
            "--kept-by-update",
            help="Không có tệp: ghi bằng SPARQL Update. / No files: it is written by SPARQL Update.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="In ra, không ghi gì. / Print, write nothing.")
    ] = False,
) -> None:
    """Tạo thư mục bộ dữ liệu mới, từ mẫu hoặc từ một tệp. / Make a new data set, from a template or a file.

    Từ một tệp: kiểu, khoá, mã và dữ liệu cá nhân được đoán từ các dòng đầu; tệp được chép vào thư mục nguồn.
    / From a file: types, key, codes and personal data are guessed from its first rows; the file is copied to
    the folder of sources.

    Ví dụ / Examples:

        lienthong dataset new moh-hospitals

        lienthong dataset new moh-hospitals --from benh-vien.csv --dry-run

        lienthong dataset new moh-hospitals --from benh-vien.csv

        lienthong dataset new moh-notices --kept-by-update
    """
    chosen = settings.load()
    if source is None:
        make = scaffold.create_kept_by_update if kept_by_update else scaffold.create
        folder = make(name, chosen)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            out.print(str(path))
    elif dry_run:
        made = proposal.propose(name, source, chosen)
        for inside, content in made.files.items():
            out.print(f"── {inside}", style="bold")
            out.print(escape(_shown(content)))
        _warn(made)
    else:
        folder, made = proposal.create(name, source, chosen)
        for inside in made.files:
            out.print(str(folder / inside))
        _warn(made)
    say(Text(f"Tiếp theo: lienthong dataset check {name}", f"Next: lienthong dataset check {name}"))


def _warn(made: proposal.Proposal) -> None:
    personal = [one.reference for one in made.columns if one.is_personal]
    if personal:
        listed = ", ".join(personal)
        say(
            Text(
                f"Cảnh báo: dữ liệu cá nhân ở các cột {listed}; không ánh xạ, mẫu đã thay bằng giá trị bịa.",
                f"Warning: personal data in the columns {listed}; not mapped, and made up in the sample.",
            ),
            "yellow",
        )


def _shown(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(content):,} byte)"
