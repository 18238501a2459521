"""One engine that answers everything: the one of the settings, or another server that holds the data."""

from graph.sparql import wire
from graph.sparql.pool import Pool
from graph.sparql.process import Kind
from graph.sparql.racing import Current, Routed
from graph.sparql.refusals import not_in_server
from graph.sparql.router import Explained
from graph.sparql.routing import EngineName, Route
from graph.stores.http.server import Server


def of_server(server: Server) -> Kind:
    """Workers that have another server answer, for the generations that it holds."""
    return Kind(
        "graph.sparql.http_worker",
        lambda generation: generation.path / server.record,
        environment=server.environment,
        absent=not_in_server,
    )


class Alone:
    """As `graph.sparql.router.Router`, without a choice."""

    def __init__(self, engine: EngineName, pool: Pool) -> None:
        self._engine: EngineName = engine
        self._pool = pool

    async def run(self, request: wire.Request, shape: str, current: Current) -> Routed:
        """What the engine answers. Raises as `Pool.run` does."""
        return Routed(await self._pool.run(request, current), self._engine)

    async def explain(self, request: wire.Request, shape: str, current: Current) -> Explained:
        """The one way there is."""
        return Explained(Route(self._engine))
