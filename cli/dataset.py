"""`lienthong dataset list|new|check|diff|quarantine|quality`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.console import err, out, say, show_error
from cli.explain import explain
from cli.quality import quality
from cli.run_report import show_findings
from graph import settings
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.text import Text
from ingest import comparison, conformance, proposal, quarantine, scaffold, trial
from ingest import dataset as datasets

app = typer.Typer(no_args_is_help=True, help="Các bộ dữ liệu. / Data sets, each a folder.")
app.command()(explain)
app.command()(quality)
EXAMPLES = 10
Name = Annotated[str, typer.Argument(metavar="DATASET", help="Bộ dữ liệu / data set")]


@app.command("list")
def list_datasets() -> None:
    """Liệt kê các bộ dữ liệu và phiên bản đang công bố. / List data sets and their published versions.

    Ví dụ / Example: lienthong dataset list
    """
    chosen = settings.load()
    current = Generations(chosen.data_dir).current()
    published = current.manifest.datasets if current else {}
    table = Table(
        "bộ dữ liệu / data set", "tên / title", "mức / class", "phiên bản / version", "quad", box=None
    )
    for name, one in datasets.discover(chosen).items():
        entry = published.get(name)
        version, quads = (entry.version, f"{entry.quads:,}") if entry else ("–", "–")
        table.add_row(name, one.title.of(chosen.language), one.access, version, quads)
    out.print(table)


@app.command()
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
    """
    chosen = settings.load()
    if source is None:
        folder = scaffold.create(name, chosen)
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


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET]…", help="Mặc định: tất cả. / Default: all.")
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows",
            min=1,
            help="Thử N dòng đầu của nguồn thật. / Try the first N rows of the real source, too.",
        ),
    ] = None,
) -> None:
    """Kiểm tra thư mục bộ dữ liệu theo bộ quy tắc chung. / Check data sets against the conformance kit.

    Mã thoát: 0 đạt · 1 chưa đạt. / Exit codes: 0 conform · 1 do not.

    Ví dụ / Examples:

        lienthong dataset check moha-agencies

        lienthong dataset check mof-enterprises --rows 1000
    """
    chosen = settings.load()
    known = datasets.discover(chosen)
    selected = datasets.select(known, names or [])
    wrong = 0
    with conformance.kit(known, chosen) as kit:
        for one in selected:
            problems = kit.check(one)
            out.print(f"{'✗' if problems else '✓'} {one.name}")
            for problem in problems:
                out.print(f"    {problem.rule}: {escape(problem.message.vi)}")
                out.print(f"    {' ' * len(problem.rule)}  {escape(problem.message.en)}", style="dim")
            sound = _try(one, chosen, rows) if rows is not None else True
            wrong += bool(problems) or not sound
    summary = Text(
        f"{len(selected)} bộ dữ liệu · {len(selected) - wrong} đạt · {wrong} chưa đạt",
        f"{len(selected)} data sets · {len(selected) - wrong} conform · {wrong} do not",
    )
    err.print(str(summary), style="bold")
    if wrong:
        raise typer.Exit(1)


@app.command()
def diff(
    name: Name,
    old: Annotated[str | None, typer.Argument(help="Phiên bản cũ / old version")] = None,
    new: Annotated[str | None, typer.Argument(help="Phiên bản mới / new version")] = None,
    entities: Annotated[
        bool, typer.Option("--entities", help="Liệt kê mọi thực thể. / List every entity.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / Print JSON.")] = False,
    values: Annotated[
        bool, typer.Option("--values", help="Hiện cả giá trị không mở. / Show values that are not open, too.")
    ] = False,
) -> None:
    """So hai phiên bản: thực thể thêm, đổi, bớt. / Compare two versions: entities added, changed, removed.

    Mặc định: hai phiên bản gần nhất. / By default the last two versions.

    Ví dụ / Examples:

        lienthong dataset diff moha-agencies

        lienthong dataset diff moha-agencies --entities --json
    """
    chosen = settings.load()
    datasets.select(datasets.discover(chosen), [name])
    before, after = (old, new) if old and new else comparison.last_two(chosen, name)
    found = comparison.compare(chosen, name, old or before, new or after, values=values)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        _show_comparison(found, None if entities else EXAMPLES)
    err.print(str(found.summary()), style="bold")


@app.command("quarantine")
def show_quarantine(
    name: Name,
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


def _try(dataset: datasets.DataSet, chosen: Settings, rows: int) -> bool:
    if not dataset.data.is_dir() and not dataset.is_live(chosen):
        say(
            Text(
                f"    Chưa có tệp nguồn ở {dataset.data}; chỉ kiểm tra mẫu.",
                f"    There are no source files in {dataset.data}; only the sample was checked.",
            )
        )
        return True
    found = trial.run(dataset, chosen, rows)
    if found.preview:
        out.print(escape(found.preview))
    elif found.report.quads:
        say(
            Text(
                "    Dữ liệu không mở nên không xem trước.",
                "    The data is not open, so there is no preview.",
            )
        )
    show_findings(dataset.name, found.report.findings)
    for one in found.report.entries[:EXAMPLES]:
        numbers = ", ".join(map(str, one.rows))
        err.print(escape(f"  ↳ {one.file} · bản ghi/row {numbers} · cột/column {one.column or '–'}"))
        err.print(f"    → {escape(one.remedy.vi)}\n    → [dim]{escape(one.remedy.en)}[/]")
    if found.report.error is not None:
        show_error(found.report.error)
    read = sum(one.read for one in found.report.accounts.values())
    say(
        Text(
            f"{read:,} bản ghi đầu · {found.report.quads:,} bộ · {len(found.report.entries)} lỗi",
            f"first {read:,} rows · {found.report.quads:,} quads · {len(found.report.entries)} faults",
        )
    )
    return found.report.error is None


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


def _show_comparison(found: comparison.Comparison, most: int | None) -> None:
    out.print(f"{found.old} → {found.new}", style="bold")
    for iri, count in found.properties.most_common(most):
        out.print(f"  {count:>8,} {escape(iri)}")
    for sign, entities in (("+", found.added), ("−", found.removed)):
        for entity in entities[:most]:
            out.print(f"{sign} {escape(entity)}")
    for entity, changes in list(found.changed.items())[:most]:
        out.print(f"~ {escape(entity)}")
        for one in changes:
            before, after = ", ".join(one.before) or "∅", ", ".join(one.after) or "∅"
            out.print(f"    {escape(one.path)}: {escape(before)} → {escape(after)}")
