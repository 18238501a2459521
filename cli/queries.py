"""`lienthong queries list|stop`: what a running service is answering, and an end to it."""

from typing import Annotated

import httpx
import typer
from rich.table import Table

from api import operator
from cli.console import out, say
from graph import settings
from graph.errors import BusyError, UnknownNameError
from graph.settings import Settings
from graph.text import Text

app = typer.Typer(no_args_is_help=True, help="Các truy vấn đang chạy. / Running queries.")

SECONDS = 10.0
LONGEST = 80


@app.command("list")
def list_queries() -> None:
    """Liệt kê truy vấn đang chạy hay đang chờ, cũ nhất trước. / List what runs or waits, the oldest first.

    Ví dụ / Example: lienthong queries list
    """
    answer = _call("GET", "/queries", settings.load())
    table = Table("mã / id", "người hỏi / caller", "từ / since", "truy vấn / query", box=None)
    for one in answer.json():
        table.add_row(one["id"], one["caller"], one["since"], " ".join(one["query"].split())[:LONGEST])
    out.print(table)


@app.command()
def stop(query: Annotated[str, typer.Argument(help="Mã truy vấn. / The query's id.")]) -> None:
    """Dừng một truy vấn. / Stop a query.

    Ví dụ / Example: lienthong queries stop 3f1c0a9be2d84410
    """
    answer = _call("DELETE", f"/queries/{query}", settings.load())
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise UnknownNameError(
            Text(f"Không có truy vấn «{query}» đang chạy.", f"No query “{query}” is running."),
            hint=Text("Xem: lienthong queries list", "See: lienthong queries list"),
        )
    say(Text(f"Truy vấn {query} đã bị dừng.", f"Query {query} was stopped."), "bold")


def _call(method: str, path: str, chosen: Settings) -> httpx.Response:
    """As the operator of the service on this machine. Raises BusyError where none answers."""
    file = operator.key_file(chosen)
    key = file.read_text(encoding="ascii") if file.is_file() else ""
    address = f"http://{chosen.host}:{chosen.port}"
    try:
        answer = httpx.request(method, address + path, headers={operator.HEADER: key}, timeout=SECONDS)
    except httpx.TransportError as wrong:
        raise _unreachable(address, str(wrong)) from wrong
    if answer.status_code not in (200, 204, 404):
        raise _unreachable(address, answer.reason_phrase)
    return answer


def _unreachable(address: str, why: str) -> BusyError:
    return BusyError(
        Text(
            f"Không có dịch vụ nào trên thư mục dữ liệu này trả lời tại {address}: {why}",
            f"No service on this data folder answers at {address}: {why}",
        ),
        hint=Text(
            "Đặt LIENTHONG_HOST, LIENTHONG_PORT, LIENTHONG_DATA_DIR như của dịch vụ.",
            "Set LIENTHONG_HOST, LIENTHONG_PORT, LIENTHONG_DATA_DIR as the service has them.",
        ),
    )
