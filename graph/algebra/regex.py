"""Regular expressions of XPath (XPath and XQuery Functions and Operators §7.6, XML Schema Part 2 §F) → RE2.

What RE2 has no exact counterpart for is refused: back-references, subtraction of character classes, Unicode
blocks, the names of XML (`\\i`, `\\c`).
"""

import re
from dataclasses import dataclass

from graph.algebra.plan import Unsupported

_LARGEST_REPEAT = 1000
_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "W": r"\p{P}\p{Z}\p{C}",
}
"""What may stand inside brackets; `\\w` and `\\S` are the complements of two of these."""
_WORD = r"[^\p{P}\p{Z}\p{C}]"
_NOT_SPACE = r"[^ \t\n\r]"
_CONTROLS = {"n": r"\n", "r": r"\r", "t": r"\t"}
_PROPERTIES = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfo]?")
_QUANTIFIER = re.compile(r"[?*+]|\{[0-9]+(,[0-9]*)?\}")


@dataclass(frozen=True, slots=True)
class Regex:
    """`pattern` for RE2, the options for DuckDB, and whether it matches the empty text."""

    pattern: str
    options: str
    is_empty_possible: bool


def translate(pattern: str, flags: str) -> Regex:
    """Raises Unsupported for what cannot be said exactly, or is no regular expression of XPath."""
    if not set(flags) <= set("smixq"):
        raise Unsupported(f"the flags {flags!r} of a regular expression")
    if "q" in flags:
        translated, empty = "".join(_literal(sign) for sign in pattern), pattern == ""
    else:
        if "x" in flags:
            pattern = _without_spaces(pattern)
        parser = _Parser(pattern, multiline="m" in flags)
        translated, empty = parser.alternatives()
        if not parser.at_end():
            raise Unsupported(f"the regular expression {pattern!r}")
    options = ("s" if "s" in flags else "") + ("i" if "i" in flags else "c")
    return Regex(translated, options, empty)


def replacement(text: str) -> str:
    """XPath's replacement text (`$1`, `\\$`) for RE2 (`\\1`)."""
    written, position = [], 0
    while position < len(text):
        sign, after = text[position], text[position + 1 : position + 2]
        if sign == "\\" and after in ("\\", "$"):
            written.append("\\\\" if after == "\\" else "$")
            position += 2
        elif sign == "$" and after.isascii() and after.isdigit():
            if text[position + 2 : position + 3].isdigit():
                raise Unsupported("a replacement with a group of two digits")
            written.append("\\" + after)
            position += 2
        elif sign in "\\$":
            raise Unsupported(f"the replacement {text!r}")
        else:
            written.append(sign)
            position += 1
    return "".join(written)


def groups(pattern: str) -> int:
    return len(re.findall(r"(?<!\\)\((?!\?)", pattern))


def _literal(sign: str) -> str:
    return "\\" + sign if sign in r"\.+*?()|[]{}^$" else sign


def _without_spaces(pattern: str) -> str:
    kept, depth = [], 0
    for sign in pattern:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if depth or sign not in " \t\n\r":
            kept.append(sign)
    return "".join(kept)


