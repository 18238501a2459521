"""What an update's text says it does (SPARQL 1.1 Update §3), operation by operation, before anything runs it.

Told from tokens alone, strictly: whatever stands where the grammar has nothing is refused, so that no graph
is written that was not seen here. The store's parser reads the text besides; here it is understood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from graph.errors import QueryError
from graph.sparql.dataset import Dataset
from graph.sparql.guard import Limits, Prologue, depths_of, refuse_costly, refuse_reaching, wrong
from graph.sparql.tokens import Token, tokens
from graph.text import Text

Kind = Literal["data", "delete-where", "modify", "load", "clear", "drop", "create", "add", "move", "copy"]
_QUERIES = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_TRANSFERS: dict[str, Kind] = {"ADD": "add", "MOVE": "move", "COPY": "copy"}
_REMOVALS: dict[str, Kind] = {"CLEAR": "clear", "DROP": "drop"}

_BLANK = re.compile(r"[^\n]")

Target = Literal["default", "named", "all"] | str
"""A graph by its IRI, or several by SPARQL's word for them. No IRI is one of these words: it has a scheme."""


@dataclass(slots=True)
class Operation:
    """One operation; offsets count the characters of the text.

    `writes` and `reads` are graphs by their IRI; the flags say that others are found by a variable
    (`GRAPH ?g`), and that the default graph is written or read. `bare` are the pieces of templates outside
    GRAPH; `with_graph`, `using` and `where` (its offset) belong to DELETE and INSERT … WHERE. `targets` of
    graph management come in the order of the text; `target_spans` are where they stand. `prologues` are
    where the declarations stand that hold for it.
    """

    kind: Kind
    start: int
    end: int
    silent: bool = False
    writes: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    writes_any: bool = False
    reads_any: bool = False
    bare: list[tuple[int, int]] = field(default_factory=list)
    with_graph: str | None = None
    using: Dataset | None = None
    where: int | None = None
    prologues: tuple[tuple[int, int], ...] = ()
    targets: list[Target] = field(default_factory=list)
    target_spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Update:
    """A text and what it does. `literals` are the literals with a datatype as they are written there."""

    text: str
    operations: tuple[Operation, ...]
    literals: tuple[tuple[str, str], ...]

    def alone(self, one: Operation) -> str:
        """One operation and the declarations that hold for it, each where it stands in the text.

        Oxigraph takes declarations at the beginning alone; the grammar ([29] Update) has them before each
        operation. In the place of all else there are spaces, so that lines and columns stay the same.
        """
        spans = (*one.prologues, (one.start, one.end))
        kept, place = [], 0
        for start, end in spans:
            kept += [_BLANK.sub(" ", self.text[place:start]), self.text[start:end]]
            place = end
        return "".join(kept)


def read(text: str, limits: Limits, base: str) -> Update:
    """Raises QueryError with place and hint for what no update may say."""
    if len(text) > limits.length:
        raise QueryError(
            Text(
                f"Cập nhật dài {len(text)} ký tự, quá giới hạn {limits.length}.",
                f"The update has {len(text)} characters; the limit is {limits.length}.",
            ),
            hint=Text("Chia thành nhiều cập nhật.", "Split it into several."),
        )
    found = list(tokens(text))
    depths = depths_of(text, found, limits)
    refuse_costly(text, found, limits)
    refuse_reaching(text, found)
    prologue = Prologue(text, found, base)
    operations: list[Operation] = []
    spans: list[tuple[int, int]] = []
    labels: frozenset[str] = frozenset()
    began, place = 0, prologue.end
    while place < len(found):
        if place > began:
            spans.append((found[began].start, found[place - 1].start + len(found[place - 1].text)))
        end = next(
            (
                index
                for index in range(place, len(found))
                if depths[index] == 0 and found[index].text == ";" and found[index].kind == "sign"
            ),
            len(found),
        )
        prologue.refuse_undeclared(found[:end])
        operation = _Reader(text, found, place, end, prologue).operation()
        operation.prologues = tuple(spans)
        operations.append(operation)
        if operation.kind == "data":
            labels |= _labels(text, found[place:end], labels)
        began, place = end + 1, len(found)
        if began < len(found):
            prologue.read(found, began)
            place = prologue.end
    return Update(text, tuple(operations), tuple(_literals(found, prologue)))


