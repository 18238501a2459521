"""A mapping on its own, without a data set: any document, its sources, N-Quads out.

with standalone.run(Path("mapping.ttl"), Options(base="http://example.com/")) as result:
    for chunk in result.nquads():
        sys.stdout.buffer.write(chunk)
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
from pydantic import SecretStr

from graph.columns import Builder, Columns
from graph.columns.connection import MEMORY_MB, THREADS
from graph.iris import DEFAULT_BASE
from graph.settings import DEMO_SECRET
from ingest import identity, sources
from ingest.mapping.databases import Databases
from ingest.mapping.execute import Mapped, execute
from ingest.mapping.load import load
from ingest.mapping.model import Mapping as Rules
from ingest.mapping.plan import plan
from ingest.sources import Limits, Policy, Vocabulary, Web

_DEFAULT_GRAPH = "urn:lienthong:default-graph"
_BASE = re.compile(r"^\s*(?:@base|BASE|base)\s*:?\s*[<\"']?([A-Za-z][^\s<>\"']*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Options:
    """`data` is the folder of relative paths, by default the mapping's own. `base` is that of relative IRIs
    in the data, by default the document's @base, else `fallback_base`. `connection` names the database of
    tables for which the mapping names none; its address, like those that the mapping names, is in
    `addresses`. APIs are asked only where there is a `policy`."""

    data: Path | None = None
    base: str | None = None
    fallback_base: str = DEFAULT_BASE
    connection: str | None = None
    policy: Policy | None = None
    limits: Limits | None = None
    addresses: Mapping[str, SecretStr] = field(default_factory=dict)
    identity_secret: SecretStr = field(default_factory=lambda: SecretStr(DEMO_SECRET))
    memory_mb: int = MEMORY_MB
    threads: int = THREADS


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of each relation, quads of each triples map (before duplicates are taken out)."""

    rows: Mapping[str, int]
    quads: Mapping[str, int]
    _columns: Columns

    def nquads(self) -> Iterator[bytes]:
        """Every quad once, as N-Quads text in chunks of whole lines."""
        # The graph stands last, and a line end in a literal is written as an escape.
        for chunk in self._columns.nquads():
            yield chunk.replace(f" <{_DEFAULT_GRAPH}> .\n".encode(), b" .\n")


@contextmanager
def run(
    path: Path, options: Options, *, on_step: Callable[[str, str], None] = lambda step, name: None
) -> Iterator[Result]:
    """Maps; what is made is there while the `with` lasts. `on_step` hears of each source and of mapping.

    Raises MappingError, SourceError, SettingError.
    """
    rules = read(path, options)
    folder = path.resolve().parent
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        place = Path(passing) / "columns"
        with Builder(place, memory_mb=options.memory_mb, threads=options.threads) as builder:
            connection = builder.connection
            identity.create(connection, options.identity_secret.get_secret_value())
            relations = []
            with ExitStack() as opened:
                connections = opened.enter_context(
                    sources.Connections({**options.addresses, **dict(rules.addresses)})
                )
                web = opened.enter_context(Web(options.policy, place.parent)) if options.policy else None
                rules = _as_named(rules, connections)
                for source in sources.in_order(rules.logical_sources, mapping_dir=folder):
                    on_step("extract", source.name)
                    relations.append(
                        sources.extract(
                            connection,
                            source,
                            data_dir=options.data or folder,
                            mapping_dir=folder,
                            connections=connections,
                            web=web,
                            limits=options.limits,
                        )
                    )
            on_step("map", "")
            mapped = _map(rules, relations, connection)
            on_step("write", "")
            builder.finish()
        with Columns(place, memory_mb=options.memory_mb, threads=options.threads) as columns:
            yield Result({relation.name: relation.rows for relation in relations}, mapped.quads, columns)


def _as_named(rules: Rules, connections: sources.Connections) -> Rules:
    """MySQL folds no names: what R2RML says of regular identifiers holds there in any letter case."""
    return replace(
        rules,
        logical_sources=tuple(
            replace(source, vocabulary=Vocabulary.RML_2014)
            if source.vocabulary is Vocabulary.R2RML
            and connections.kind(source.connection or "", source.place) == "mysql"
            else source
            for source in rules.logical_sources
        ),
    )


def read(path: Path, options: Options) -> Rules:
    """The mapping as it is run on its own: its IRIs stay as they are written, it may describe databases."""
    return load(
        path,
        base=DEFAULT_BASE,
        data_base=options.base or _own_base(path) or options.fallback_base,
        databases=Databases(options.connection, may_be_described=True),
    )


def _own_base(path: Path) -> str | None:
    if not path.is_file():
        return None
    found = _BASE.search(path.read_text(encoding="utf-8", errors="replace"))
    return found[1] if found else None


def _map(rules: Rules, relations: list[sources.Relation], connection: duckdb.DuckDBPyConnection) -> Mapped:
    planned = plan(
        rules,
        {relation.name: relation.columns for relation in relations},
        {relation.name: relation.datatypes for relation in relations},
    )
    numbers = {relation.name: number for number, relation in enumerate(relations, start=1)}
    return execute(planned, connection, default_graph=_DEFAULT_GRAPH, source_ids=numbers)
