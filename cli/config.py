"""`lienthong config`: every setting with its value, default and sentence."""

import json
from typing import Annotated

import typer
from rich.table import Table

from cli.console import out
from graph import settings


def config(
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / As JSON.")] = False,
) -> None:
    """In mọi thiết lập. / Print every setting: name, value, default, sentence.

    Đặt bằng biến môi trường hoặc tệp lienthong.toml. / Set by environment or in lienthong.toml.

    Ví dụ / Examples:

        lienthong config

        LIENTHONG_PORT=8080 lienthong config --json
    """
    rows = settings.load().describe()
    if as_json:
        print(
            json.dumps(
                [
                    {"name": name, "value": str(value), "default": str(default), "description": sentence}
                    for name, value, default, sentence in rows
                ],
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    table = Table("thiết lập / setting", "giá trị / value", "mặc định / default", "nghĩa / meaning", box=None)
    for name, value, default, sentence in rows:
        table.add_row(name, str(value), str(default), sentence, style="bold" if value != default else None)
    out.print(table)
