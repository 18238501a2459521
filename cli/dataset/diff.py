"""`lienthong dataset diff`: what two versions of a data set do not share."""

import json
from typing import Annotated

import typer
from rich.markup import escape

from cli.console import err, out
from graph import settings
from ingest import comparison
from ingest import dataset as datasets

EXAMPLES = 10
"""Entities that are shown of each kind of change."""


def diff(
    name: Annotated[str, typer.Argument(metavar="DATASET", help="Bộ dữ liệu / data set")],
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
