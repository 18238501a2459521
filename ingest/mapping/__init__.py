"""Map: RML to quads. Turtle → frozen model (`load`) → SQL text (`plan`, pure) → staged quads (`execute`)."""

from ingest.mapping.execute import Mapped, execute
from ingest.mapping.load import load
from ingest.mapping.model import Mapping
from ingest.mapping.nquads import stream, write_nquads
from ingest.mapping.plan import Plan, plan
from ingest.mapping.project import project

__all__ = ["Mapped", "Mapping", "Plan", "execute", "load", "plan", "project", "stream", "write_nquads"]
