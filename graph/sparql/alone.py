"""One engine that answers everything, where another server holds the data."""

from graph.errors import NotLoadedYetError
from graph.sparql import wire
from graph.sparql.pool import Pool
from graph.sparql.process import Kind
from graph.sparql.racing import Current, Routed
from graph.sparql.router import Explained
from graph.sparql.routing import Route
from graph.stores.http.server import Server
from graph.text import Text


def of_server(server: Server) -> Kind:
    """Workers that have another server answer, for the generations that it holds."""
    return Kind(
        "graph.sparql.http_worker",
        lambda generation: generation.path / server.record,
        environment=server.environment,
    )


class Alone:
    """As `graph.sparql.router.Router`, without a choice."""

    def __init__(self, kind: Kind, server: Pool) -> None:
        self._kind = kind
        self._server = server

    async def run(self, request: wire.Request, shape: str, current: Current) -> Routed:
        """What the server answers. Raises as `Pool.run` does."""
        if not self._kind.is_there(current()):
            raise _not_there()
        return Routed(await self._server.run(request, current), "server")

    async def explain(self, request: wire.Request, shape: str, current: Current) -> Explained:
        """The one way there is."""
        return Explained(Route("server"))


def _not_there() -> NotLoadedYetError:
    """As after `LIENTHONG_STORE` was set, until the next run."""
    return NotLoadedYetError(
        Text(
            "Thế hệ này chưa được nạp vào máy chủ giữ dữ liệu.",
            "This generation is not loaded into the server that holds the data.",
        ),
        hint=Text("Chạy: lienthong ingest", "Run: lienthong ingest"),
    )
