"""The forms in which a report is answered."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from api import negotiation
from graph import formats
from graph.formats import GRAPHS, PAGE, RESULTS, Format
from graph.shacl.reporting import Report, as_csv, as_json, as_turtle

JSON = Format("JSON", "application/json", "json", "results", ("text/json",))
TURTLE = GRAPHS[0]
CSV = RESULTS[2]
DATA: tuple[Format, ...] = (JSON, TURTLE, CSV)
# JSON comes first: who asks for nothing in particular is a programme.
OFFERED: tuple[Format, ...] = (*DATA, PAGE)


def chosen(request: Request) -> Format:
    """By `?format=` or Accept. Raises NotAcceptableError naming the offers."""
    shortcut = request.query_params.get("format")
    if shortcut is not None:
        return formats.by_extension(shortcut, OFFERED)
    return formats.negotiate(negotiation.accept(request), OFFERED)


def answer(report: Report, form: Format, base: str, headers: Mapping[str, str]) -> Response:
    """A report as data."""
    if form == TURTLE:
        body = as_turtle.written(report, base=base).encode()
    elif form == CSV:
        # The byte order mark lets Excel read it as UTF-8.
        body = as_csv.written(report).encode("utf-8-sig")
    else:
        body = json.dumps(as_json.written(report), ensure_ascii=False).encode()
    return Response(body, media_type=form.media_type, headers=dict(headers))
