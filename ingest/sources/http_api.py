"""An HTTP API: the pages of its answer, each read as a file of its format, become one relation."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.pages import Pages
from ingest.sources.relation import ROW_COLUMN, Content, count_rows, drop, quoted
from ingest.sources.request import Request
from ingest.sources.source import LogicalSource
from ingest.sources.web import Web

Load = Callable[[duckdb.DuckDBPyConnection, LogicalSource, Path], Sequence[str]]


def load(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, request: Request, web: Web, load_page: Load
) -> tuple[Sequence[str], Content]:
    """Creates the relation, its rows numbered through all pages; returns its columns and the digest of all
    bodies. Raises SourceError for a page that cannot be had or read, or has other columns than the first."""
    columns: Sequence[str] = ()
    digest, size, rows = hashlib.sha256(), 0, 0
    page = replace(source, name=f"{source.name} page")
    pages = Pages(web, request, source.place)
    for number, answer in enumerate(pages, start=1):
        found = _load(connection, page, answer.body, answer.url, load_page)
        digest.update(bytes.fromhex(answer.sha256))
        size += answer.size
        if number == 1:
            connection.execute(f"ALTER TABLE {quoted(page.name)} RENAME TO {quoted(source.name)}")
            columns = found
            pages.rows = rows = count_rows(connection, source.name)
            continue
        if list(found) != list(columns):
            raise _other_columns(answer.url, columns, found)
        pages.rows = count_rows(connection, page.name)
        listed = ", ".join(quoted(column) for column in columns)
        connection.execute(
            f"INSERT INTO {quoted(source.name)} "
            f"SELECT {quoted(ROW_COLUMN)} + {rows}, {listed} FROM {quoted(page.name)}"
        )
        rows += pages.rows
        drop(connection, page.name)
    return columns, Content(digest.hexdigest(), size)


def _load(
    connection: duckdb.DuckDBPyConnection, page: LogicalSource, body: Path, url: str, load_page: Load
) -> Sequence[str]:
    try:
        return load_page(connection, page, body)
    except SourceError as wrong:
        drop(connection, page.name)
        place = replace(wrong.place or Place(), file=url)
        raise SourceError(wrong.message, hint=wrong.hint, place=place) from wrong


def _other_columns(url: str, columns: Sequence[str], found: Sequence[str]) -> SourceError:
    return SourceError(
        Text("Trang này có các cột khác trang đầu.", "This page has other columns than the first."),
        hint=Text(
            f"Trang đầu: {', '.join(columns)}. Trang này: {', '.join(found)}",
            f"The first: {', '.join(columns)}. This one: {', '.join(found)}",
        ),
        place=Place(file=url),
    )
