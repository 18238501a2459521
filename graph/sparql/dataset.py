"""The RDF dataset of a query (SPARQL 1.1 §13, Protocol §2.1.4), narrowed to what its caller may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from graph.errors import GraphNotPermittedError, Place
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Dataset:
    """Graphs merged into the default graph, and graphs that GRAPH reaches. Empty is empty, not everything."""

    default: tuple[str, ...]
    named: tuple[str, ...]


UNNAMED = Dataset((), ())
"""Where none is named."""


def dataset(
    in_query: Dataset, in_request: Dataset, *, permitted: frozenset[str], existing: Iterable[str]
) -> Dataset:
    """What the request names, else what the query names (FROM), else all that exists and is permitted.

    Raises GraphNotPermittedError for a graph that is named but not permitted: in the same words for one that
    exists and one that does not, so that asking tells nothing.
    """
    for named in (in_request, in_query):
        if named.default or named.named:
            _refuse_others((*named.default, *named.named), permitted)
            # Oxigraph would count the triples of a graph that is given twice twice.
            return Dataset(tuple(dict.fromkeys(named.default)), tuple(dict.fromkeys(named.named)))
    return _everything(permitted, frozenset(existing))


@lru_cache(maxsize=256)
def _everything(permitted: frozenset[str], existing: frozenset[str]) -> Dataset:
    # No graph that is permitted but not there: Oxigraph would let `GRAPH ?g {}` find it.
    everything = tuple(sorted(permitted & existing))
    return Dataset(everything, everything)


@lru_cache(maxsize=256)
def digest(dataset: Dataset) -> str:
    """By which two are told apart; there may be hundreds of graphs in each."""
    told = "\0".join((*dataset.default, "", *dataset.named))
    return sha256(told.encode()).hexdigest()


def _refuse_others(graphs: Iterable[str], permitted: frozenset[str]) -> None:
    for graph in graphs:
        if graph not in permitted:
            readable = ", ".join(f"<{known}>" for known in sorted(permitted)[:10]) or "–"
            raise GraphNotPermittedError(
                Text(
                    f"Đồ thị <{graph}> không nằm trong những đồ thị bạn được đọc.",
                    f"Graph <{graph}> is not among the graphs you may read.",
                ),
                hint=Text(f"Bạn được đọc: {readable}", f"You may read: {readable}"),
                place=Place(value=graph),
            )
