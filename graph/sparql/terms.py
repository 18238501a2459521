"""RDF terms as SPARQL text. Values of callers enter a query through `iri` and `literal` only."""

import re

from graph.errors import ParameterError
from graph.text import Text

XSD = "http://www.w3.org/2001/XMLSchema#"

_FORBIDDEN_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED_BEFORE_U = re.compile(r"\\\\([uU])")
_LONG = ('"""', "'''")
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def iri(value: str) -> str:
    """`<value>` (SPARQL 1.1 §19.8, IRIREF). Raises ParameterError for what is no absolute IRI."""
    if not _ABSOLUTE.match(value) or _FORBIDDEN_IN_IRI.search(value):
        raise ParameterError(
            Text(f"«{value}» không phải là một IRI đầy đủ.", f"“{value}” is not an absolute IRI."),
            hint=Text(
                'IRI không chứa dấu cách và các ký tự < > " { } | ^ ` \\.',
                'An IRI holds no space and none of < > " { } | ^ ` \\.',
            ),
        )
    return f"<{value}>"


def literal(value: str, datatype: str | None = None) -> str:
    """A quoted literal (SPARQL 1.1 §19.8, STRING_LITERAL2).

    `\\u` sequences are read before the grammar (§19.2), even behind an escaped backslash; so the letter after
    a backslash is written as a sequence itself, which means the same under either reading. It has eight
    digits, because rdflib takes eight where it finds them, even behind `\\u`.
    """
    text = "".join(_ESCAPES.get(char, char) for char in value)
    text = _ESCAPED_BEFORE_U.sub(lambda found: rf"\\\U{ord(found[1]):08X}", text)
    quoted = f'"{text}"'
    return quoted if datatype in (None, XSD + "string") else f"{quoted}^^{iri(str(datatype))}"


def unquoted(text: str) -> str:
    """What a quoted string of a query means: the text without its quotes and escapes (§19.7, §19.8)."""
    quotes = 3 if text.startswith(_LONG) else 1
    return _ESCAPED.sub(_character, text[quotes:-quotes])


def _character(escape: re.Match[str]) -> str:
    told = escape[1]
    return chr(int(told[1:], 16)) if len(told) > 1 else _CONTROL.get(told, told)
