"""A walk from a query's tokens: of SELECT over triples and simple paths, and of nothing else.

What is not understood here in full has no walk; no text is refused. It is no parser of SPARQL: what it takes
is a small part of the grammar (SPARQL 1.1 §19.8), the whole of which the worker reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.sparql.shape import absolute_iri
from graph.sparql.tokens import Token
from graph.sparql.walks.walk import (
    UNBOUND,
    Constant,
    Count,
    Iri,
    Repeated,
    Step,
    Text,
    Thing,
    Walk,
)

RDF_TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MOST_STEPS = 12
_HIDDEN = " "
_END = Token("sign", "", -1)


class NoWalkError(Exception):
    """The query is answered otherwise."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


Node = Constant | Variable


@dataclass(frozen=True, slots=True)
class Pattern:
    subject: Node
    predicate: Node
    object: Node
    repeated: Repeated = ""

    @property
    def names(self) -> tuple[str, ...]:
        ends = (self.subject, self.predicate, self.object)
        return tuple(one.name for one in ends if isinstance(one, Variable))


def walk(tokens: Sequence[Token], prefixes: Mapping[str, str], things: Mapping[int, int]) -> Walk | None:
    """`things`: by where its token starts, the place of each IRI that other queries of the outline have
    another one for."""
    try:
        return _planned(_Reading(tokens, prefixes, things))
    except NoWalkError:
        return None


