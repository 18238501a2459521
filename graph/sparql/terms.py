"""RDF terms as SPARQL text. Values of callers enter a query through these two functions only."""

import re

from graph.errors import ParameterError
from graph.text import Text

XSD = "http://www.w3.org/2001/XMLSchema#"

_FORBIDDEN_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED_BEFORE_U = re.compile(r"\\\\([uU])")
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