class _Parser:
    """Reads a pattern from left to right; each method returns RE2 text and whether it can match nothing."""

    def __init__(self, pattern: str, *, multiline: bool) -> None:
        self._pattern = pattern
        self._position = 0
        self._multiline = multiline

    def at_end(self) -> bool:
        return self._position >= len(self._pattern)

    def _next(self) -> str:
        return self._pattern[self._position : self._position + 1]

    def _take(self) -> str:
        sign = self._next()
        if not sign:
            raise Unsupported(f"the regular expression {self._pattern!r}")
        self._position += 1
        return sign

    def alternatives(self) -> tuple[str, bool]:
        branches = [self._branch()]
        while self._next() == "|":
            self._take()
            branches.append(self._branch())
        return "|".join(text for text, _ in branches), any(empty for _, empty in branches)

    def _branch(self) -> tuple[str, bool]:
        written, all_empty = [], True
        while self._next() and self._next() not in "|)":
            text, empty = self._piece()
            written.append(text)
            all_empty = all_empty and empty
        return "".join(written), all_empty

    def _piece(self) -> tuple[str, bool]:
        text, empty = self._atom()
        found = _QUANTIFIER.match(self._pattern, self._position)
        if found is None:
            if self._next() == "{":
                raise Unsupported(f"the regular expression {self._pattern!r}")
            return text, empty
        self._position = found.end()
        quantifier = found[0]
        if any(int(count) > _LARGEST_REPEAT for count in re.findall("[0-9]+", quantifier)):
            raise Unsupported(f"a repetition {quantifier} in a regular expression")
        if quantifier[0] in "?*" or quantifier.startswith(("{0", "{00")):
            empty = True
        if self._next() == "?":
            quantifier += self._take()
        if self._next() and self._next() in "?*+{":
            raise Unsupported(f"the regular expression {self._pattern!r}")
        return text + quantifier, empty

    def _atom(self) -> tuple[str, bool]:
        sign = self._take()
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._brackets(), False
            case "\\":
                return self._escape(), False
            case "^":
                return ("(?m:^)" if self._multiline else r"\A"), True
            case "$":
                return ("(?m:$)" if self._multiline else r"\z"), True
            case "." | "-" | ",":
                return sign, False
            case "?" | "*" | "+" | "{" | "}" | "]":
                raise Unsupported(f"the regular expression {self._pattern!r}")
            case _:
                return _literal(sign), False

    def _group(self) -> tuple[str, bool]:
        opening = "("
        if self._next() == "?":
            if self._pattern[self._position : self._position + 2] != "?:":
                raise Unsupported(f"the regular expression {self._pattern!r}")
            self._position += 2
            opening = "(?:"
        text, empty = self.alternatives()
        if self._take() != ")":
            raise Unsupported(f"the regular expression {self._pattern!r}")
        return f"{opening}{text})", empty

    def _escape(self) -> str:
        sign = self._take()
        if sign == "w":
            return _WORD
        if sign == "S":
            return _NOT_SPACE
        if sign in _CLASSES:
            return f"[{_CLASSES[sign]}]"
        return self._single(sign)

    def _single(self, sign: str) -> str:
        """An escape that names one character or a property; the backslash is taken already."""
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign in "pP":
            found = re.compile(r"\{(\w+)\}").match(self._pattern, self._position)
            if found is None or not _PROPERTIES.fullmatch(found[1]):
                raise Unsupported(f"a property in the regular expression {self._pattern!r}")
            self._position = found.end()
            return f"\\{sign}{{{found[1]}}}"
        if sign in r"\|.?*+(){}$-[]^":
            return "\\" + sign
        raise Unsupported(f"\\{sign} in the regular expression {self._pattern!r}")

    def _brackets(self) -> str:
        negated = self._next() == "^"
        if negated:
            self._take()
        inside: list[str] = []
        complements: list[str] = []
        first = True
        while first or self._next() != "]":
            sign = self._take()
            if sign == "[" or (sign == "]" and first):
                raise Unsupported(f"the regular expression {self._pattern!r}")
            if sign == "\\":
                escaped = self._take()
                if escaped in "wS":
                    complements.append(_WORD if escaped == "w" else _NOT_SPACE)
                elif escaped in _CLASSES:
                    inside.append(_CLASSES[escaped])
                else:
                    inside.append(self._single(escaped))
            elif sign == "-":
                inside.append(self._hyphen(first))
            else:
                inside.append("\\" + sign if sign in "^&~" else sign)
            first = False
        self._take()
        return self._class("".join(inside), complements, negated)

    def _hyphen(self, first: bool) -> str:
        """A hyphen is a range between two characters, itself at either end of the brackets."""
        if first or self._next() == "]":
            return r"\-"
        if self._next() == "[":
            raise Unsupported("subtraction of character classes in a regular expression")
        return "-"

    def _class(self, inside: str, complements: list[str], negated: bool) -> str:
        if not complements:
            return f"[{'^' if negated else ''}{inside}]"
        if not negated:
            return "(?:" + "|".join([f"[{inside}]"] * bool(inside) + complements) + ")"
        if not inside and len(complements) == 1:
            return "[" + complements[0].removeprefix("[^")
        raise Unsupported(f"a complement in the regular expression {self._pattern!r}")
