"""Random graphs, and random queries over them of every form that the compiler reads."""

import re
from collections.abc import Iterable
from random import Random

from graph.columns.schema import RDF_TYPE
from tests.algebra.fuzzing.trees import HOLE, Tree, several
from tests.algebra.fuzzing.vocabulary import (
    AGGREGATES,
    CLASS,
    LITERALS,
    NAMED,
    NUMBERS,
    PREDICATES,
    RESOURCES,
    TESTS,
    TEXTS,
    TIMES,
    VALUES,
    VARIABLES,
)
from tests.algebra.graphs import DEFAULT, TextQuad

PATHS = (
    "P",
    "^P",
    "P/P",
    "P|P",
    "P?",
    "P*",
    "P+",
    "P/P*",
    "!<urn:p>",
    "!(<urn:p>|<urn:q>)",
    "(^P)*",
    "(P|^P)+",
)
_PARTS = (
    *["OPTIONAL"] * 3,
    *["UNION"] * 2,
    *["BIND"] * 3,
    *["FILTER"] * 4,
    *["OPTIONAL FILTER", "MINUS", "VALUES", "GROUP", "SELECT", "AGGREGATE"],
    *["GRAPH"] * 2,
)
_FORMS = (
    *["select"] * 6,
    *["ordered"] * 2,
    *["grouped"] * 4,
    "paged",
    "ask",
    "construct",
    "construct where",
    "describe",
)


_Object = tuple[str, str | None, str | None]


