"""What the router remembers queries by: their shape, among those asked of the same graphs."""

from collections import OrderedDict
from hashlib import sha256

from graph.sparql.dataset import Dataset
from graph.sparql.guard import Guarded
from graph.sparql.shape import Shape, shape
from graph.stores.generations import Generation

_DATASETS = 256


class Shapes:
    """Shapes of queries; two datasets share none.

    What one caller asked decides for the next who asks the same which engine is the first, after how many
    seconds the other is asked, and so what `explain` tells: none of that may come of queries to graphs that
    the caller does not see, nor may the words that tell shapes apart.
    """

    def __init__(self) -> None:
        self._generation = ""
        self._words: OrderedDict[Dataset, tuple[str, frozenset[str]]] = OrderedDict()

    def of(self, guarded: Guarded, dataset: Dataset, generation: Generation) -> Shape:
        name, words = self._of(dataset, generation)
        found = shape(guarded.tokens, words, guarded.prefixes)
        return Shape(f"{name}{found.name}", found.things)

    def _of(self, dataset: Dataset, generation: Generation) -> tuple[str, frozenset[str]]:
        """A digest of the generation and the graphs of a dataset, and the predicates and classes that they
        hold."""
        made = f"{generation.id} {generation.manifest.created}"
        if self._generation != made:
            self._generation = made
            self._words.clear()
        known = self._words.pop(dataset, None)
        if known is None:
            graphs = generation.manifest.graphs
            # One that may be named, and is empty, has no entry.
            entries = [graphs[one] for one in (*dataset.default, *dataset.named) if one in graphs]
            words = frozenset(one for entry in entries for one in (*entry.predicates, *entry.classes))
            told = "\0".join((made, *dataset.default, "", *dataset.named))
            known = sha256(told.encode()).hexdigest(), words
        self._words[dataset] = known
        if len(self._words) > _DATASETS:
            self._words.popitem(last=False)
        return known
