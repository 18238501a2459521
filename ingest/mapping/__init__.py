"""Map: RML to quads. Turtle → frozen model (`load`) → SQL text (`plan`, pure) → staged quads (`execute`)."""

from ingest.mapping.execute import Mapped, execute
from ingest.mapping.faults import Faults
from ingest.mapping.incremental import Incremental
from ingest.mapping.load import load
from ingest.mapping.model import Constant, Mapping, Reference
from ingest.mapping.plan import Plan, plan

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
]
