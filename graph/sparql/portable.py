"""A query as it is sent to another server: the same query, in the few words that every server reads alike.

The server's parser is not ours, so nothing is left for it to read in another way: comments and declarations
are gone, IRIs are written out, strings are escaped in one manner. Graphs have the names that they have there,
and solutions have those that callers know.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.sparql.guard import Prologue
from graph.sparql.tokens import Token, tokens
from graph.stores.http.loaded import ABSENT

NOWHERE = "urn:lienthong:nowhere"
"""For a graph where there is none: it is in no dataset, not even as the one that no server has."""
_CASTS = "http://www.w3.org/2001/XMLSchema#"
_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_ENDS_OF_ASK = frozenset(["GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"])


class NotPortableError(Exception):
    """The query uses what no server could be trusted with, or what would not mean the same there."""


@dataclass(frozen=True, slots=True)
class Portable:
    """`is_ask`: the query asks whether there is a solution; the text then selects one."""

    text: str
    is_ask: bool


def portable(text: str, variables: Sequence[str] | None, graphs: Mapping[str, str], *, base: str) -> Portable:
    """`text`, which is a query of SPARQL 1.1, without its dataset.

    `variables`: those that it selects, None where it selects nothing; `graphs`: the named graphs that it may
    read, each with its name on the server. Raises NotPortableError.
    """
    found = list(tokens(text))
    prologue = Prologue(text, found, base)
    body = list(_without_dataset(found[prologue.end :]))
    is_ask = body[0].keyword == "ASK"
    writer = _Writer(text, prologue, graphs)
    written = writer.write(_selecting(body, variables))
    if is_ask:
        # Virtuoso answers ASK in a format of its own where the request has a dataset.
        limit = "" if _has_modifiers(body) else " LIMIT 1"
        written = f"SELECT ( 1 AS ?{writer.fresh}0 ) {written.removeprefix(body[0].text)}{limit}"
    return Portable(written, is_ask)


def _without_dataset(found: Sequence[Token]) -> Iterator[Token]:
    """FROM goes: the request has the dataset, and Virtuoso would add the one to the other."""
    depth, index = 0, 0
    while index < len(found):
        token = found[index]
        depth += (token.text in "{([") - (token.text in "})]") if token.kind == "sign" else 0
        if depth == 0 and token.keyword == "FROM":
            index += 3 if found[index + 1].keyword == "NAMED" else 2
            continue
        yield token
        index += 1


def _selecting(body: Sequence[Token], variables: Sequence[str] | None) -> list[Token]:
    """With the variables of `SELECT *` written out: more are made here, which are nobody's business."""
    star = 2 if len(body) > 2 and body[1].keyword in ("DISTINCT", "REDUCED") else 1
    if body[0].keyword != "SELECT" or body[star].text != "*" or not variables:
        return list(body)
    listed = [Token("variable", f"?{name}", -1) for name in variables]
    return [*body[:star], *listed, *body[star + 1 :]]


def _has_modifiers(body: Sequence[Token]) -> bool:
    depth = 0
    for token in body:
        if token.kind == "sign" and token.text in ("{", "}"):
            depth += 1 if token.text == "{" else -1
        elif depth == 0 and token.keyword in _ENDS_OF_ASK:
            return True
    return False


class _Where:
    """Tells triples from expressions: an IRI before a bracket is a function in one, and not in the other."""

    def __init__(self) -> None:
        self._open: list[str] = [""]
        self._modified: list[bool] = [True]

    def meet(self, token: Token) -> None:
        if token.kind == "sign" and token.text in ("{", "(", "["):
            self._open.append(token.text)
            self._modified.append(False)
        elif token.kind == "sign" and token.text in ("}", ")", "]"):
            self._open.pop()
            self._modified.pop()
        elif any(word in token.keyword for word in ("ORDER", "GROUP", "HAVING")):
            # What follows until the end of a subquery are conditions, without brackets around them.
            self._modified[-1] = True

    def may_call(self, before: Token | None) -> bool:
        """Whether an IRI that stands here, after `before`, may be the name of a function that is called."""
        is_among_triples = self._open[-1] in ("{", "[") and not self._modified[-1]
        return not is_among_triples or (before is not None and "FILTER" in before.keyword)


