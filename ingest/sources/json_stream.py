"""The elements of an array (or members of an object) inside a JSON document, one after the other, as text.

The document is read in pieces: memory holds one piece and one element.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

_PIECE = 1 << 20
_SPACES = frozenset(("", " ", "\t", "\r", "\n"))
_WHITE_SPACE = re.compile("[ \t\r\n]*")
# What Python's reader takes for a number and JSON does not; strings are passed over.
_NOT_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')


class MalformedJsonError(ValueError):
    """What is wrong, and on which line (1-based)."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def elements(path: Path, names: Sequence[str]) -> Iterator[str]:
    """The elements of the array, or the members of the object, at `$.name1.name2…`; none where there is none.

    Raises MalformedJsonError where the document is not JSON (RFC 8259), UnicodeDecodeError where it is
    not UTF-8.
    """
    with path.open(encoding="utf-8-sig") as file:
        yield from _Document(file).read(tuple(names))


def whole(path: Path) -> str:
    """The text of a document that is to be one value. Raises as `elements` does."""
    with path.open(encoding="utf-8-sig") as file:
        return _Document(file).one()


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


class _Document:
    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False
        self._decoder = json.JSONDecoder(parse_constant=_refuse)

    def read(self, names: tuple[str, ...]) -> Iterator[str]:
        yield from self._value(names)
        self._end()

    def one(self) -> str:
        value = self._skip()
        self._end()
        return value

    def _end(self) -> None:
        if rest := self._peek():
            raise self._wrong(f"unexpected {rest!r} after the end of the document")

    def _value(self, names: tuple[str, ...]) -> Iterator[str]:
        first = self._peek()
        if first == "{" and names:
            yield from self._object(names)
        elif first == "{":
            yield from self._members()
        elif first == "[" and not names:
            yield from self._array()
        else:
            self._skip()

    def _members(self) -> Iterator[str]:
        self._expect("{")
        while self._peek() != "}":
            self._name()
            yield self._skip()
            self._separator("}")
        self._expect("}")

    def _name(self) -> str:
        if self._peek() != '"':
            raise self._wrong(f"a member's name is expected, found {self._peek()!r}")
        name = str(json.loads(self._skip()))
        self._expect(":")
        return name

    def _object(self, names: tuple[str, ...]) -> Iterator[str]:
        self._expect("{")
        while self._peek() != "}":
            if self._name() == names[0]:
                yield from self._value(names[1:])
            else:
                self._skip()
            self._separator("}")
        self._expect("}")

    def _array(self) -> Iterator[str]:
        self._expect("[")
        while self._peek() != "]":
            yield self._skip()
            self._separator("]")
        self._expect("]")

    def _separator(self, closing: str) -> None:
        if self._peek() == closing:
            return
        self._expect(",")
        if self._peek() == closing:
            raise self._wrong(f"unexpected {closing!r} after a comma")

    def _expect(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise self._wrong(f"{wanted!r} is expected, found {self._peek()!r}")
        self._at += 1

    def _peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            if self._text[self._at : self._at + 1] in _SPACES:
                self._at = _WHITE_SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # may be ""
            if found := self._text[self._at : self._at + 1]:
                return found
            if not self._more(_PIECE):
                return ""

    def _skip(self) -> str:
        """Passes one value and returns its text."""
        self._peek()
        piece = _PIECE
        while True:
            try:
                _, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._wrong("nested too deeply") from None
            except ValueError as wrong:
                if self._more(piece):
                    piece *= 2  # so that an element larger than a piece is not read over and over
                    continue
                raise self._error_of(wrong) from None
            # A number at the end of the text, as "1", "1." or "1e-", may go on in the next piece.
            if len(self._text) - end <= 2 and not self._text[end:].strip("+-.eE") and self._more(piece):
                continue
            value = self._text[self._at : end]
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        piece = self._file.read(size)
        self._ended = not piece
        self._line += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _wrong(self, reason: str) -> MalformedJsonError:
        return MalformedJsonError(reason, self._line + self._text.count("\n", 0, self._at))

    def _error_of(self, wrong: ValueError) -> MalformedJsonError:
        if isinstance(wrong, json.JSONDecodeError):
            return MalformedJsonError(wrong.msg, self._line + self._text.count("\n", 0, wrong.pos))
        found = next((item for item in _NOT_JSON.finditer(self._text, self._at) if item[1]), None)
        line = self._line + self._text.count("\n", 0, found.start() if found else self._at)
        return MalformedJsonError(str(wrong), line)
