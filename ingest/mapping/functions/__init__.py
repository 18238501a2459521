"""The library of functions that mappings may call (RML-FNML), each compiled to an SQL expression."""

from difflib import get_close_matches

from graph.iris import Iris
from ingest.mapping.functions import codes, dates, logic, text
from ingest.mapping.functions.function import GREL, IDLAB, Function, Parameter

LIBRARY = (*text.FUNCTIONS, *dates.FUNCTIONS, *codes.FUNCTIONS, *logic.FUNCTIONS)
MODULE = "function"


def find(iri: str, base: str) -> Function | None:
    """The function of this IRI: ours below `base`, or one of those it is called elsewhere."""
    own = Iris(base).ontology(MODULE)
    return next((one for one in LIBRARY if iri == own + one.name or iri in one.also), None)


def parameter(function: Function, iri: str, base: str) -> Parameter | None:
    """The parameter of `function` that `iri` means."""
    own = Iris(base).ontology(MODULE)
    for one in function.parameters:
        if iri == own + one.name or iri in {f"{space}{name}" for space in (GREL, IDLAB) for name in one.also}:
            return one
    return None


def nearest(iri: str, base: str) -> list[str]:
    """IRIs of functions that `iri` may have meant, ours; all where none is near."""
    own = Iris(base).ontology(MODULE)
    names = {one.name: own + one.name for one in LIBRARY}
    names |= {other.rsplit("#", 1)[-1]: own + one.name for one in LIBRARY for other in one.also}
    near = get_close_matches(iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1], names, n=3)
    return list(dict.fromkeys(names[name] for name in near)) or sorted({own + one.name for one in LIBRARY})


__all__ = ["LIBRARY", "MODULE", "Function", "Parameter", "find", "nearest", "parameter"]
