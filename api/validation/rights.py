"""Who may be told what a validation found: whoever may read the graphs that it tells of, nobody else."""

from graph.access import CLASSES, OPEN, Principal
from graph.iris import Iris
from graph.stores.manifest import Manifest


def classes_seen(
    principal: Principal, dataset: str, access: str | None, manifest: Manifest | None, iris: Iris
) -> frozenset[str]:
    """The classes of access of a data set that a principal may see; none: it is not there for this one.

    Before anything of the data set is published, everybody sees of it what its description calls open.
    `access` is the IRI of the class in its description.
    """
    if manifest is None or dataset not in manifest.datasets:
        return frozenset((OPEN,) if access == iris.code("access-class", OPEN) else ())
    return frozenset(one for one in CLASSES if iris.graph(dataset, one) in principal.graphs)
