"""Which server holds the graphs, and what a generation keeps of having been loaded there."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from graph.settings import Settings  # for whoever makes it: a worker, which must start fast, does not

VARIABLE = "LIENTHONG_STORE_SERVER"
"""Of a worker's environment, which the account of the service alone can read: `ps` shows arguments to all."""


@dataclass(frozen=True, slots=True)
class Server:
    """`queries` is where the SPARQL Protocol is spoken, `graphs` where the Graph Store Protocol is.

    `credentials`: `user:password`; empty where none are asked for.
    """

    queries: str
    graphs: str
    credentials: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: "Settings") -> Self | None:
        """The server that the settings name; None where there is none."""
        if not settings.store:
            return None
        return cls(settings.store, settings.store_graphs, settings.store_credentials.get_secret_value())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        return cls(**json.loads(environment[VARIABLE]))

    def environment(self) -> dict[str, str]:
        """What `from_environment` reads."""
        return {VARIABLE: json.dumps(asdict(self))}

    @property
    def record(self) -> str:
        """Name of the file that a generation has once this server holds its graphs (`Loaded`)."""
        return f"server-{sha256(f'{self.queries} {self.graphs}'.encode()).hexdigest()[:12]}.json"
