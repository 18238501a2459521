"""Texts as trees, so that a query that shows a fault can be made smaller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

HOLE = "§"
"""Where a child stands in the form of a tree."""


@dataclass(frozen=True)
class Tree:
    """`form` has a hole for each child. What a tree of a `kind` may be replaced by is another of its kind;
    children of a `several` may be left out."""

    kind: str
    form: str
    children: tuple["Tree", ...] = ()

    def __str__(self) -> str:
        pieces = self.form.split(HOLE)
        inner = [str(child) for child in self.children]
        return "".join(one for pair in zip(pieces, [*inner, ""], strict=True) for one in pair)

    def inside(self) -> Iterator["Tree"]:
        for child in self.children:
            yield child
            yield from child.inside()


def several(*children: Tree, form: str = HOLE) -> Tree:
    """`form` with the children, of which any may be left out, in its hole."""
    return Tree("several", form.replace(HOLE, " ".join([HOLE] * len(children))), children)


def smaller(tree: Tree) -> Iterator[Tree]:
    """Trees with less in them, those with much less first."""
    for other in tree.inside():
        if other.kind == tree.kind:
            yield other
    if tree.kind == "several":
        for place in range(len(tree.children)):
            kept = tree.children[:place] + tree.children[place + 1 :]
            before, _, rest = tree.form.partition(HOLE)
            after = rest.rpartition(HOLE)[2] if len(tree.children) > 1 else rest
            yield several(*kept, form=f"{before}{HOLE}{after}") if kept else Tree("several", before + after)
    if tree.kind in ("value", "test") and tree.children:
        yield from (Tree(tree.kind, leaf) for leaf in ("?a", "?b", "1"))
    for place, child in enumerate(tree.children):
        for other in smaller(child):
            children = (*tree.children[:place], other, *tree.children[place + 1 :])
            yield replace(tree, children=children)


def smallest(tree: Tree, shows_it: Callable[[Tree], bool], attempts: int = 400) -> Tree:
    """A tree as small as can be found in so many attempts that still shows what `tree` does."""
    tried = 0
    while tried < attempts:
        for other in smaller(tree):
            tried += 1
            if shows_it(other):
                tree = other
                break
            if tried >= attempts:
                return tree
        else:
            return tree
    return tree
