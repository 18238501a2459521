"""Map: RML to quads. Turtle → frozen model (`load`) → SQL text (`plan`, pure) → quads, staged with their rows
(`execute`), projected into columns (`project`) or written as N-Quads (`stream`)."""

from ingest.mapping.execute import Mapped, execute
from ingest.mapping.faults import Faults
from ingest.mapping.incremental import Incremental
from ingest.mapping.load import load
from ingest.mapping.model import Constant, Mapping, Reference
from ingest.mapping.nquads import stream, write_nquads
from ingest.mapping.plan import Plan, plan
from ingest.mapping.project import project

__all__ = [
    "Constant",
    "Faults",
    "Incremental",
    "Mapped",
    "Mapping",
    "Plan",
    "Reference",
    "execute",
    "load",
    "plan",
    "project",
    "stream",
    "write_nquads",
]
