"""One relation of a query under construction: which of its values are needed, and in which SQL they stand.

A scan becomes two nested SELECTs: the inner one reads the relation once and takes the values out of each
row (all paths of one row in one call), the outer one makes terms of them.
"""

from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.checks import Checks
from ingest.mapping.macros import XSD
from ingest.mapping.model import Reference, TriplesMap
from ingest.sources import JSON_COLUMN, ROW_COLUMN, LogicalSource, PathError, Vocabulary, is_text, path_of
from ingest.sources.identifiers import as_written, find
from ingest.sources.json_path import JsonPath
from ingest.sources.relation import or_null, quoted, text_literal


@dataclass(frozen=True, slots=True)
class Value:
    """SQL of a reference's text and of its natural datatype IRI; `plain` is the text as the source wrote it,
    where that is another."""

    text: str
    datatype: str
    plain: str = ""


@dataclass
class Scan:
    """`values` gives SQL for a reference; `sql` is the FROM clause that offers all that were asked for."""

    triples_map: TriplesMap
    source: LogicalSource
    columns: Sequence[str]
    checks: Checks
    datatypes: Mapped[str, str]
    _paths: list[str] = field(default_factory=list)
    _columns: dict[str, None] = field(default_factory=dict)
    _lists: list[str] = field(default_factory=list)
    _required: dict[str, None] = field(default_factory=dict)

    @property
    def row(self) -> str:
        return quoted(ROW_COLUMN)

    @property
    def has_lists(self) -> bool:
        """True when a reference with several values was asked for, so that rows multiply."""
        return bool(self._lists)

    def value(self, reference: Reference, place: Place) -> Value:
        """Raises MappingError for a column that is not there, or a path that is not understood.

        A reference that gives several values multiplies the rows, once for each time it is asked for.
        """
        if not self.source.format.is_nested:
            return self._cell(reference.text, place)
        path = self._path(reference.text, place)
        if path.beyond:
            whole = f"CAST({JSON_COLUMN} AS VARCHAR)"
            self._lists.append(f"CAST(json_values({whole}, {text_literal(path.rfc)}) AS JSON[])")
            found = f"many_{len(self._lists)}.value"
        elif not path.is_many:
            if path.duckdb not in self._paths:
                self._paths.append(path.duckdb)
            found = f"found[{self._paths.index(path.duckdb) + 1}]"
        else:
            self._lists.append(path.listed(JSON_COLUMN))
            found = f"many_{len(self._lists)}.value"
        # The RML of 2014 knows no datatypes but those of databases.
        is_typed = self.source.vocabulary is Vocabulary.RML
        datatype = f"json_datatype({found})" if is_typed else text_literal(f"{XSD}string")
        return Value(self._text(found, reference, place), datatype)

    def seen_by(self, triples_map: TriplesMap) -> "Scan":
        """The same scan for the maps of another triples map over the same source: its base IRI holds."""
        return replace(self, triples_map=triples_map)

    def require(self, value: Value) -> None:
        """Leaves out rows without this value. The condition is on the value and not on the term made of
        it: DuckDB would compute the whole term twice, once to filter (measured)."""
        self._required[value.text] = None

    def sql(self) -> str:
        relation = quoted(self.source.name)
        if not self.source.format.is_nested:
            listed = "".join(f", {column}" for column in self._columns)
            return f"(SELECT {self.row}{listed} FROM {relation}){self._where()}"
        paths = ", ".join(text_literal(path) for path in self._paths)
        found = f", json_extract({JSON_COLUMN}, [{paths}]) AS found" if paths else ""
        whole = f", {JSON_COLUMN}" if self._lists else ""
        lists = "".join(
            f",\n    (SELECT unnest(list_filter({found_all}, "
            f"lambda item: json_type(item) <> 'NULL')) AS value) AS many_{number}"
            for number, found_all in enumerate(self._lists, start=1)
        )
        return f"(SELECT {self.row}{found}{whole} FROM {relation}) AS rows_read{lists}{self._where()}"

    def _where(self) -> str:
        if not self._required:
            return ""
        return "\n    WHERE " + " AND ".join(f"{text} IS NOT NULL" for text in self._required)

    def _cell(self, written: str, place: Place) -> Value:
        if written == ROW_COLUMN:
            return Value(f"CAST({self.row} AS VARCHAR)", text_literal(f"{XSD}string"))
        name = self._column(written)
        if name is None:
            raise self._unknown(written, place)
        self._columns[quoted(name)] = None
        datatype = self.datatypes.get(name, "string")
        text = f"canonical_double({quoted(name)})" if datatype == "double" else quoted(name)
        return Value(text, text_literal(f"{XSD}{datatype}"), quoted(name))

    def _column(self, written: str) -> str | None:
        """Columns of files are called exactly as in their header."""
        if self.source.connection is not None:
            return find(written, self.columns, self.source.vocabulary)
        return written if written in self.columns else None

    def _unknown(self, name: str, place: Place) -> MappingError:
        near = get_close_matches(name, self.columns, n=1, cutoff=0.5)
        same = [column for column in self.columns if column.lower() == name.lower()]
        best = as_written((same or near)[0], self.source.vocabulary) if same or near else ""
        listed = ", ".join(self.columns)
        return MappingError(
            Text(
                f"Ánh xạ {self.triples_map.name}: nguồn «{self.source.name}» không có cột «{name}».",
                f"Triples map {self.triples_map.name}: “{self.source.name}” has no column “{name}”.",
            ),
            hint=Text(
                f"{f'Có phải «{best}»? ' if best else ''}Các cột: {listed}",
                f"{f'Did you mean “{best}”? ' if best else ''}Columns: {listed}",
            ),
            place=Place(place.file, place.line, column=name),
        )

    def _path(self, text: str, place: Place) -> JsonPath:
        try:
            return path_of(text, self.source)
        except PathError as wrong:
            raise MappingError(
                Text(
                    f"Ánh xạ {self.triples_map.name}: {wrong.language} sai từ ký tự "
                    f"{wrong.position + 1}: {text}",
                    f"Triples map {self.triples_map.name}: bad {wrong.language} from character "
                    f"{wrong.position + 1}: {text}",
                ),
                hint=Text(f"Dùng được: {wrong.allowed}", f"These may be used: {wrong.allowed}"),
                place=place,
            ) from wrong

    def _text(self, found: str, reference: Reference, place: Place) -> str:
        check = self.checks.add("structure", self.triples_map, self.source, reference.text, place)
        nulls = (*self.source.nulls, "") if is_text(reference.text, self.source) else self.source.nulls
        return or_null(f"json_text({found}, {check}, {self.row})", nulls)