class Grammar:
    """One graph and the queries over it, from one source of randomness."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        among = self._random.choice((LITERALS, LITERALS, NUMBERS, TEXTS, TIMES))
        # Few literals, so that they meet.
        self._literals = self._random.sample(among, 7)
        self._objects: dict[str, list[_Object]] = {
            one: self._objects_of_one_kind() if self._one_in(2) else [] for one in PREDICATES
        }
        self._named = 0

    def _pick(self, *among: str) -> str:
        return self._random.choice(among)

    def _one_in(self, many: int) -> bool:
        return self._random.randrange(many) == 0

    # Data.
    def dataset(self) -> list[TextQuad]:
        """Quads of the default graph and of two named ones; no triple is in two of them."""
        quads: dict[tuple[str | None, ...], TextQuad] = {}
        for _ in range(self._random.randrange(8, 36)):
            quad = self._quad(self._pick(DEFAULT, DEFAULT, *NAMED))
            quads.setdefault(quad[:5], quad)
        if self._one_in(2):
            for s, p, _, _, _, g in list(quads.values()):
                if p == "urn:p" and g == DEFAULT:
                    # So that having the property implies the class.
                    typed = TextQuad(s, RDF_TYPE, CLASS, None, None, g)
                    quads.setdefault(typed[:5], typed)
        return self._as_a_register(quads.values()) if self._one_in(2) else list(quads.values())

    def _as_a_register(self, quads: Iterable[TextQuad]) -> list[TextQuad]:
        """With one value at most of most properties, each of them in one graph: wide tables hold these."""
        graphs = {one: self._pick(DEFAULT, DEFAULT, DEFAULT, *NAMED) for one in PREDICATES}
        several = self._pick(*PREDICATES, "none", "none")
        kept: dict[tuple[str | None, ...], TextQuad] = {}
        for one in quads:
            if one.p in graphs and one.p != several:
                kept.setdefault((one.s, one.p), one._replace(g=graphs[one.p]))
            else:
                kept[one[:5]] = one
        anchor = self._pick(*PREDICATES)
        members = {one.s for one in quads if one.p == anchor}
        for member in RESOURCES if self._one_in(2) else sorted(members):
            typed = TextQuad(member, RDF_TYPE, CLASS, None, None, DEFAULT)
            kept.setdefault(typed[:5], typed)
        return list(kept.values())

    def _quad(self, graph: str) -> TextQuad:
        predicate = self._pick(*PREDICATES)
        objects = self._objects[predicate]
        if not objects:
            resources: list[_Object] = [(one, None, None) for one in RESOURCES]
            objects = list(self._literals) if self._one_in(2) else resources
        return TextQuad(self._pick(*RESOURCES), predicate, *self._random.choice(objects), graph)

    def _objects_of_one_kind(self) -> list[_Object]:
        """As those of most properties are."""
        kind = self._random.choice(self._literals)[1]
        literals: list[_Object] = [one for one in LITERALS if one[1] == kind]
        literals = self._random.sample(literals, self._random.randrange(1, len(literals) + 1))
        resources = self._random.choice((RESOURCES, RESOURCES[:3]))
        return self._random.choice((literals, [(one, None, None) for one in resources]))

    # Queries.
    def query(self) -> Tree:
        self._named = 0
        match self._pick(*_FORMS):
            case "ask":
                return Tree("query", "ASK §", (self._group(2),))
            case "construct":
                template = several(
                    *(self._template() for _ in range(self._random.randrange(1, 4))), form="{ § }"
                )
                return Tree("query", "CONSTRUCT § WHERE §", (template, self._group(2)))
            case "construct where":
                triples = several(*(self._triple(has_paths=False) for _ in range(2)), form="{ § }")
                return Tree("query", "CONSTRUCT WHERE §", (triples,))
            case "describe":
                return Tree("query", f"DESCRIBE {self._pick('<urn:a>', '?a')} WHERE §", (self._group(1),))
            case "grouped":
                return Tree("query", "§ §", (self._grouped(2), self._ordering(0)))
            case "ordered":
                select = self._select(2)
                return Tree("query", "§ §", (select, self._ordering(self._random.randrange(1, 3))))
            case "paged":
                end = several(
                    Tree("end", f"LIMIT {self._random.randrange(0, 6)}"),
                    Tree("end", f"OFFSET {self._random.randrange(0, 4)}"),
                )
                select = self._select(2, "", "DISTINCT ")
                return Tree("query", "§ § §", (select, self._ordering(self._random.randrange(2)), end))
            case _:
                after = [self._inline()] if self._one_in(6) else []
                return Tree("query", "§ §", (self._select(2), several(*after)))

    def _select(self, depth: int, *kinds: str) -> Tree:
        kind = self._pick(*(kinds or ("", "", "", "DISTINCT ", "REDUCED ")))
        what = self._pick("*", "*", "?a ?b", "?a ?c ?d", f"?a (§ AS {self._fresh()})")
        values = (self._value(2),) if HOLE in what else ()
        return Tree("select", f"SELECT {kind}{what} WHERE §", (*values, self._group(depth)))

    def _ordering(self, keys: int) -> Tree:
        if not keys:
            return Tree("several", "")
        return several(*(self._key() for _ in range(keys)), form="ORDER BY ?a §")

    def _key(self) -> Tree:
        key = Tree("value", self._pick(*VARIABLES)) if self._one_in(2) else self._value(1)
        return Tree("key", self._pick("ASC(§)", "DESC(§)"), (key,))

    def _grouped(self, depth: int) -> Tree:
        keys = self._pick("", "GROUP BY ?a", "GROUP BY ?a ?b", "GROUP BY (§ AS ?key)")
        shown = {"": "", "GROUP BY ?a": "?a", "GROUP BY ?a ?b": "?a ?b"}.get(keys, "?key")
        results = several(*(self._aggregate() for _ in range(self._random.randrange(1, 4))))
        by = (self._value(1),) if HOLE in keys else ()
        having = []
        if self._one_in(3):
            compared = self._pick(
                "COUNT(*) > 1", "COUNT(?b) < 3", "MAX(?b) >= 1", "SUM(?b) > 2", "MIN(?c) = ?a"
            )
            having = [Tree("having", f"HAVING({compared})")]
        parts = (results, self._group(depth), *by, several(*having))
        return Tree("select", f"SELECT {shown} § WHERE § {keys} §", parts)

    def _aggregate(self) -> Tree:
        return Tree(
            "aggregate", f"(§ AS {self._fresh()})", (self._filled("value", self._pick(*AGGREGATES), 1),)
        )

    def _fresh(self) -> str:
        self._named += 1
        return f"?n{self._named}"

    # Graph patterns.
    def _group(self, depth: int) -> Tree:
        triples = self._random.choice((0, 1, 1, 1, 2) if depth < 2 else (1, 1, 2))
        more = self._random.choice((0, 0, 1) if depth < 2 else (0, 1, 1, 2, 3))
        parts = [*(self._triple() for _ in range(triples)), *(self._part(depth) for _ in range(more))]
        return several(*parts, form="{ § }") if parts else Tree("several", "{ }")

    def _part(self, depth: int) -> Tree:
        kind = self._pick(*_PARTS)
        match kind:
            case "FILTER":
                return Tree("part", "FILTER(§)", (self._test(2),))
            case "OPTIONAL FILTER":
                return Tree("part", "OPTIONAL { § FILTER(§) }", (self._triple(), self._test(2)))
            case "BIND":
                return Tree("part", f"BIND(§ AS {self._fresh()})", (self._value(2),))
            case "VALUES":
                return self._inline()
        inner = self._group(depth - 1) if depth else Tree("several", "{ ?a <urn:p> ?b }")
        match kind:
            case "UNION":
                other = self._group(depth - 1) if depth else Tree("several", "{ ?a <urn:q> ?c }")
                return Tree("part", "§ UNION §", (inner, other))
            case "GRAPH":
                graph = self._pick("?g", "?g", "?b", *(f"<{name}>" for name in NAMED))
                return Tree("part", f"GRAPH {graph} §", (inner,))
            case "SELECT":
                end = self._pick("", "", "", "ORDER BY ?a ?c")
                return Tree(
                    "part", f"{{ SELECT {self._pick('', 'DISTINCT')} ?a ?c WHERE § {end} }}", (inner,)
                )
            case "AGGREGATE":
                return Tree("part", "{ § }", (self._grouped(depth - 1 if depth else 0),))
            case "GROUP":
                return Tree("part", "§", (inner,))
            case _:
                return Tree("part", f"{kind} §", (inner,))

    def _inline(self) -> Tree:
        if self._one_in(3):
            values = " ".join(self._pick("UNDEF", self._constant(), self._constant()) for _ in range(3))
            return Tree("part", f"VALUES {self._pick(*VARIABLES)} {{ {values} }}")
        row = f"({self._pick('UNDEF', self._constant())} {self._constant()})"
        return Tree("part", f"VALUES (?a ?b) {{ {row} (<urn:a> UNDEF) {self._pick('', row)} }}")

    def _triple(self, *, has_paths: bool = True) -> Tree:
        subject = f"<{self._pick(*RESOURCES[:3])}>" if self._one_in(10) else self._pick(*VARIABLES)
        if self._one_in(15):
            subject = "[]"
        o = self._constant() if self._one_in(10) else self._pick(*VARIABLES)
        predicate = f"<{self._pick(*PREDICATES)}>"
        if self._one_in(12):
            return Tree("part", f"{subject} a <{CLASS}> .")
        if self._one_in(10):
            predicate = "?p"
        elif has_paths and self._one_in(5):
            predicate = self._path(2)
        return Tree("part", f"{subject} {predicate} {o} .")

    def _path(self, depth: int) -> str:
        if depth == 0:
            return f"<{self._pick(*PREDICATES)}>"
        form = self._pick(*PATHS)
        return re.sub(r"\bP\b", lambda _: f"({self._path(self._random.randrange(depth))})", form)

    def _template(self) -> Tree:
        subject = self._pick("?a", "?b", "_:n", "<urn:z>")
        predicate = self._pick("<urn:p>", "?p", "?b")
        return Tree("part", f"{subject} {predicate} {self._pick('?c', '?a', '?n1', '_:n', '1')} .")

    # Expressions.
    def _constant(self) -> str:
        if self._one_in(2):
            return f"<{self._pick(*RESOURCES[:3])}>"
        value, datatype, language = self._random.choice(self._literals if self._one_in(2) else LITERALS)
        for sign, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
            value = value.replace(sign, escape)
        return f'"{value}"@{language}' if language else f'"{value}"^^<{datatype}>'

    def _value(self, depth: int) -> Tree:
        if depth == 0 or self._one_in(4):
            return Tree("value", self._constant() if self._one_in(4) else self._pick(*VARIABLES))
        return self._filled("value", self._pick(*VALUES), depth)

    def _test(self, depth: int) -> Tree:
        if depth == 0:
            return Tree("test", "§ = §", (self._value(0), self._value(0)))
        return self._filled("test", self._pick(*TESTS), depth)

    def _filled(self, kind: str, form: str, depth: int) -> Tree:
        made = {"V": self._value, "T": self._test, "G": lambda depth: self._group(max(0, depth - 1))}
        children = tuple(made[hole](depth - 1) for hole in re.findall(r"\b[VTG]\b", form))
        return Tree(kind, re.sub(r"\b[VTG]\b", HOLE, form), children)