@dataclass(slots=True)
class _Reading:
    tokens: Sequence[Token]
    prefixes: Mapping[str, str]
    things: Mapping[int, int]
    at: int = 0
    hidden: int = 0
    selected: list[str] = field(default_factory=list)
    selects_all: bool = False
    is_distinct: bool = False
    count: tuple[str, str | None, bool] | None = None
    patterns: list[Pattern] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._prologue()
        self._clause()
        if self._next.keyword == "WHERE":
            self.at += 1
        self._triples()
        if self.at != len(self.tokens) or len(self.patterns) > MOST_STEPS:
            raise NoWalkError

    @property
    def names(self) -> list[str]:
        """Of the variables that are selected: for `*` in the order in which Oxigraph has them."""
        if not self.selects_all:
            return self.selected
        return sorted({name for one in self.patterns for name in one.names if not name.startswith(_HIDDEN)})

    @property
    def _next(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else _END

    def _expect(self, *words: str) -> None:
        for word in words:
            token = self._take()
            if word not in (token.keyword, token.text):
                raise NoWalkError

    def _prologue(self) -> None:
        while self._next.keyword == "PREFIX":
            self.at += 3

    def _clause(self) -> None:
        self._expect("SELECT")
        if self._next.keyword == "DISTINCT":
            self.at, self.is_distinct = self.at + 1, True
        if self._next.text == "(":
            self.count = self._counted()
            return
        if self._next.text == "*":
            self.at, self.selects_all = self.at + 1, True
            return
        while self._next.kind == "variable":
            self.selected.append(self._variable().name)
        if not self.selected or len(set(self.selected)) < len(self.selected):
            raise NoWalkError

    def _counted(self) -> tuple[str, str | None, bool]:
        self._expect("(", "COUNT", "(")
        is_distinct = self._next.keyword == "DISTINCT"
        self.at += is_distinct
        counted = None if self._next.text == "*" else self._variable().name
        if counted is None:
            self.at += 1
            if is_distinct:
                raise NoWalkError  # counts solutions, in which hidden variables are not
        self._expect(")", "AS")
        name = self._variable().name
        self._expect(")")
        return name, counted, is_distinct

    def _triples(self) -> None:
        self._expect("{")
        while self._next.text != "}":
            subject = self._node()
            self._said(subject)
            if self._next.text == ".":
                self.at += 1
            elif self._next.text != "}":
                raise NoWalkError
        self.at += 1

    def _said(self, subject: Node) -> None:
        while True:
            path = self._path()
            self._triple(subject, path, self._node())
            while self._next.text == ",":
                self.at += 1
                self._triple(subject, path, self._node())
            if self._next.text != ";":
                return
            self.at += 1
            if self._next.text in (".", "}"):
                return

    def _triple(self, subject: Node, path: Sequence[tuple[Node, Repeated]], end: Node) -> None:
        """A sequence is a join over what is between (§18.2.2.4)."""
        *before, last = path
        for predicate, repeated in before:
            between = Variable(f"{_HIDDEN}{self.hidden}")
            self.hidden += 1
            self._add(subject, predicate, between, repeated)
            subject = between
        self._add(subject, last[0], end, last[1])

    def _add(self, subject: Node, predicate: Node, end: Node, repeated: Repeated) -> None:
        if repeated == "*" and not isinstance(subject, Variable):
            raise NoWalkError  # Oxigraph goes no step from what no graph has; the recommendation does (§18.5)
        self.patterns.append(Pattern(subject, predicate, end, repeated))

    def _path(self) -> list[tuple[Node, Repeated]]:
        if self._next.kind == "variable":
            return [(self._variable(), "")]
        path = [self._repeatable()]
        while self._next.text == "/":
            self.at += 1
            path.append(self._repeatable())
        return path

    def _repeatable(self) -> tuple[Node, Repeated]:
        if self._next.text == "a":
            self.at += 1
            return RDF_TYPE, ""
        predicate = self._iri(self._take())
        match self._next.text:
            case "+" | "*" as repeated:
                self.at += 1
                return predicate, "+" if repeated == "+" else "*"
            case _:
                return predicate, ""

    def _variable(self) -> Variable:
        token = self._take()
        if token.kind != "variable":
            raise NoWalkError
        return Variable(token.text[1:])

    def _node(self) -> Node:
        if self._next.kind == "variable":
            return self._variable()
        token = self._take()
        if token.kind == "string":
            return self._text(token)
        return self._iri(token)

    def _text(self, token: Token) -> Text:
        is_long = token.text[:3] in ('"""', "'''") and len(token.text) > 2
        if is_long or "\\" in token.text or self._next.kind == "tag" or self._next.text == "^^":
            raise NoWalkError
        return Text(token.text[1:-1])

    def _iri(self, token: Token) -> Iri | Thing:
        if token.kind not in ("iri", "name"):
            raise NoWalkError
        if token.start in self.things:
            return Thing(self.things[token.start])
        iri = absolute_iri(token, self.prefixes)
        if iri is None:
            raise NoWalkError
        return Iri(iri)


def _planned(read: _Reading) -> Walk:
    ordered = _ordered(read.patterns)
    ends = [end for one in ordered for end in (one.subject, one.predicate, one.object)]
    constants = tuple(dict.fromkeys(one for one in ends if not isinstance(one, Variable)))
    names = tuple(dict.fromkeys(one.name for one in ends if isinstance(one, Variable)))
    places: dict[Node, int] = {one: place for place, one in enumerate(constants)}
    places |= {Variable(name): len(constants) + place for place, name in enumerate(names)}
    steps = tuple(
        Step(
            places[one.subject],
            places[one.predicate],
            places[one.object],
            one.repeated,
        )
        for one in ordered
    )
    selected = tuple((name, places.get(Variable(name), UNBOUND)) for name in read.names)
    count = None
    if read.count is not None:
        name, counted, is_distinct = read.count
        if Variable(name) in places or read.is_distinct:
            raise NoWalkError
        place = None if counted is None else places.get(Variable(counted), UNBOUND)
        count = Count(name, place, is_distinct)
    return Walk(constants, len(names), steps, selected, read.is_distinct, count)


def _ordered(patterns: Sequence[Pattern]) -> list[Pattern]:
    """Each reached from a constant or from what was bound before, from its subject rather than its object:
    there are few things said of one thing."""
    left, ordered, bound = list(patterns), list[Pattern](), set[str]()
    while left:
        found = max(left, key=lambda one: _reach(one, bound))
        if _reach(found, bound) == 0:
            raise NoWalkError
        left.remove(found)
        ordered.append(found)
        bound.update(found.names)
    if not ordered:
        raise NoWalkError
    return ordered


def _reach(pattern: Pattern, bound: set[str]) -> int:
    def is_known(node: Node) -> bool:
        return not isinstance(node, Variable) or node.name in bound

    if pattern.repeated and not is_known(pattern.subject):
        return 0
    return 2 * is_known(pattern.subject) + is_known(pattern.object)
