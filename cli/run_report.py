"""What a run did, for people: a table, the findings, where the faults are listed, the summary line."""

from rich.markup import escape
from rich.table import Table

from cli.console import err, say, show_error
from graph.text import Text
from ingest.report import DataSetReport, Finding, RunReport

OUTCOMES = {
    "published": Text("đã công bố", "published"),
    "unchanged": Text("không đổi", "unchanged"),
    "valid": Text("hợp lệ", "valid"),
    "failed": Text("lỗi", "failed"),
}
TAKEN_UP = Text("tiếp tục", "taken up")
COLUMNS = ("bản ghi\nrows", "bỏ qua\nskipped", "thực thể\nentities", "cách ly\nquarantined", "quad", "+", "−")
STYLES = {"info": "dim", "warning": "yellow", "violation": "red"}


def show(result: RunReport) -> None:
    """The report; its last line is the summary."""
    table = Table("", "bộ dữ liệu / data set", box=None)
    for title in (*COLUMNS, "giây\ns"):
        table.add_column(title, justify="right")
    for one in result.datasets:
        table.add_row(*_cells(one))
    err.print(table)
    for one in result.datasets:
        show_findings(one.name, one.findings)
        if one.error:
            err.print(f"\n[bold]{one.name}[/]")
            show_error(one.error)
    for one in result.datasets:
        if one.quarantine:
            count = len(one.entries)
            say(
                Text(
                    f"{one.name}: {count} lỗi cần sửa, xem {one.quarantine}",
                    f"{one.name}: {count} faults to mend, see {one.quarantine}",
                )
            )
    if result.generation:
        say(Text(f"Thế hệ {result.generation} đang phục vụ.", f"Generation {result.generation} is current."))
    say(result.summary(), "bold")


def _cells(one: DataSetReport) -> tuple[str, ...]:
    mark, style = {"failed": ("✗", "red"), "unchanged": ("=", "dim")}.get(one.outcome, ("✓", "green"))
    taken_up = f" · {TAKEN_UP}" if one.taken_up else ""
    return (
        f"[{style}]{mark}[/]",
        f"{one.name} · {OUTCOMES[one.outcome]}{taken_up}",
        f"{sum(account.read for account in one.accounts.values()):,}",
        f"{sum(account.skipped for account in one.accounts.values()):,}",
        f"{one.entities:,}",
        f"{one.quarantined:,}",
        f"{one.quads:,}",
        f"{one.added:,}",
        f"{one.removed:,}",
        f"{sum(step.seconds for step in one.steps):.1f}",
    )


def show_findings(name: str, findings: list[Finding]) -> None:
    """Each with its first example, under the data set's name."""
    if not findings:
        return
    err.print(f"\n[bold]{name}[/]")
    for finding in findings:
        err.print(f"  [{STYLES[finding.severity]}]{finding.count:>6,} {finding.severity}[/] {finding.rule}")
        err.print(f"         {escape(finding.message.vi)}")
        err.print(f"         {escape(finding.message.en)}", style="dim")
        if not finding.examples:
            continue
        first = finding.examples[0]
        place = (
            first.source,
            f"bản ghi/row {first.row}" if first.row is not None else None,
            f"cột/column {first.column}" if first.column else None,
        )
        where = " · ".join(part for part in place if part)
        shown = " · ".join(part for part in (first.value, first.note) if part)
        err.print(f"         vd./e.g. {escape(where)}: {escape(shown)}", style="dim")
