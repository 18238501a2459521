"""Where and why a query is not SPARQL, told better than the parser does.

Oxigraph's parser reports the furthest character that any alternative looked at. One that tries the keyword
OPTIONAL has looked eight characters ahead, so the place is late and the expectation misleading. `spread`
puts so much space between tokens that this never reaches the next one; parsed again, that tells the token.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graph.errors import Place, QueryError
from graph.sparql.tokens import Token, line_and_column, tokens
from graph.text import Text

_GAP = " " * 32  # the longest keyword, ENCODE_FOR_URI, has 14 letters
_REPORT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_REASON = re.compile(r"\b(?:[A-Z*][\w*]*|IRI)(?: [\w*]+){2,}")
_PRINTABLE = re.compile(r'"[^"\s]{1,4}"')


@dataclass(frozen=True, slots=True)
class Spread:
    """The text with its tokens far apart; `origins` are (offset there, token), ascending.

    Tokens that must touch count as one: the first of them.
    """

    text: str
    origins: tuple[tuple[int, Token], ...]

    def token_at(self, offset: int) -> tuple[int, Token] | None:
        """The last token that begins at or before `offset`; None when that is behind the end."""
        if offset >= len(self.text):
            return None
        before = [origin for origin in self.origins if origin[0] <= offset]
        return before[-1] if before else None


def spread(text: str) -> Spread:
    """The tokens of `text` with gaps, except where a gap would change what they mean to the parser."""
    pieces: list[str] = []
    origins: list[tuple[int, Token]] = []
    length = 0
    before: Token | None = None
    for token in tokens(text):
        if before is None or not _must_touch(before, token):
            origins.append((length, token))
        else:
            pieces.pop()
            length -= len(_GAP)
        pieces += [token.text, _GAP]
        length += len(token.text) + len(_GAP)
        before = token
    return Spread("".join(pieces), tuple(origins))


def _must_touch(before: Token, token: Token) -> bool:
    """Language tags, datatypes, signs of numbers, and (an oddity of this parser) brackets of functions."""
    if before.start + len(before.text) != token.start:
        return False
    return (
        token.kind == "tag"
        or "^^" in (before.text, token.text)
        or (before.text in ("+", "-") and token.kind == "number")
        or (token.text == "(" and before.kind == "word")
    )


def explain(text: str, report: str, second_report: str) -> QueryError:
    """The error for `text`, from the parser's reports of it and of its `spread` (empty if that was fine)."""
    apart = spread(text)
    second = _REPORT.match(second_report)
    if second is None:
        first = _REPORT.match(report)
        place = Place(line=int(first[1]), column=first[2]) if first else None
        return QueryError(_NOT_SPARQL, hint=_EXAMPLE, place=place)
    for reason in _REASON.findall(second[3]):
        return QueryError(_REASONS.get(reason, Text(f"{reason}.", f"{reason}.")), hint=_EXAMPLE)
    offset = _offset(apart.text, int(second[1]), int(second[2]))
    found = apart.token_at(offset)
    if found is None:
        line, column = line_and_column(text, len(text.rstrip()))
        return QueryError(
            Text("Truy vấn chưa hết đã dừng.", "The query stops before it is complete."),
            hint=_EXAMPLE,
            place=Place(line=line, column=str(column)),
        )
    start, token = found
    line, column = line_and_column(text, token.start)
    shown = token.text[:60]
    expected = _PRINTABLE.findall(second[3]) if offset == start else []
    return QueryError(
        Text(f"Không hiểu «{shown}» ở đây.", f"“{shown}” is not understood here."),
        hint=_expecting(expected) or _EXAMPLE,
        place=Place(line=line, column=str(column), value=shown),
    )


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _expecting(expected: list[str]) -> Text | None:
    if not 0 < len(expected) <= 3:
        return None
    listed = " ".join(expected).replace('"', "")
    return Text(f"Ở đây cần: {listed}", f"Expected here: {listed}")


_NOT_SPARQL = Text("Đây không phải SPARQL 1.1.", "This is not SPARQL 1.1.")
_EXAMPLE = Text(
    "Mẫu: SELECT ?x WHERE { ?x ?p ?y } — hãy xem dấu chấm giữa các bộ ba, và (… AS ?tên) quanh biểu thức.",
    "The form is SELECT ?x WHERE { ?x ?p ?y }: mind full stops after triples, (… AS ?x) around expressions.",
)
_REASONS: Mapping[str, Text] = {
    "The SELECT contains a variable that is unbound": Text(
        "SELECT có một biến không nằm trong GROUP BY hay trong phần WHERE.",
        "SELECT has a variable that GROUP BY or WHERE does not bind.",
    ),
    "The SELECT overrides an existing variable using an expression": Text(
        "AS trong SELECT đặt lại một biến đã có; hãy đặt tên khác.",
        "AS in SELECT names a variable that exists already; choose another name.",
    ),
    "SELECT * is not authorized with GROUP BY": Text(
        "Không dùng được SELECT * cùng với GROUP BY hay hàm gộp; hãy liệt kê các biến.",
        "SELECT * cannot go with GROUP BY or an aggregate; list the variables.",
    ),
    "Duplicated variable name in SELECT": Text(
        "Một biến được đặt hai lần trong SELECT.", "A variable is made twice in SELECT."
    ),
    "IRI parsing failed": Text("Một IRI viết sai.", "An IRI is malformed."),
}
