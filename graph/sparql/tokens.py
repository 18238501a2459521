"""SPARQL text cut into tokens (SPARQL 1.1 §19.8), linear in its length and without recursion.

It knows just enough to see what is code and what only looks like it: inside an IRI, a string or a comment
a keyword means nothing. It accepts every valid query and many others; the parser decides later, elsewhere.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["iri", "string", "variable", "name", "blank", "tag", "number", "word", "sign", "wrong"]

# Oxigraph, like the SPARQL 1.2 grammar, reads \uXXXX only inside strings and IRIs: elsewhere a backslash is
# wrong (except in the local part of a prefixed name), so no keyword can hide behind one. The possessive
# quantifiers and the bounded prefix keep hostile text from making the scan quadratic.
_TOKEN = re.compile(
    r"""
      (?P<space>  [ \t\r\n]++ | \#[^\r\n]*+ )
    | (?P<string> \"\"\" (?: [^"\\] | \\. | "(?!"") )*+ \"\"\"
                | ''' (?: [^'\\] | \\. | '(?!'') )*+ '''
                | "(?!"") (?: [^"\\\r\n] | \\. )*+ "
                | '(?!'') (?: [^'\\\r\n] | \\. )*+ ' )
    | (?P<iri>    < (?: [^<>"{}|^`\\\x00-\x20] | \\u (?![dD][89A-Fa-f]) [0-9A-Fa-f]{4}
                  | \\U00 (?: 0[0-9A-Fa-f] | 10 ) [0-9A-Fa-f]{4} )*+ > )
    | (?P<blank>  _: \w (?: [\w.\-·]* [\w\-·] )? )
    | (?P<name>   (?: [^\W\d_] (?: [\w.\-·]{0,100} [\w\-·] )? )? :
                  (?: (?: [\w:] | %[0-9A-Fa-f]{2} | \\[_~.\-!$&'()*+,;=/?\#@%] )
                      (?: [\w:.\-·] | %[0-9A-Fa-f]{2} | \\[_~.\-!$&'()*+,;=/?\#@%] )* (?<![^\\]\.) )? )
    | (?P<variable> [?$] \w [\w·]*+ )
    | (?P<tag>    @ [A-Za-z]++ (?: -{1,2} [A-Za-z0-9]++ )*+ )
    | (?P<number> (?: \d++ (?: \.\d*+ )? | \.\d++ ) (?: [eE] [+-]? \d++ )? )
    | (?P<word>   [A-Za-z_] \w*+ )
    | (?P<sign>   \^\^ | && | \|\| | != | <= | >= | [{}()\[\];,.=<>!|+\-*/^?~$&] )
    | (?P<wrong>  . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of the text; `start` counts characters from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def keyword(self) -> str:
        """The word in capitals: SPARQL keywords ignore case. Empty for all that is not a word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, without white space and comments."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "space":
            yield Token(kind, match.group(), match.start())  # type: ignore[arg-type]  # the groups' names


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `offset`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
