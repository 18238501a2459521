"""The guard: what can be told from a query's text alone, before any parser that might die of it.

It refuses what is too long, too deep or too costly to plan, what would write or reach out, and brackets,
strings and prefixes that are not closed or declared; for these it knows the place better than the parser.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from graph.errors import Place, QueryError
from graph.sparql.dataset import Dataset
from graph.sparql.tokens import Token, line_and_column, tokens
from graph.text import Text

Form = Literal["select", "ask", "construct", "describe"]

_FORMS: Mapping[str, Form] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_VOLATILE = frozenset(["NOW", "RAND", "UUID", "STRUUID", "BNODE"])
_CLOSES = {"}": "{", ")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Limits:
    """Longest text (characters), deepest nesting of brackets, most OPTIONALs (planning costs about n⁴)."""

    length: int = 100_000
    depth: int = 64
    optionals: int = 24


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the text says of itself.

    `dataset`: the IRIs of FROM and FROM NAMED (SPARQL 1.1 §13.2). `prefixes`: as declared, the last one
    counts. `volatile`: asked again it may answer otherwise (NOW, RAND, UUID …).
    """

    form: Form
    dataset: Dataset
    prefixes: dict[str, str]
    volatile: bool
    tokens: tuple[Token, ...]


def guard(text: str, limits: Limits, base: str = "") -> Guarded:
    """Let `text` pass, or raise QueryError with place and hint.

    `base`: what relative IRIs are resolved against where the text declares none (SPARQL 1.1 §4.1.1.2).
    """
    if len(text) > limits.length:
        raise QueryError(
            Text(
                f"Truy vấn dài {len(text)} ký tự, quá giới hạn {limits.length}.",
                f"The query has {len(text)} characters; the limit is {limits.length}.",
            ),
            hint=Text("Chia truy vấn, hoặc rút gọn danh sách VALUES.", "Split it, or shorten its VALUES."),
        )
    found = list(up_to_limits(tokens(text), limits))
    refuse_costly(text, found, limits)
    depths = depths_of(text, found, limits)
    refuse_reaching(text, found)
    prologue = Prologue(text, found, base)
    form = _form(text, found, prologue.end)
    prologue.refuse_undeclared(found)
    volatile = any(token.keyword in _VOLATILE for token in found)
    return Guarded(form, _dataset(text, found, depths, prologue), prologue.namespaces, volatile, tuple(found))


def wrong(text: str, token: Token, message: Text, hint: Text) -> QueryError:
    line, column = line_and_column(text, token.start)
    return QueryError(message, hint=hint, place=Place(line=line, column=str(column), value=token.text[:60]))


def up_to_limits(found: Iterable[Token], limits: Limits) -> Iterator[Token]:
    """The tokens up to the first bracket that is nested too deeply, or the first OPTIONAL that is too many:
    80 KB of brackets, read to their end, took the process in front 90 ms."""
    opened = optionals = 0
    for token in found:
        yield token
        if token.kind == "sign":
            opened += (token.text in _CLOSES.values()) - (token.text in _CLOSES)
        elif "OPTIONAL" in token.keyword:
            optionals += 1
        if opened > limits.depth + 1 or optionals > limits.optionals:
            return


def depths_of(text: str, found: Sequence[Token], limits: Limits) -> list[int]:
    """How many brackets are open at each token; refuses unclosed ones, too many, and stray characters."""
    open_brackets: list[Token] = []
    depths = []
    for token in found:
        if token.kind == "wrong":
            raise _stray(text, token)
        if token.kind == "sign" and token.text in _CLOSES:
            if not open_brackets or open_brackets[-1].text != _CLOSES[token.text]:
                raise _unmatched(text, token, open_brackets[-1] if open_brackets else None)
            open_brackets.pop()
        depths.append(len(open_brackets))
        if token.kind == "sign" and token.text in _CLOSES.values():
            open_brackets.append(token)
        # `?a<((…))&&?b>?c` looks like an IRI to a tokenizer, and like nested brackets to the parser.
        hidden = token.text.count("(") if token.kind == "iri" else 0
        if len(open_brackets) + hidden > limits.depth:
            raise wrong(
                text,
                token,
                Text(
                    f"Truy vấn lồng quá {limits.depth} cấp ngoặc.",
                    f"The query nests brackets deeper than {limits.depth}.",
                ),
                Text("Bỏ những cặp ngoặc thừa.", "Take away brackets that are not needed."),
            )
    if open_brackets:
        bracket = open_brackets[-1]
        raise wrong(
            text,
            bracket,
            Text(f"Ngoặc «{bracket.text}» chưa đóng.", f"Bracket “{bracket.text}” is never closed."),
            Text("Thêm ngoặc đóng.", "Add the closing bracket."),
        )
    return depths


