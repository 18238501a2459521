"""`lienthong serve`: the service on the current generation."""

import socket
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.repeats.protocol import RepeatingProtocol
from cli.console import say
from graph import settings
from graph.errors import SettingError
from graph.stores.generations import Generations
from graph.text import Text


def serve(
    host: Annotated[str | None, typer.Option(help="Địa chỉ. / Address.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng. / Port.")] = None,
) -> None:
    """Phục vụ thế hệ hiện hành. / Serve the current generation: SPARQL, REST, pages.

    Ví dụ / Examples:

        lienthong serve

        lienthong serve --host 0.0.0.0 --port 8080
    """
    chosen = settings.load(**{name: value for name, value in (("host", host), ("port", port)) if value})
    if Generations(chosen.data_dir).current() is None:
        say(
            Text("Chưa có dữ liệu nào được công bố.", "Nothing has been published yet."),
            "yellow",
        )
        say(Text("Chạy: lienthong ingest", "Run: lienthong ingest"))
    with _listening(chosen.host, chosen.port) as listening:
        address = f"http://{chosen.host}:{chosen.port}/"
        say(Text(f"Phục vụ tại {address} — Ctrl+C để dừng.", f"Serving at {address} — Ctrl+C stops."), "bold")
        app = create_app(chosen)
        server = uvicorn.Server(uvicorn.Config(app, http=RepeatingProtocol, log_level="warning"))
        server.run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SettingError where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as wrong:
        listening.close()
        raise SettingError(
            Text(
                f"Không mở được {host}:{port}: {wrong.strerror}",
                f"Cannot listen on {host}:{port}: {wrong.strerror}",
            ),
            hint=Text(
                "Chọn cổng khác, ví dụ: lienthong serve --port 8080",
                "Take another port, for example: lienthong serve --port 8080",
            ),
        ) from wrong
    return listening
