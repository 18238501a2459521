"""Terms as N-Quads writes them (RDF 1.1 N-Quads, §4): as SQL over a column, and of a text known now."""

import re

_FORBIDDEN = r'[\x00-\x20<>"{}|^`\\]'
_ESCAPES = (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\r", r"\r"))


def iri(column: str) -> str:
    """SQL: the IRI between its angle brackets.

    What an IRIREF must not hold is written as \\uXXXX; such an IRI is wrong, but the text stays parseable.
    """
    escaped = (
        f"array_to_string(list_transform(string_split({column}, ''),"
        rf" lambda c: CASE WHEN {_is_forbidden('c')} THEN printf('\u%04X', unicode(c)) ELSE c END), '')"
    )
    return f"'<' || CASE WHEN {_is_forbidden(column)} THEN {escaped} ELSE {column} END || '>'"


def lexical_form(column: str) -> str:
    """SQL: what stands between the quotes of a literal."""
    escaped, found = column, []
    for raw, written in _ESCAPES:
        found.append(f"contains({column}, {_quoted(raw)})")
        escaped = f"replace({escaped}, {_quoted(raw)}, {_quoted(written)})"
    # To look for four characters is far cheaper than to replace them (1.0 s to 1.6 s for 12 M values).
    return f"CASE WHEN {' OR '.join(found)} THEN {escaped} ELSE {column} END"


def iri_text(value: str) -> str:
    """The same as `iri`, of a text."""
    return "<" + re.sub(_FORBIDDEN, lambda found: f"\\u{ord(found[0]):04X}", value) + ">"


def lexical_form_text(value: str) -> str:
    """The same as `lexical_form`, of a text."""
    for raw, written in _ESCAPES:
        value = value.replace(raw, written)
    return value


def _is_forbidden(text: str) -> str:
    return f"regexp_matches({text}, '{_FORBIDDEN}')"


def _quoted(text: str) -> str:
    return f"chr({ord(text)})" if text in "\n\r" else "'" + text.replace("'", "''") + "'"
