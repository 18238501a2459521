"""Regular expressions of SPARQL (XPath and XQuery Functions 3.1 §5.6) in the syntax of RE2, which DuckDB runs."""

import re

_OUTSIDE = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "w": r"[\p{L}\p{M}\p{N}\p{S}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
}
_INSIDE = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
}
_SAME = set(r"nrt\|.?*+(){}-[]^$")
_CATEGORY = re.compile(r"[pP]\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfo]?)\}")
_REPETITION = re.compile(r"\{(\d+)(,(\d*))?\}")


def re2(pattern: str, flags: str = "") -> str | None:
    """The same expression for RE2; None for one that has no exact counterpart there (back-references,
    subtracted classes, blocks, names' characters, more than 1,000 repetitions) or is malformed."""
    if set(flags) - set("smixq"):
        return None
    options = "".join(one for one in "im" if one in flags)
    opening = f"(?{options})" if options else ""
    if "q" in flags:
        return opening + re.escape(pattern)
    translated = _translated(pattern, "s" in flags, "x" in flags)
    return None if translated is None else opening + translated


def _translated(pattern: str, dot_is_all: bool, free_spacing: bool) -> str | None:
    out, at, inside = [], 0, False
    while at < len(pattern):
        one = pattern[at]
        if one == "\\":
            escape = _escape(pattern[at + 1 :], _INSIDE if inside else _OUTSIDE)
            if escape is None:
                return None
            text, length = escape
            out.append(text)
            at += 1 + length
            continue
        if inside:
            if one == "[" or pattern.startswith("-[", at):
                return None
            inside = one != "]"
        elif one == "[":
            inside = True
            if pattern.startswith("[^", at):
                out.append("[")
                one, at = "^", at + 1
        elif one == ".":
            one = r"(?s:.)" if dot_is_all else r"[^\n\r]"
        elif one == "(" and pattern.startswith("(?", at) and not pattern.startswith("(?:", at):
            return None
        elif one == "{":
            counted = _REPETITION.match(pattern, at)
            if counted is None or int(counted[1]) > 1000 or int(counted[3] or 0) > 1000:
                return None
        elif free_spacing and one in " \t\n\r":
            one = ""
        out.append(one)
        at += 1
    return None if inside else "".join(out)


def _escape(rest: str, classes: dict[str, str]) -> tuple[str, int] | None:
    """What follows a backslash, translated, and its length."""
    if not rest:
        return None
    if rest[0] in classes:
        return classes[rest[0]], 1
    if rest[0] in _SAME:
        return "\\" + rest[0], 1
    category = _CATEGORY.match(rest)
    return None if category is None else ("\\" + category[0], len(category[0]))
