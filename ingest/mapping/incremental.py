"""The quads of the entities that a change of a source touches, and of no others.

An entity is touched when a row that came or went makes it, or when it refers to one that such a row makes
(a join). Its quads are then all made anew, from every row of every triples map that makes it: what a row no
longer says may still be said by another.

Statements are those of the plan for the whole. What they read is a matter of the search path: a schema in
front holds, under the relation's name, only the rows wanted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb

from graph.text import Text
from ingest.mapping.execute import execute
from ingest.mapping.faults import Faults
from ingest.mapping.model import Mapping as Rules
from ingest.mapping.model import ParentMap, TriplesMap
from ingest.mapping.plan import Plan, plan
from ingest.sources import ROW_COLUMN
from ingest.sources.relation import TOUCHED, quoted, reading

_NEAR = "near"
_MARK = "urn:lienthong:subject"


def obstacle(rules: Rules, touched: Collection[str]) -> Text | None:
    """Why the effect of a change of the relations `touched` cannot be told from the mapping, if so."""
    for triples_map in rules.triples_maps:
        for parent in _joined(triples_map):
            source = rules.triples_map(parent.parent).source
            if source == triples_map.source:
                return Text(
                    f"{triples_map.name} nối nguồn «{source}» với chính nó.",
                    f"{triples_map.name} joins the source “{source}” with itself.",
                )
            if source in touched and triples_map.source in touched:
                return Text(
                    f"{triples_map.name} nối hai nguồn đều thay đổi.",
                    f"{triples_map.name} joins two sources that both change.",
                )
    return None


class Incremental:
    """Works in the connection of a builder, whose relations are extracted; `touched` are those of which rows
    came or went, which are in the schema `TOUCHED`. Rows of which a term map makes no term are noted in
    `faults`: what is staged is then not right."""

    def __init__(
        self,
        rules: Rules,
        connection: duckdb.DuckDBPyConnection,
        columns_of: Mapping[str, Sequence[str]],
        datatypes_of: Mapping[str, Mapping[str, str]],
        touched: Collection[str],
        *,
        default_graph: str,
        source_ids: Mapping[str, int],
        faults: Faults,
    ) -> None:
        self._rules = rules
        self._connection = connection
        self._columns_of = columns_of
        self._datatypes_of = datatypes_of
        self._touched = frozenset(touched)
        self._default_graph = default_graph
        self._source_ids = source_ids
        self._faults = faults

    def subjects(self, also: Collection[str]) -> set[str]:
        """The touched entities, and those of `also`; makes the table `touched_subjects` of them."""
        with reading(self._connection, TOUCHED):
            for triples_map in self._rules.triples_maps:
                if triples_map.source in self._touched:
                    self._execute(triples_map, _bare(triples_map))
                elif joins := self._joins_with_touched(triples_map):
                    self._execute(triples_map, joins)
        self._connection.execute(
            "CREATE TEMP TABLE touched_subjects AS SELECT DISTINCT s FROM staged UNION SELECT unnest($also)",
            {"also": list(also)},
        )
        self._connection.execute("DELETE FROM staged")
        return {s for (s,) in self._connection.execute("SELECT s FROM touched_subjects").fetchall()}

    def stage(self) -> int:
        """Stages all quads of the touched subjects; how many, before duplicates are removed."""
        whole = plan(self._rules, self._columns_of, self._datatypes_of)
        quads = 0
        self._connection.execute(f"CREATE SCHEMA {_NEAR}")
        for triples_map in self._rules.triples_maps:
            if not self._take_near(triples_map):
                continue
            own = tuple(one for one in whole.statements if one.triples_map == triples_map.name)
            with reading(self._connection, _NEAR):
                quads += sum(self._run(Plan(own, whole.checks)).values())
            self._connection.execute(f"DROP TABLE {_NEAR}.{quoted(triples_map.source)}")
        # A row that makes a touched subject may make others as well.
        self._connection.execute("DELETE FROM staged WHERE s NOT IN (SELECT s FROM touched_subjects)")
        return quads

    def _take_near(self, triples_map: TriplesMap) -> int:
        """Puts the rows of a triples map that make a touched subject in front; how many there are."""
        row, relation = quoted(ROW_COLUMN), quoted(triples_map.source)
        self._connection.execute("ALTER TABLE staged RENAME TO kept")
        self._connection.execute("CREATE TABLE staged AS FROM kept LIMIT 0")
        self._execute(triples_map, _bare(triples_map))
        self._connection.execute(
            f"CREATE TABLE {_NEAR}.{relation} AS SELECT * FROM main.{relation} WHERE {row} IN"
            " (SELECT row FROM staged WHERE s IN (SELECT s FROM touched_subjects))"
        )
        self._connection.execute("DROP TABLE staged")
        self._connection.execute("ALTER TABLE kept RENAME TO staged")
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM {_NEAR}.{relation}").fetchall()
        if not rows:
            self._connection.execute(f"DROP TABLE {_NEAR}.{relation}")
        return int(rows)

    def _joins_with_touched(self, triples_map: TriplesMap) -> TriplesMap | None:
        """The triples map with nothing but its objects from touched relations."""
        pairs = []
        for pair in triples_map.predicate_objects:
            objects = tuple(
                one
                for one in pair.objects
                if isinstance(one, ParentMap) and self._rules.triples_map(one.parent).source in self._touched
            )
            if objects:
                pairs.append(replace(pair, objects=objects))
        return replace(triples_map, classes=(), predicate_objects=tuple(pairs)) if pairs else None

    def _execute(self, original: TriplesMap, variant: TriplesMap) -> None:
        """Runs `variant` in place of the triples map `original`, and no other."""
        others = [one for one in self._rules.triples_maps if one is not original]
        planned = plan(
            replace(self._rules, triples_maps=(variant, *others)), self._columns_of, self._datatypes_of
        )
        own = tuple(one for one in planned.statements if one.triples_map == original.name)
        self._run(Plan(own, planned.checks))

    def _run(self, planned: Plan) -> dict[str, int]:
        return execute(
            planned,
            self._connection,
            default_graph=self._default_graph,
            source_ids=self._source_ids,
            faults=self._faults,
        ).quads


def _bare(triples_map: TriplesMap) -> TriplesMap:
    """Makes one quad of each row: its subject, and nothing of note."""
    return replace(triples_map, classes=(_MARK,), graphs=(), predicate_objects=())


def _joined(triples_map: TriplesMap) -> Iterator[ParentMap]:
    for pair in triples_map.predicate_objects:
        for one in pair.objects:
            if isinstance(one, ParentMap) and one.joins:
                yield one
