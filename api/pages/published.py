"""What is published now, for pages that also work before anything is."""

from graph.access import Principal
from graph.columns.statistics import GraphStatistics
from graph.errors import NoGenerationError
from graph.sparql.engine import Engine
from graph.stores.generations import Generation
from graph.stores.manifest import Manifest


def generation(engine: Engine) -> Generation | None:
    """The current generation, None before the first one."""
    try:
        return engine.current()
    except NoGenerationError:
        return None


def manifest(engine: Engine) -> Manifest | None:
    """The current generation's manifest, None before the first one."""
    current = generation(engine)
    return current.manifest if current else None


def counts(current: Generation | None, principal: Principal) -> GraphStatistics:
    """How much there is of each class and property in what the caller may read, and in nothing else."""
    return current.counts.within(principal.graphs) if current else GraphStatistics(0, 0)