def _stray(text: str, token: Token) -> QueryError:
    if token.text in "\"'":
        return wrong(
            text,
            token,
            Text("Chuỗi chưa đóng.", "A string is never closed."),
            Text('Thêm dấu nháy; chuỗi nhiều dòng dùng """.', 'Add the quote; strings over lines take """.'),
        )
    return wrong(
        text,
        token,
        Text(f"Ký tự «{token.text}» không đứng được ở đây.", f"Character “{token.text}” cannot stand here."),
        Text(
            r"\uXXXX chỉ dùng trong chuỗi và IRI; IRI viết trong <…>.",
            r"\uXXXX belongs in strings and IRIs; IRIs go into <…>.",
        ),
    )


def _unmatched(text: str, token: Token, opened: Token | None) -> QueryError:
    if opened is None:
        hint = Text("Bỏ ngoặc này, hoặc thêm ngoặc mở trước nó.", "Remove it, or open it before.")
    else:
        line, column = line_and_column(text, opened.start)
        hint = Text(
            f"Ngoặc «{opened.text}» mở ở dòng {line}, cột {column} phải đóng trước.",
            f"Bracket “{opened.text}”, opened at line {line}, column {column}, must close first.",
        )
    return wrong(
        text, token, Text(f"Ngoặc «{token.text}» thừa.", f"Bracket “{token.text}” closes nothing."), hint
    )


def refuse_costly(text: str, found: Sequence[Token], limits: Limits) -> None:
    """Raises QueryError at the first OPTIONAL that is too many."""
    optionals = [token for token in found if "OPTIONAL" in token.keyword]
    if len(optionals) > limits.optionals:
        raise wrong(
            text,
            optionals[limits.optionals],
            Text(
                f"Quá {limits.optionals} phần OPTIONAL.",
                f"More than {limits.optionals} OPTIONAL parts.",
            ),
            Text("Chia thành nhiều truy vấn.", "Split it into several queries."),
        )


def refuse_reaching(text: str, found: Sequence[Token]) -> None:
    """Oxigraph's parser asks for no space around keywords, so `trueSERVICE:x {` reaches out as well."""
    for index, token in enumerate(found):
        word = token.keyword
        following = found[index + 1].text if index + 1 < len(found) else ""
        glued = (
            token.kind == "name"
            and "SERVICE" in token.text.upper().split(":")[0]
            and following == "{"
            and (index == 0 or found[index - 1].keyword != "GRAPH")
        )
        if "SERVICE" in word or glued:
            raise wrong(
                text,
                token,
                Text("SERVICE không được dùng ở đây.", "SERVICE is not served here."),
                Text(
                    "Dữ liệu của mọi cơ quan đã ở trong cùng một đồ thị: bỏ SERVICE.",
                    "The data of all agencies is in this one graph: leave SERVICE out.",
                ),
            )


