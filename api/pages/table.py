"""SPARQL results as a table, for readers without scripts; `static/results.js` makes the same."""

import json
from dataclasses import dataclass

from api.pages.entity import EntityPages, Shown
from graph.sparql.answer import Answer
from graph.sparql.results import Term, solutions

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are the first, `count` says how many there are; `boolean` answers ASK, `text` is a graph."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Shown | None, ...], ...]
    count: int
    boolean: bool | None
    text: str | None
    generation: str
    engine: str
    seconds: str


def table(answer: Answer, pages: EntityPages) -> Table:
    columns: tuple[str, ...] = ()
    rows: list[dict[str, Term]] = []
    boolean: bool | None = None
    text: str | None = None
    if answer.form == "select":
        columns = tuple(json.loads(answer.body)["head"]["vars"])
        rows = solutions(answer.body)
    elif answer.form == "ask":
        boolean = bool(json.loads(answer.body)["boolean"])
    else:
        text = answer.body.decode()
    return Table(
        columns,
        tuple(
            tuple(_cell(row[name], pages) if name in row else None for name in columns)
            for row in rows[:MOST_ROWS]
        ),
        len(rows),
        boolean,
        text,
        answer.generation,
        answer.engine,
        f"{answer.seconds:.3f}",
    )


def _cell(term: Term, pages: EntityPages) -> Shown:
    """IRIs by their short names, as a query sees them, not by their labels."""
    if term.kind == "uri":
        return Shown(pages.links.short(term.value), href=pages.links.href(term.value))
    if term.language:
        return Shown(term.value, term.language, remark=term.language)
    return pages.value(term)
