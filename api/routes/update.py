"""The update operation of the SPARQL 1.1 Protocol (§2.2), at `/sparql`."""

from starlette.requests import Request
from starlette.responses import Response

from api.updates import answers
from api.updates.updates import Updates, Wanted
from graph.access import Identity
from graph.errors import ParameterError
from graph.settings import Settings
from graph.sparql.dataset import Dataset
from graph.sparql.engine import Engine
from graph.text import Text

UPDATE = "application/sparql-update"
Parameters = list[tuple[str, str]]
_SINGLE = ("update", "timeout")
_OF_QUERIES = ("query", "default-graph-uri", "named-graph-uri")


async def perform(
    request: Request,
    engine: Engine,
    updates: Updates,
    identity: Identity,
    settings: Settings,
    parameters: Parameters,
    seconds: float,
) -> Response:
    """Raises ParameterError for parameters that are given twice, or are those of a query (§2.2, §2.2.1)."""
    for name in _SINGLE:
        if sum(one == name for one, _ in parameters) > 1:
            raise ParameterError(
                Text(f"Tham số {name} có hai lần.", f"The parameter {name} is given twice."),
                hint=Text("Chỉ gửi một lần.", "Send it once."),
            )
    for name, _ in parameters:
        if name in _OF_QUERIES:
            raise ParameterError(
                Text(
                    f"Tham số {name} không đi cùng một cập nhật.",
                    f"The parameter {name} cannot go with an update.",
                ),
                hint=Text(
                    "Dùng using-graph-uri, using-named-graph-uri.",
                    "Use using-graph-uri, using-named-graph-uri.",
                ),
            )
    text = dict(parameters)["update"]
    using = tuple(value for name, value in parameters if name == "using-graph-uri")
    named = tuple(value for name, value in parameters if name == "using-named-graph-uri")
    wanted = Wanted(
        "update",
        text.encode(),
        f"{settings.base_iri}sparql",
        seconds,
        using=Dataset(using, named),
        dry_run=is_dry_run(request),
    )
    return await answers.perform(request, engine, updates, identity, wanted, text)


def is_dry_run(request: Request) -> bool:
    """`dry-run` in the address: only tell what would change."""
    return request.query_params.get("dry-run", "false").lower() in ("", "1", "true")


def is_update(parameters: Parameters) -> bool:
    return any(name == "update" for name, _ in parameters)