class _Writer:
    """Writes tokens; each GRAPH of a variable gets a variable of its own, which stands for names there."""

    def __init__(self, text: str, prologue: Prologue, graphs: Mapping[str, str]) -> None:
        self._prologue = prologue
        self._graphs = graphs
        self.fresh = "g"
        while f"?{self.fresh}" in text or f"${self.fresh}" in text:
            self.fresh += "g"
        self._made = 0
        self._is_void = False
        self._where = _Where()

    def write(self, body: Sequence[Token]) -> str:
        parts: list[str] = []
        before: Token | None = None
        ahead = [*body[1:], None]
        for token, after in zip(body, ahead, strict=True):
            self._where.meet(token)
            if before is None or before.keyword != "GRAPH":
                is_graph = token.keyword == "GRAPH" and after is not None
                parts.append(self._graph(after) if is_graph and after else self._token(before, token, after))
            before = token
        if self._made and _counts_everything(body):
            raise NotPortableError("DISTINCT * beside GRAPH of a variable")
        return "".join(parts).strip()

    def _graph(self, name: Token) -> str:
        if name.kind != "variable":
            there = self._graphs.get(self._prologue.iri(name))
            # Of a graph that is not in the dataset Virtuoso may make one solution (`SELECT (1 AS ?x)`).
            self._is_void = there is None
            return f" GRAPH <{there or ABSENT}>"
        self._made += 1
        own = f"?{self.fresh}{self._made}"
        pairs = self._graphs.items() or [(NOWHERE, NOWHERE)]
        rows = " ".join(f"( <{there}> <{here}> )" for here, there in pairs)
        return f" VALUES ( {own} ?{name.text[1:]} ) {{ {rows} }} GRAPH {own}"

    def _token(self, before: Token | None, token: Token, after: Token | None) -> str:
        """With a space before it where it may have one: a string's tag or type, a signed number and a
        function (Oxigraph 0.5 takes no `TZ (`) are each one with what is before them to some servers."""
        if token.kind == "tag" or token.text == "^^" or _is_one(before, token):
            return token.text
        space = "" if before is not None and before.text == "^^" else " "
        return space + self._written(before, token, after)

    def _written(self, before: Token | None, token: Token, after: Token | None) -> str:
        if self._is_void:
            self._is_void = False
            return f"{token.text} FILTER ( false )"
        if token.kind == "string":
            return quoted(token.text)
        if token.kind == "variable":
            return f"?{token.text[1:]}"
        if token.kind in ("iri", "name"):
            may_call = after is not None and after.text == "(" and self._where.may_call(before)
            return self._iri(token, may_call)
        if token.kind == "word" and ("GRAPH" in token.keyword or "SERVICE" in token.keyword):
            raise NotPortableError(token.text)
        return token.text

    def _iri(self, token: Token, may_call: bool) -> str:
        written = self._prologue.iri(token)
        if _NOT_IN_IRIS.search(written):
            raise NotPortableError(token.text)
        if may_call and not written.startswith(_CASTS):
            # Servers have functions that read what no dataset bounds (Virtuoso: bif:, sql:).
            raise NotPortableError(token.text)
        return f"<{written}>"


def _is_one(before: Token | None, token: Token) -> bool:
    """Whether a signed number, or the name of a function and its bracket, stand together."""
    if before is None or before.start + len(before.text) != token.start:
        return False
    is_signed = token.kind == "number" and before.text in ("+", "-")
    return is_signed or (token.text == "(" and before.kind == "word")


def _counts_everything(body: Sequence[Token]) -> bool:
    return any(one.keyword == "DISTINCT" and two.text == "*" for one, two in pairwise(body))


def quoted(string: str) -> str:
    """A string of SPARQL (§19.8) between two quotes, whichever it was written with."""
    long = string[:3] in ('"""', "'''")
    inside = string[3:-3] if long else string[1:-1]

    def read(found: re.Match[str]) -> str:
        if found[3] is not None:
            return _ESCAPED.get(found[3], found[3])
        return chr(int(found[1] or found[2], 16))

    value = _ESCAPE.sub(read, inside)
    return '"' + _TO_ESCAPE.sub(lambda found: _escaped(found[0]), value) + '"'


def _escaped(character: str) -> str:
    known = {"\t": "t", "\n": "n", "\r": "r", '"': '"', "\\": "\\"}
    return "\\" + known[character] if character in known else f"\\u{ord(character):04X}"
