"""An answer as flat rows: native values in JSON, plain values in CSV."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.facade.exact import Json
from api.facade.writing import native
from graph.sparql.results import Term, solutions
from graph.sparql.tokens import tokens

Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Rows:
    """Of the columns in their order; a cell that is unbound has no entry."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


def read(document: bytes, query: str) -> Rows:
    """SPARQL results in JSON as rows, in an order that is the same each time they are asked for."""
    columns = tuple(json.loads(document)["head"]["vars"])
    found = solutions(document)
    return Rows(columns, found if is_ordered(query) else sorted(found, key=lambda row: _key(row, columns)))


def is_ordered(query: str) -> bool:
    """Whether the query itself says the order (ORDER BY outside of all braces)."""
    depth = 0
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.keyword == "ORDER" and depth == 0:
            return True
    return False


def as_json(found: Rows, part: Iterable[Row]) -> list[Json]:
    """Every row has every column: null where it is unbound."""
    return [{name: native(row[name]) if name in row else None for name in found.columns} for row in part]


def as_csv(found: Rows, part: Iterable[Row]) -> str:
    """CSV as SPARQL 1.1 writes it: values without their types, lines that end in CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(found.columns)
    writer.writerows([row[name].value if name in row else "" for name in found.columns] for row in part)
    return out.getvalue()


def _key(row: Row, columns: Iterable[str]) -> list[tuple[str, str, str]]:
    cells = (row.get(name) for name in columns)
    return [(one.value, one.datatype or "", one.language or "") if one else ("", "", "") for one in cells]
