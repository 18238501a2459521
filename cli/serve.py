"""`lienthong serve` and `lienthong run`."""

from typing import Annotated

import typer
import uvicorn

from cli.console import fail, say
from cli.ingest import run_with_progress
from graph import settings
from graph.errors import NoGenerationError
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
    say(Text(f"http://{chosen.host}:{chosen.port}", f"http://{chosen.host}:{chosen.port}"), "bold")
    from api.app import create_app

    uvicorn.run(create_app(chosen), host=chosen.host, port=chosen.port, log_level="warning")


def run(
    host: Annotated[str | None, typer.Option(help="Địa chỉ. / Address.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng. / Port.")] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Số bộ cùng lúc. / Data sets at a time.")
    ] = 2,
) -> None:
    """Nạp các bộ dữ liệu kèm theo rồi phục vụ. / Ingest the bundled data sets, then serve.

    Ví dụ / Examples:

        lienthong run

        lienthong run --port 8080
    """
    result = run_with_progress([], jobs=jobs)
    if result.failed:
        if Generations(settings.load().data_dir).current() is None:
            fail(
                NoGenerationError(
                    Text("Không có gì để phục vụ.", "There is nothing to serve."),
                    hint=Text("Sửa lỗi ở trên rồi chạy lại.", "Mend the errors above and run again."),
                )
            )
        say(Text("Phục vụ thế hệ trước.", "Serving the generation before."), "yellow")
    serve(host, port)
