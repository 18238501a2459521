"""`lienthong key create|list|revoke|rotate`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.console import err, out, say
from graph import settings
from graph.access import EVERY, Grant, parse_grant
from graph.errors import unknown_name
from graph.registry import Key, Keys, Registry
from graph.registry.secret import Presented
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.text import Text

app = typer.Typer(no_args_is_help=True, help="Khóa API của các ứng dụng. / API keys of applications.")

AsJson = Annotated[bool, typer.Option("--json", help="In JSON. / As JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="12 ký tự sau lt_. / The 12 characters after lt_.")]


@app.command()
def create(
    label: Annotated[str, typer.Option(help="Ứng dụng nào. / Which application.")],
    owner: Annotated[str, typer.Option(help="Cơ quan nào chịu trách nhiệm. / Which agency answers for it.")],
    grant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATASET:CLASS[@DAY]",
            help="Được đọc bộ nào, đến loại chia sẻ nào, đến hết ngày nào; lặp lại được; * là mọi bộ. "
            "/ Which data set, up to which class, until the end of which day; repeatable; * is all.",
        ),
    ] = None,
    write: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATASET:CLASS[@DAY]",
            help="Được ghi (và đọc) bộ nào được giữ bằng cập nhật; lặp lại được. "
            "/ Which data set that is kept by updates may be written, and read; repeatable.",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=3650, help="Hiệu lực bao nhiêu ngày. / Days it is valid.")
    ] = 365,
    as_json: AsJson = False,
) -> None:
    """Tạo khóa; chỉ in ra một lần. / Make a key; it is shown once.

    Ví dụ / Examples:

        lienthong key create --label "Cổng dịch vụ công" --owner "Bộ Y tế" --grant gov-dossiers:shared

        lienthong key create --label bi --owner "Bộ Y tế" --grant "*:shared" --days 90 --json

        lienthong key create --label thong-bao --owner "Bộ Y tế" --write moh-notices:open
    """
    chosen = settings.load()
    grants = [_known(parse_grant(text), chosen) for text in grant or ()]
    grants += [_known(replace(parse_grant(text), write=True), chosen) for text in write or ()]
    with _keys(chosen) as keys:
        made, shown = keys.create(label, owner, grants, timedelta(days=days))
    _show_once(made, shown, as_json)


@app.command("list")
def list_keys(
    every: Annotated[bool, typer.Option("--all", help="Cả khóa đã hết hiệu lực. / Ended ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Liệt kê khóa, mới nhất trước. / List keys, newest first.

    Ví dụ / Examples:

        lienthong key list

        lienthong key list --all --json
    """
    now = datetime.now(UTC)
    with _keys(settings.load()) as keys:
        found = [one for one in keys.all() if every or one.is_valid(now)]
    if as_json:
        print(json.dumps([_written(one, now) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        say(Text("Chưa có khóa nào. Tạo: lienthong key create", "No key yet. Make one: lienthong key create"))
        return
    heads = (
        "nhãn / label",
        "của / owner",
        "quyền / grants",
        "hết hạn / expires",
        "dùng lần cuối / last used",
    )
    table = Table("id", *heads, "", box=None)
    for one in found:
        used = f"{one.last_used:%Y-%m-%d %H:%M}" if one.last_used else "–"
        grants = " ".join(map(str, one.grants)) or "–"
        table.add_row(
            one.id, one.label, one.owner, grants, f"{one.expires:%Y-%m-%d}", used, str(_state(one, now))
        )
    out.print(table)


@app.command()
def revoke(name: Id, as_json: AsJson = False) -> None:
    """Thu hồi khóa, có hiệu lực ngay. / Revoke a key, at once.

    Ví dụ / Example: lienthong key revoke 3kq0v9x2mf7a
    """
    with _keys(settings.load()) as keys:
        ended = keys.revoke(name)
    if as_json:
        print(json.dumps(_written(ended, datetime.now(UTC)), ensure_ascii=False, indent=2))
    say(Text(f"Khóa {ended.id} đã bị thu hồi.", f"The key {ended.id} is revoked."), "bold")


@app.command()
def rotate(
    name: Id,
    grace: Annotated[
        int, typer.Option(min=0, help="Số ngày khóa cũ còn dùng được. / Days the old key goes on working.")
    ] = 7,
    as_json: AsJson = False,
) -> None:
    """Thay bằng khóa mới cùng quyền. / Replace by a new key with the same grants; it is shown once.

    Ví dụ / Examples:

        lienthong key rotate 3kq0v9x2mf7a

        lienthong key rotate 3kq0v9x2mf7a --grace 0
    """
    with _keys(settings.load()) as keys:
        made, shown = keys.rotate(name, timedelta(days=grace))
    _show_once(made, shown, as_json)


@contextmanager
def _keys(chosen: Settings) -> Iterator[Keys]:
    registry = Registry(chosen.data_dir)
    try:
        yield Keys(registry)
    finally:
        registry.close()


def _known(grant: Grant, chosen: Settings) -> Grant:
    """The grant, when there is such a data set. Raises UnknownNameError."""
    current = Generations(chosen.data_dir).current()
    names = {path.parent.name for path in chosen.datasets_dir.glob("*/dataset.ttl")}
    names |= {EVERY, *(current.manifest.datasets if current else ())}
    if grant.dataset not in names:
        raise unknown_name(Text("bộ dữ liệu", "data set"), grant.dataset, sorted(names))
    return grant


def _show_once(made: Key, shown: Presented, as_json: bool) -> None:
    if as_json:
        told = {"key": shown.text, **_written(made, datetime.now(UTC))}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(shown.text)
    say(
        Text(
            "Hãy cất khóa ngay: nó không được giữ ở đâu và không xem lại được.",
            "Keep the key now: it is kept nowhere and cannot be shown again.",
        ),
        "yellow",
    )
    err.print(
        f"id {made.id} · {made.expires:%Y-%m-%d} · {' '.join(map(str, made.grants)) or '–'}", markup=False
    )


def _written(key: Key, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "owner": key.owner,
        "grants": [str(grant) for grant in key.grants],
        "state": _state(key, now).en,
        "created": _moment(key.created),
        "expires": _moment(key.expires),
        "revoked": _moment(key.revoked),
        "lastUsed": _moment(key.last_used),
        "replaces": key.replaces,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _state(key: Key, now: datetime) -> Text:
    if key.revoked:
        return Text("đã thu hồi", "revoked")
    return Text("đang dùng", "valid") if key.is_valid(now) else Text("đã hết hạn", "expired")