class Prologue:
    """BASE and PREFIX declarations (SPARQL 1.1 §4.1); `end` is the index of the first token after them."""

    def __init__(self, text: str, found: Sequence[Token], base: str) -> None:
        self._text = text
        self._base = base
        self.namespaces: dict[str, str] = {}
        self.end = 0
        self.read(found, 0)

    def read(self, found: Sequence[Token], start: int) -> None:
        """Declarations from the token at `start` on: an update may have some before each operation."""
        self.end = start
        while self.end < len(found):
            word, rest = found[self.end].keyword, found[self.end + 1 : self.end + 3]
            if word == "BASE" and [token.kind for token in rest[:1]] == ["iri"]:
                self._base = self._absolute(rest[0])
                self.end += 2
            elif word == "PREFIX" and [token.kind for token in rest] == ["name", "iri"]:
                self.namespaces[rest[0].text.removesuffix(":")] = self._absolute(rest[1])
                self.end += 3
            elif word == "VERSION" and [token.kind for token in rest[:1]] == ["string"]:
                self.end += 2
            else:
                break

    def iri(self, token: Token) -> str:
        """What an IRI or a prefixed name stands for. Raises QueryError for a relative IRI without BASE."""
        if token.kind == "iri":
            return self._absolute(token)
        prefix, _, local = token.text.partition(":")
        return self.namespaces[prefix] + re.sub(r"\\(.)", r"\1", local)

    def refuse_undeclared(self, found: Sequence[Token]) -> None:
        """Raises QueryError for a prefix without declaration in the tokens after the prologue."""
        for token in found[self.end :]:
            if token.kind == "name" and (prefix := token.text.partition(":")[0]) not in self.namespaces:
                raise wrong(
                    self._text,
                    token,
                    Text(f"Tiền tố «{prefix}:» chưa khai báo.", f"Prefix “{prefix}:” is not declared."),
                    Text(f"Thêm ở đầu: PREFIX {prefix}: <…>", f"Begin with: PREFIX {prefix}: <…>"),
                )

    def _absolute(self, token: Token) -> str:
        written = re.sub(
            r"\\[uU]([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})", lambda code: chr(int(code[1], 16)), token.text[1:-1]
        )
        if urlsplit(written).scheme:
            return written
        if self._base:
            return urljoin(self._base, written)
        raise wrong(
            self._text,
            token,
            Text(f"IRI «{written}» chưa đầy đủ.", f"IRI “{written}” is relative."),
            Text("Viết cả IRI, hoặc thêm BASE <…>.", "Write the whole IRI, or add BASE <…>."),
        )


def _form(text: str, found: Sequence[Token], start: int) -> Form:
    if start == len(found):
        raise QueryError(
            Text("Truy vấn trống.", "The query is empty."),
            hint=Text(
                "Ví dụ: SELECT * WHERE { ?s ?p ?o } LIMIT 10",
                "For example: SELECT * WHERE { ?s ?p ?o } LIMIT 10",
            ),
        )
    token = found[start]
    if token.keyword in _FORMS:
        return _FORMS[token.keyword]
    if token.keyword in _UPDATES:
        raise wrong(
            text,
            token,
            Text(
                f"«{token.text}» ghi dữ liệu; truy vấn chỉ đọc.",
                f"“{token.text}” writes; a query only reads.",
            ),
            Text(
                "Gửi cập nhật bằng POST với tham số update.", "Send updates by POST, as the parameter update."
            ),
        )
    raise wrong(
        text,
        token,
        Text(f"«{token.text[:60]}» không mở đầu một truy vấn.", f"“{token.text[:60]}” begins no query."),
        Text(
            "Dùng SELECT, ASK, CONSTRUCT hoặc DESCRIBE sau các dòng PREFIX.",
            "Use SELECT, ASK, CONSTRUCT or DESCRIBE after the PREFIX lines.",
        ),
    )


def _dataset(text: str, found: Sequence[Token], depths: Sequence[int], prologue: Prologue) -> Dataset:
    """FROM and FROM NAMED stand outside all brackets, and nothing else there is called FROM."""
    default: list[str] = []
    named: list[str] = []
    for index in range(prologue.end, len(found)):
        if depths[index] or "FROM" not in found[index].keyword:
            continue
        rest = found[index + 1 : index + 3]
        is_named = bool(rest) and rest[0].keyword == "NAMED"
        target = rest[int(is_named)] if len(rest) > int(is_named) else None
        if found[index].keyword != "FROM" or target is None or target.kind not in ("iri", "name"):
            raise wrong(
                text,
                found[index],
                Text("Sau FROM phải là một IRI.", "An IRI must follow FROM."),
                Text("FROM <…> hoặc FROM NAMED <…>", "FROM <…> or FROM NAMED <…>"),
            )
        (named if is_named else default).append(prologue.iri(target))
    return Dataset(tuple(default), tuple(named))
