"""Random queries to which rules of rewriting apply more often than to those of `tests.algebra.fuzzing`."""

from tests.algebra.fuzzing.grammar import Grammar
from tests.algebra.fuzzing.trees import Tree, several
from tests.algebra.fuzzing.vocabulary import PREDICATES, RESOURCES, VARIABLES

_TERMS = (*(f"<{one}>" for one in RESOURCES[:3]), '"abc"', '"abc"@en', "1")


class TiedGrammar(Grammar):
    """Patterns that name a thing beside OPTIONAL, UNION, MINUS and sub-selects; filters that compare with
    one."""

    def _group(self, depth: int) -> Tree:
        group = super()._group(depth)
        if not self._one_in(2):
            return group
        parts = [*group.children, self._tied()]
        self._random.shuffle(parts)
        return several(*parts, form="{ § }")

    def _tied(self) -> Tree:
        predicate = f"<{self._pick(*PREDICATES)}>"
        if self._one_in(4):
            return Tree(
                "part", f"VALUES {self._pick(*VARIABLES)} {{ {self._pick(*_TERMS)} {self._pick(*_TERMS)} }}"
            )
        return Tree("part", f"{self._pick(*VARIABLES)} {predicate} {self._pick(*_TERMS)} .")

    def _test(self, depth: int) -> Tree:
        if not self._one_in(2):
            return super()._test(depth)
        form = self._pick(
            "{0} = {1}",
            "{1} = {0}",
            "{0} IN ({1}, {2}, {1})",
            "sameTerm({0}, {1})",
            "STR({0}) = {1} && {3} = {2}",
        )
        return Tree(
            "test",
            form.format(
                self._pick(*VARIABLES), self._pick(*_TERMS), self._pick(*_TERMS), self._pick(*VARIABLES)
            ),
        )
