"""`lienthong run`: from an empty folder to a running service."""

from typing import Annotated

import typer

from cli.console import fail, say
from cli.demo import generate_if_missing
from cli.ingest import run_with_progress
from cli.serve import serve
from graph import settings
from graph.errors import NoGenerationError
from graph.stores.generations import Generations
from graph.text import Text


def run(
    host: Annotated[str | None, typer.Option(help="Địa chỉ. / Address.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng. / Port.")] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Số bộ cùng lúc. / Data sets at a time.")
    ] = 2,
) -> None:
    """Nạp các bộ dữ liệu kèm theo rồi phục vụ. / Ingest the bundled data sets, then serve.

    Sinh dữ liệu mẫu khi chưa có tệp nguồn. / Makes up source files where there are none.

    Ví dụ / Examples:

        lienthong run

        lienthong run --port 8080
    """
    generate_if_missing(settings.load())
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
