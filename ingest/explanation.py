"""What a data set's mapping reads and makes, in words and in SQL, from the columns of its sample."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from graph.columns import Builder
from graph.settings import Settings
from ingest import identity, mapping, sources
from ingest.dataset import DataSet
from ingest.mapping.model import ParentMap, TermMap, TriplesMap


@dataclass(frozen=True, slots=True)
class Explained:
    """Lines for people about each source and each triples map, and the SQL of the whole plan."""

    name: str
    file: str
    sources: tuple[str, ...]
    triples_maps: tuple[str, ...]
    statements: int
    sql: str

    def text(self, *, with_sql: bool) -> str:
        parts = [
            f"{self.name} ← {self.file}",
            "NGUỒN / SOURCES\n" + "\n".join(self.sources),
            "ÁNH XẠ BỘ BA / TRIPLES MAPS\n" + "\n".join(self.triples_maps),
        ]
        if with_sql:
            parts.append(f"SQL\n{self.sql}")
        return "\n\n".join(parts)


def explain(dataset: DataSet, settings: Settings) -> Explained:
    """Raises MappingError, SourceError: what is wrong with the mapping for these columns."""
    rules = mapping.load(dataset.mapping, base=settings.base_iri)
    relations = _relations(dataset, rules, settings)
    plan = mapping.plan(
        rules,
        {one.name: one.columns for one in relations},
        {one.name: one.datatypes for one in relations},
    )
    counted = Counter(statement.triples_map for statement in plan.statements)
    return Explained(
        dataset.name,
        str(dataset.mapping),
        tuple(_source(rules.source(one.name), one) for one in relations),
        tuple(_triples_map(one, counted[one.name]) for one in rules.triples_maps),
        len(plan.statements),
        str(plan),
    )


def _relations(dataset: DataSet, rules: mapping.Mapping, settings: Settings) -> list[sources.Relation]:
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing, Builder(Path(passing) / "c") as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        return [
            sources.extract(builder.connection, source, data_dir=dataset.sample, mapping_dir=dataset.folder)
            for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder)
        ]


def _source(source: sources.LogicalSource, relation: sources.Relation) -> str:
    where = source.origin + (f" # {' '.join(source.iterator.split())}" if source.iterator else "")
    columns = ", ".join(
        f"{column}:{relation.datatypes[column]}" if column in relation.datatypes else column
        for column in relation.columns
    )
    return f"  {source.name}  {source.format}  {where}\n      cột / columns: {columns}"


def _triples_map(one: TriplesMap, statements: int) -> str:
    quads = len(one.classes) * max(len(one.graphs), 1)
    lines = [
        f"  {one.name} ← {one.source}  ({statements} SQL)",
        f"      chủ ngữ / subject: {_term(one.subject)}",
    ]
    lines += [f"      a <{iri}>" for iri in one.classes]
    for pair in one.predicate_objects:
        for item in pair.objects:
            quads += len(pair.predicates) * max(len(one.graphs) + len(pair.graphs), 1)
            predicates = ", ".join(_term(predicate) for predicate in pair.predicates)
            lines.append(f"      {predicates} → {_object(item)}")
    is_joined = any(
        isinstance(item, ParentMap) and item.joins for pair in one.predicate_objects for item in pair.objects
    )
    note = " (mỗi lần nối gặp một / where a join meets one)" if is_joined else ""
    lines.append(f"      nhiều nhất / at most {quads} quad × bản ghi / row{note}")
    return "\n".join(lines)


def _object(item: TermMap | ParentMap) -> str:
    if isinstance(item, TermMap):
        return _term(item)
    if not item.joins:
        return f"chủ ngữ của / subject of {item.parent}, cùng bản ghi / same row"
    keys = ", ".join(f"{_shown(join.child)} = {_shown(join.parent)}" for join in item.joins)
    return f"chủ ngữ của / subject of {item.parent}, nối / joined on {keys}"


def _term(term_map: TermMap) -> str:
    shown = _shown(term_map)
    if term_map.language is not None:
        return f"{shown} @{_shown(term_map.language)}"
    if term_map.datatype is not None:
        return f"{shown} ^^{_shown(term_map.datatype)}"
    return shown


def _shown(term_map: TermMap) -> str:
    expression = term_map.expression
    if expression is None:
        return "nút trống / blank node"
    if isinstance(expression, mapping.Constant):
        return f"<{expression.value}>" if expression.is_iri else repr(expression.value)
    return f"{{{expression.text}}}" if isinstance(expression, mapping.Reference) else expression.text
