"""What is published now, for pages that also work before anything is."""

from graph.errors import NoGenerationError
from graph.sparql.engine import Engine
from graph.stores.manifest import Manifest


def manifest(engine: Engine) -> Manifest | None:
    """The current generation's manifest, None before the first one."""
    try:
        return engine.current().manifest
    except NoGenerationError:
        return None
