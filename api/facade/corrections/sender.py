"""Who changes something, and whom to ask."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.audit import Audit, AuditDep
from api.dependencies import EngineDep, SettingsDep
from api.facade.collection import PastDep
from api.facade.past import Past
from api.updates.dependencies import UpdatesDep, WriterDep
from api.updates.updates import Updates
from graph.access import Identity, Principal, principal_of
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generation

DATASET = "dataset"
"""The only parameter: the data set to which something is written."""


@dataclass(frozen=True, slots=True)
class Sender:
    """One who may write, for one request."""

    request: Request
    engine: Engine
    updates: Updates
    identity: Identity
    settings: Settings
    past: Past
    audit: Audit

    @property
    def dataset(self) -> str | None:
        return self.request.query_params.get(DATASET)

    def principal(self, generation: Generation) -> Principal:
        return principal_of(self.identity, generation.manifest.graphs, datetime.now(UTC))


def _sender(
    request: Request,
    engine: EngineDep,
    updates: UpdatesDep,
    identity: WriterDep,
    settings: SettingsDep,
    past: PastDep,
    audit: AuditDep,
) -> Sender:
    return Sender(request, engine, updates, identity, settings, past, audit)


SenderDep = Annotated[Sender, Depends(_sender)]
