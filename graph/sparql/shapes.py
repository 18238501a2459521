"""What the router remembers queries by: their shape, among those asked of the same graphs."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from graph.sparql.dataset import Dataset
from graph.sparql.outline import MOST, Outline, Read
from graph.sparql.shape import Shape, shape
from graph.sparql.tokens import Token, tokens
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
        self._known: OrderedDict[tuple[str, Outline, tuple[str | int, ...]], str] = OrderedDict()

    def of(self, text: str, read: Read, dataset: Dataset, generation: Generation) -> Shape:
        """Of the text that was read. Its outline tells, with which of its things are words or the same."""
        name, words = self._of(dataset, generation)
        if read.outline is None:
            found = shape(read.guarded.tokens, words, read.guarded.prefixes)
            return Shape(f"{name}{found.name}", found.things)
        numbers: dict[str, int] = {}
        places = [one if one in words else numbers.setdefault(one, len(numbers)) for one in read.things]
        key = name, read.outline, tuple(places)
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return Shape(known, tuple(numbers))
        cut = tuple(tokens(text))
        found = shape(cut, words, read.guarded.prefixes)
        made = Shape(f"{name}{found.name}", found.things)
        if made.things == tuple(numbers) and not numbers.keys() & set(_named(cut, read.guarded.prefixes)):
            self._known[key] = made.name
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return made

    def _of(self, dataset: Dataset, generation: Generation) -> tuple[str, frozenset[str]]:
        """A digest of the generation and the graphs of a dataset, and the predicates and classes that they
        hold."""
        made = generation.identity
        if self._generation != made:
            self._generation = made
            self._words.clear()
            self._known.clear()
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


def _named(found: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[str]:
    """What stands in a text as a prefixed name: which of its IRIs is the same as one of them may change."""
    for token in found:
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            yield prefixes.get(prefix, "") + local
