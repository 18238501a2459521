"""A mapping on its own, without a data set: any document, its sources, N-Quads out.

with standalone.run(Path("mapping.ttl"), Options(base="http://example.com/")) as result:
    for chunk in result.nquads():
        sys.stdout.buffer.write(chunk)
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import duckdb
from pydantic import SecretStr

from graph.columns.connection import MEMORY_MB, THREADS, connected
from graph.errors import SourceError
from graph.iris import DEFAULT_BASE
from graph.settings import DEMO_SECRET
from ingest import identity, sources
from ingest.mapping.databases import Databases
from ingest.mapping.faults import Faults
from ingest.mapping.load import load
from ingest.mapping.model import Mapping as Rules
from ingest.mapping.nquads import stream
from ingest.mapping.plan import Plan, plan
from ingest.mapping.statement import DEFAULT_GRAPH
from ingest.mapping.undefined import check_references
from ingest.sources import Limits, Policy, Vocabulary, Web

# A CSV file is read anew for the few statements of so many triples maps sooner than its rows are stored.
_FEW_MAPS = 2
_BASE = re.compile(r"^\s*(?:@base|BASE|base)\s*:?\s*[<\"']?([A-Za-z][^\s<>\"']*)", re.MULTILINE)


class OnFault(StrEnum):
    """What is done about a value of which a term map makes no term, as a text with a space no IRI."""

    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Options:
    """`data` is the folder of relative paths, by default the mapping's own. `base` is that of relative IRIs
    in the data, by default the document's @base, else `fallback_base`. `connection` names the database of
    tables for which the mapping names none; its address, like those that the mapping names, is in
    `addresses`. `on_fault` says what a value that makes no term does, by default what the cases of the
    mapping's vocabulary expect: the RML of 2014 leaves the term out, R2RML and the RML of today stop. APIs
    are asked only where there is a `policy`."""

    data: Path | None = None
    base: str | None = None
    fallback_base: str = DEFAULT_BASE
    connection: str | None = None
    on_fault: OnFault | None = None
    policy: Policy | None = None
    limits: Limits | None = None
    addresses: Mapping[str, SecretStr] = field(default_factory=dict)
    identity_secret: SecretStr = field(default_factory=lambda: SecretStr(DEMO_SECRET))
    memory_mb: int = MEMORY_MB
    threads: int = THREADS


@dataclass(frozen=True, slots=True)
class Result:
    """A mapping ready to run, with the rows of each relation."""

    rows: Mapping[str, int]
    _plan: Plan
    _connection: duckdb.DuckDBPyConnection
    _faults: Faults | None = None

    @property
    def left_out(self) -> Iterator[SourceError]:
        """Why terms were left out, as far as the quads have been made."""
        values = self._faults.values if self._faults else {}
        for (number, row), value in sorted(values.items()):
            yield self._plan.checks[number].error(row, value or "")

    @property
    def may_have_named_graphs(self) -> bool:
        """Whether some graph map can place quads outside the default graph."""
        quads = (quad for statement in self._plan.statements for quad in statement.quads)
        return any(quad.graph.value != DEFAULT_GRAPH for quad in quads)

    def nquads(self) -> Iterator[bytes]:
        """Every quad once, as N-Quads text in chunks of whole lines, made while they are asked for.

        Raises SourceError with file, row, column and value for data that makes no term, unless such terms
        are left out.
        """
        return stream(self._plan, self._connection, faults=self._faults)


@contextmanager
def run(
    path: Path, options: Options, *, on_step: Callable[[str, str], None] = lambda step, name: None
) -> Iterator[Result]:
    """Reads mapping and sources; the result can be asked while the `with` lasts. `on_step` hears of each
    source and of mapping.

    Raises MappingError, SourceError, SettingError.
    """
    rules = read(path, options)
    faults = Faults() if _on_fault(rules, options) is OnFault.SKIP else None
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        place = Path(passing)
        with connected(
            database=place / "work",
            spill=place / "spill",
            memory_mb=options.memory_mb,
            threads=options.threads,
        ) as connection:
            identity.create(connection, options.identity_secret.get_secret_value())
            with ExitStack() as opened:
                connections = opened.enter_context(
                    sources.Connections({**options.addresses, **dict(rules.addresses)})
                )
                web = opened.enter_context(Web(options.policy, place)) if options.policy else None
                rules = _as_named(rules, connections)
                relations = _extract(
                    connection, rules, path.resolve().parent, options, connections, web, on_step
                )
            if any(source.vocabulary is Vocabulary.RML_2014 for source in rules.logical_sources):
                check_references(connection, rules)
            on_step("map", "")
            planned = plan(
                rules,
                {relation.name: relation.columns for relation in relations},
                {relation.name: relation.datatypes for relation in relations},
            )
            rows = {relation.name: relation.rows for relation in relations}
            yield Result(rows, planned, connection, faults)


def _extract(
    connection: duckdb.DuckDBPyConnection,
    rules: Rules,
    folder: Path,
    options: Options,
    connections: sources.Connections,
    web: Web | None,
    on_step: Callable[[str, str], None],
) -> list[sources.Relation]:
    maps = Counter(triples_map.source for triples_map in rules.triples_maps)
    relations = []
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
                stored=maps[source.name] > _FEW_MAPS,
            )
        )
    return relations


def _on_fault(rules: Rules, options: Options) -> OnFault:
    if options.on_fault is not None:
        return options.on_fault
    is_older = any(source.vocabulary is Vocabulary.RML_2014 for source in rules.logical_sources)
    return OnFault.SKIP if is_older else OnFault.STOP


def _as_named(rules: Rules, connections: sources.Connections) -> Rules:
    """MySQL and SQLite fold no names: what R2RML says of regular identifiers holds there in any case."""
    return replace(
        rules,
        logical_sources=tuple(
            replace(source, vocabulary=Vocabulary.RML_2014)
            if source.vocabulary is Vocabulary.R2RML
            and connections.kind(source.connection or "", source.place) in ("mysql", "sqlite")
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
