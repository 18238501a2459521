"""Search in names and codes within a query: `?unit <…/search> "ha noi"`, below the base of the service.

A triple with that predicate is resolved before the query is evaluated: in its place stand the entities that
are found, as VALUES. They are those whose name or code, stated in a graph of the query's dataset, has all
words (`graph.search`). Finding more than `MOST` is an error: no answer is made from a part of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from graph.errors import Place, QueryError
from graph.search import Index, Query
from graph.search.index import SHORTEST
from graph.sparql import terms
from graph.sparql.tokens import Token, line_and_column, tokens
from graph.text import Text

if TYPE_CHECKING:
    from graph.sparql.answer import Prepared

NAME = "search"
"""Of the predicate, below the base."""
MOST = 500
"""rdflib, which narrows the graphs of a query, reads some 3,000 IRIs a second."""
SECONDS = 1.0
_BEFORE = ("{", "}", ".", ")")
_BEHIND = (".", ";", "}", "{")


def resolved(prepared: Prepared, base_iri: str) -> Prepared:
    """The query with what its searches find.

    Raises QueryError for a search that is not written as a triple of a variable and a plain text, of too
    short a text, and of one that finds too much; NoSearchIndexError, DeadlineExceededError.
    """
    if NAME not in prepared.text:
        return prepared
    found = list(tokens(prepared.text))
    predicate = base_iri + NAME
    places = [at for at, name in _iris(found, prepared.guarded.prefixes, base_iri) if name == predicate]
    if not places:
        return prepared
    pieces, end = [], 0
    for at in places:
        subject, text = _parts(prepared.text, found, at)
        hits = " ".join(map(terms.iri, _hits(prepared, found[at + 1], text)))
        pieces += [prepared.text[end : subject.start], f"VALUES {subject.text} {{ {hits} }} "]
        last = found[at + 1]
        end = last.start + len(last.text)
        if found[at + 2].text == ";":
            # What is said of the subject besides goes on with its name.
            pieces.append(f"{subject.text} ")
            end = found[at + 2].start + 1
    return replace(prepared, text="".join((*pieces, prepared.text[end:])))


def _iris(found: Sequence[Token], prefixes: Mapping[str, str], base_iri: str) -> Iterator[tuple[int, str]]:
    """Where IRIs stand behind the prologue, and which; relative ones against the last BASE."""
    base = f"{base_iri}sparql"
    for at, token in enumerate(found):
        before = found[at - 1].keyword if at else ""
        if token.kind == "iri" and before == "BASE":
            base = urljoin(base, token.text[1:-1])
        elif token.kind == "iri":
            yield at, urljoin(base, token.text[1:-1])
        elif token.kind == "name" and before != "PREFIX":
            prefix, _, local = token.text.partition(":")
            if prefix in prefixes:
                yield at, prefixes[prefix] + local


def _parts(text: str, found: Sequence[Token], at: int) -> tuple[Token, str]:
    """The variable before the predicate and the text behind it, where the triple can be resolved."""
    match found[max(at - 2, 0) : at + 3]:
        case [before, subject, _, string, after] if (
            before.text in _BEFORE
            and subject.kind == "variable"
            and string.kind == "string"
            and (after.text in _BEHIND or after.keyword)
        ):
            return subject, terms.unquoted(string.text)
    raise _wrong(
        text,
        found[at],
        Text("Tìm kiếm phải là bộ ba của riêng nó.", "A search must be a triple of its own."),
        Text(
            'Viết ngay đầu phần nói về biến: ?unit <search> "ha noi" ; a ?type .',
            'Write it where the variable begins: ?unit <search> "ha noi" ; a ?type .',
        ),
    )


def _hits(prepared: Prepared, place: Token, text: str) -> list[str]:
    graphs = frozenset((*prepared.dataset.default, *prepared.dataset.named))
    asked = Query(text, graphs, graphs)
    if asked.is_too_short:
        raise _wrong(
            prepared.text,
            place,
            Text(f"Cần ít nhất {SHORTEST} chữ cái hoặc chữ số.", f"At least {SHORTEST} letters or digits."),
            Text('Ví dụ: "ha noi"', 'For example: "ha noi"'),
        )
    hits = Index(prepared.generation.search, seconds=SECONDS).entities(asked, MOST)
    if len(hits) > MOST:
        raise _wrong(
            prepared.text,
            place,
            Text(f"Tìm thấy hơn {MOST} đối tượng.", f"More than {MOST} entities are found."),
            Text("Thêm từ để thu hẹp.", "Add words to narrow it."),
        )
    return hits


def _wrong(text: str, token: Token, message: Text, hint: Text) -> QueryError:
    line, column = line_and_column(text, token.start)
    return QueryError(message, hint=hint, place=Place(line=line, column=str(column), value=token.text[:60]))
