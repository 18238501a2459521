"""What a mapping reads of a database: a table by its name, or a query, in an order that stays."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.identifiers import as_written, find
from ingest.sources.relation import quoted
from ingest.sources.source import LogicalSource

ROWS = "rows_read"
"""What is read is called so in the SQL that reads it."""


def subquery(source: LogicalSource) -> str:
    """The mapping's SELECT as SQL to read from; a comment at its end is closed by the line."""
    return f"({(source.iterator or '').strip().rstrip(';')}\n)"


def table(source: LogicalSource, known: Collection[str], place: Place) -> str:
    """The table, among those that may be read, that the mapping means. Raises SourceError listing all."""
    wanted = source.iterator or ""
    found = find(wanted, known, source.vocabulary)
    if found is not None:
        return found
    near = [as_written(one, source.vocabulary) for one in get_close_matches(wanted, known, n=1)]
    listed = ", ".join(known) or "–"
    raise SourceError(
        Text(f"Không có bảng «{wanted}».", f"There is no table “{wanted}”."),
        hint=Text(
            f"{f'Có phải {near[0]}? ' if near else ''}Các bảng đọc được: {listed}",
            f"{f'Did you mean {near[0]}? ' if near else ''}Tables that may be read: {listed}",
        ),
        place=place,
    )


def order(keys: Iterable[str]) -> str:
    """SQL that orders the rows by a primary key, if there is one.

    Qualified: a bare name would mean the text that is selected, and 10 come before 9.
    """
    listed = ", ".join(f"{ROWS}.{quoted(key)}" for key in keys)
    return f"ORDER BY {listed}" if listed else ""


def refused(server: str, told: str, source: LogicalSource, place: Place) -> SourceError:
    """What a server says of what it was asked."""
    return SourceError(
        Text(f"{server} báo lỗi: {told}", f"{server} says: {told}"),
        hint=Text(f"Ánh xạ đọc: {source.iterator}", f"The mapping reads: {source.iterator}"),
        place=place,
    )