class _Reader:
    """Reads one operation from the tokens `place` to `end`."""

    def __init__(self, text: str, found: Sequence[Token], place: int, end: int, prologue: Prologue) -> None:
        self._text = text
        self._found = found
        self._place = place
        self._end = end
        self._prologue = prologue

    def operation(self) -> Operation:
        if self._place >= self._end:
            raise self._unexpected()
        start, word = self._found[self._place].start, self._word()
        last = self._found[self._end - 1]
        self._operation = Operation("modify", start, last.start + len(last.text))
        if word in ("INSERT", "DELETE", "WITH"):
            self._change()
        elif word == "LOAD":
            self._load()
        elif word in _REMOVALS:
            self._operation.kind = _REMOVALS[self._next().keyword]
            self._silent()
            self._target("DEFAULT", "NAMED", "ALL")
        elif word == "CREATE":
            self._next()
            self._operation.kind = "create"
            self._silent()
            self._target()
        elif word in _TRANSFERS:
            self._operation.kind = _TRANSFERS[self._next().keyword]
            self._silent()
            self._target("DEFAULT", needs_word=False)
            self._expect("TO")
            self._target("DEFAULT", needs_word=False)
        else:
            raise self._no_update()
        if self._place < self._end:
            raise self._unexpected()
        return self._operation

    def _change(self) -> None:
        operation = self._operation
        following = self._word(1)
        if self._word() in ("INSERT", "DELETE") and following == "DATA":
            self._next(), self._next()
            operation.kind = "data"
            self._template()
            return
        if self._word() == "DELETE" and following == "WHERE":
            self._next(), self._next()
            operation.kind = "delete-where"
            self._template()
            operation.reads |= operation.writes
            operation.reads_any |= operation.writes_any
            return
        if self._word() == "WITH":
            self._next()
            operation.with_graph = self._iri()
        for word in ("DELETE", "INSERT"):
            if self._word() == word:
                self._next()
                self._template()
        default: list[str] = []
        named: list[str] = []
        while self._word() == "USING":
            self._next()
            is_named = self._word() == "NAMED"
            if is_named:
                self._next()
            (named if is_named else default).append(self._iri())
        if default or named:
            operation.using = Dataset(tuple(default), tuple(named))
        operation.where = self._found[self._place].start if self._place < self._end else None
        self._expect("WHERE")
        self._pattern()

    def _template(self) -> None:
        """Triples, and GRAPH blocks of triples (grammar [51] QuadData, [49] Quads)."""
        operation = self._operation
        self._expect("{")
        bare: int | None = None
        while self._sign() != "}":
            token = self._next()
            if token.keyword != "GRAPH":
                # Oxigraph takes `GRAPHex:g {` for GRAPH ex:g: no triple has a brace.
                if token.text in ("{", "}") and token.kind == "sign":
                    raise wrong(self._text, token, *_NOT_HERE)
                bare = token.start if bare is None and token.text != "." else bare
                continue
            self._end_bare(bare, token.start)
            bare = None
            named = self._next()
            if named.kind == "variable":
                operation.writes_any = True
            else:
                operation.writes.add(self._resolved(named))
            self._expect("{")
            while self._sign() != "}":
                inside = self._next()
                if inside.text == "{" and inside.kind == "sign":
                    raise wrong(self._text, inside, *_NOT_HERE)
            self._next()
        self._end_bare(bare, self._found[self._place].start)
        self._next()

    def _end_bare(self, start: int | None, end: int) -> None:
        if start is not None:
            self._operation.bare.append((start, end))

    def _pattern(self) -> None:
        """The group behind WHERE: which graphs it names."""
        operation = self._operation
        if self._sign() != "{":
            raise self._unexpected()
        for index in range(self._place, self._end):
            token = self._found[index]
            following = self._found[index + 1] if index + 1 < self._end else None
            if token.keyword == "GRAPH" and following is not None:
                if following.kind in ("iri", "name"):
                    operation.reads.add(self._prologue.iri(following))
                else:
                    operation.reads_any = True
            elif token.kind == "name" and token.text.upper().startswith("GRAPH"):
                operation.reads_any = True
        depth = 0
        for index in range(self._place, self._end):
            token = self._found[index]
            depth += (token.kind == "sign") * ((token.text == "{") - (token.text == "}"))
            if depth == 0:
                self._place = index + 1
                return

    def _load(self) -> None:
        token = self._next()
        self._operation.kind = "load"
        self._silent()
        if not self._operation.silent:
            raise wrong(
                self._text,
                token,
                Text("LOAD không được dùng ở đây.", "LOAD is not served here."),
                Text(
                    "Gửi nội dung: PUT hoặc POST /rdf-graph-store?graph=…",
                    "Send the content: PUT or POST /rdf-graph-store?graph=…",
                ),
            )
        self._iri()
        if self._word() == "INTO":
            self._next()
            self._expect("GRAPH")
            self._operation.writes.add(self._iri())

    def _target(self, *words: str, needs_word: bool = True) -> None:
        operation = self._operation
        token = self._found[self._place] if self._place < self._end else None
        if token is None:
            raise self._unexpected()
        word = self._word()
        if word in words:
            self._next()
            operation.targets.append(word.lower())
            operation.target_spans.append((token.start, token.start + len(token.text)))
            return
        if word == "GRAPH":
            self._next()
        elif needs_word:
            raise self._unexpected()
        operation.targets.append(self._iri())
        last = self._found[self._place - 1]
        operation.target_spans.append((token.start, last.start + len(last.text)))

    def _silent(self) -> None:
        if self._word() == "SILENT":
            self._next()
            self._operation.silent = True

    def _word(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._found[place].keyword if place < self._end else ""

    def _sign(self) -> str:
        if self._place >= self._end:
            raise self._unexpected()
        token = self._found[self._place]
        return token.text if token.kind == "sign" else ""

    def _next(self) -> Token:
        if self._place >= self._end:
            raise self._unexpected()
        self._place += 1
        return self._found[self._place - 1]

    def _expect(self, text: str) -> None:
        if self._place >= self._end or (self._word() != text and self._sign() != text):
            raise self._unexpected()
        self._place += 1

    def _iri(self) -> str:
        return self._resolved(self._next())

    def _resolved(self, token: Token) -> str:
        if token.kind not in ("iri", "name"):
            raise wrong(self._text, token, *_NOT_HERE)
        return self._prologue.iri(token)

    def _unexpected(self) -> QueryError:
        place = min(self._place, len(self._found) - 1)
        return wrong(self._text, self._found[place], *_NOT_HERE)

    def _no_update(self) -> QueryError:
        token = self._found[self._place]
        if token.keyword in _QUERIES:
            message = Text(
                f"«{token.text}» là truy vấn, không phải cập nhật.", f"“{token.text}” is a query, no update."
            )
            hint = Text("Gửi bằng tham số query.", "Send it as the parameter query.")
            return wrong(self._text, token, message, hint)
        return wrong(
            self._text,
            token,
            Text(f"«{token.text[:60]}» không mở đầu một cập nhật.", f"“{token.text[:60]}” begins no update."),
            Text(
                "Dùng INSERT, DELETE, CLEAR, DROP, CREATE, ADD, MOVE hoặc COPY.",
                "Use INSERT, DELETE, CLEAR, DROP, CREATE, ADD, MOVE or COPY.",
            ),
        )


def _labels(text: str, found: Sequence[Token], before: frozenset[str]) -> frozenset[str]:
    """The labels of blank nodes in an operation of data (SPARQL 1.1 Query §19.6). Raises QueryError for one
    that stands in another such operation `before`: it would seem to be the same node."""
    blank = [token for token in found if token.kind == "blank"]
    for token in blank:
        if token.text in before:
            raise wrong(
                text,
                token,
                Text(
                    f"«{token.text}» đã có ở một thao tác trước.",
                    f"“{token.text}” stands in an operation before this one.",
                ),
                Text("Đặt tên khác.", "Give it another label."),
            )
    return frozenset(token.text for token in blank)


_NOT_HERE = (
    Text("Chỗ này không đúng SPARQL 1.1 Update.", "This is not SPARQL 1.1 Update here."),
    Text(
        "Mẫu: DELETE { … } INSERT { GRAPH <…> { … } } WHERE { … }, ngăn nhau bằng dấu chấm phẩy.",
        "The form is DELETE { … } INSERT { GRAPH <…> { … } } WHERE { … }, with semicolons in between.",
    ),
)
_XSD = "http://www.w3.org/2001/XMLSchema#"


def _literals(found: Sequence[Token], prologue: Prologue) -> list[tuple[str, str]]:
    """Lexical form and datatype of the literals that a store may write in another way."""
    written = []
    for index, token in enumerate(found):
        before = found[index - 1] if index else None
        if token.kind == "number":
            is_signed = before is not None and before.text in "+-" and before.start + 1 == token.start
            kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
            written.append(((before.text if before and is_signed else "") + token.text, _XSD + kind))
        elif token.text == "^^" and before is not None and before.kind == "string" and index + 1 < len(found):
            datatype = found[index + 1]
            quotes = 3 if before.text[:3] in ('"""', "'''") else 1
            inside = before.text[quotes:-quotes]
            # A form with an escape in it is none of a number, a date or a boolean.
            if datatype.kind in ("iri", "name") and "\\" not in inside:
                written.append((inside, _resolve(datatype, prologue)))
    return written


def _resolve(token: Token, prologue: Prologue) -> str:
    """By the declarations at the end of the text: a prefix that is declared anew between operations may name
    another datatype, and then the form is that of no literal there is."""
    return prologue.iri(token)
