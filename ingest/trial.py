"""A data set's own files tried out, all or their first rows, without publishing: findings and a preview."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.columns import Columns, TextQuad
from graph.prefixes import Prefixes
from graph.settings import Settings
from graph.shacl import Validator
from graph.stores.generations import Generations
from ingest import access, backward, candidate, versions
from ingest.build import build
from ingest.candidate import Candidate
from ingest.dataset import DataSet
from ingest.progress import Listener, silent
from ingest.remedies import Remedies
from ingest.report import DataSetReport
from ingest.rules import load
from ingest.validation import validate

PREVIEWED = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """The report of the rows that were read, and the first entities as Turtle."""

    report: DataSetReport
    preview: str


def run(dataset: DataSet, settings: Settings, rows: int) -> Trial:
    """Maps the first `rows` rows of each source and holds the shapes against them, with what is published.

    Errors are in the report.
    """
    current = Generations(settings.data_dir).current()
    published = {
        name: versions.folder_of(settings, name) / entry.version / versions.COLUMNS
        for name, entry in (current.manifest.datasets.items() if current else ())
        if name != dataset.name
    }
    rules = load(settings)
    previews: list[str] = []

    def look(one: Candidate) -> None:
        previews.append(_preview(one.columns, settings))

    with trying(dataset, settings, rules.shapes, rules.validator, published, rows=rows, on_built=look) as one:
        if one.confidential:
            one.report.hide_values()
        return Trial(one.report, "".join(previews))


@contextmanager
def trying(
    dataset: DataSet,
    settings: Settings,
    shapes: Graph,
    validator: Validator,
    published: Mapping[str, Path],
    *,
    rows: int | None = None,
    listener: Listener = silent,
    on_built: Callable[[Candidate], None] = lambda one: None,
) -> Iterator[Candidate]:
    """The data set as a candidate that was mapped and held against the shapes, together with the columns
    files `published`; its columns are gone when the `with` is left. `rows`: no more of each file."""
    one = candidate.of(dataset, settings, None, "", listener)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        one.folder = Path(passing)
        one.attempt(lambda it: _build(it, settings, rows))
        if one.alive:
            on_built(one)
            words, against = Remedies(shapes, settings.base_iri), backward.predicates(shapes)
            validate([one], published, validator, words, backward=against, jobs=1)
            one.report.outcome = "valid" if one.alive else "failed"
        yield one


def _build(one: Candidate, settings: Settings, rows: int | None) -> None:
    built = build(
        one.dataset, settings, access.rules(settings), one.columns, one.report, one.clock, first_rows=rows
    )
    one.origin, one.quarantined = built.trace, built.left_out
    one.report.quads = built.statistics.quads


def _preview(columns: Path, settings: Settings) -> str:
    """The open statements about the first entities, by source row; of other data sets there are none."""
    with Columns(columns) as built:
        first = built.connection.execute(
            "SELECT s.value FROM quads JOIN terms s ON s.id = quads.s WHERE NOT starts_with(s.value, '_:') "
            "GROUP BY s.value ORDER BY min(quads.row), s.value LIMIT ?",
            [PREVIEWED],
        ).fetchall()
        wanted = {subject for (subject,) in first}
        graph = Graph(bind_namespaces="none")
        prefixes = Prefixes.load(settings.ontology_dir / "catalogue.ttl", base=settings.base_iri)
        for prefix, namespace in prefixes.items():
            graph.bind(prefix, namespace)
        for quad in built.quads():
            if quad.s in wanted and quad.g.endswith("/open"):
                graph.add((URIRef(quad.s), URIRef(quad.p), _object(quad)))
    return graph.serialize(format="turtle").strip()


def _object(quad: TextQuad) -> Node:
    if quad.datatype is None:
        return BNode(quad.o[2:]) if quad.o.startswith("_:") else URIRef(quad.o)
    if quad.language:
        return Literal(quad.o, lang=quad.language)
    return Literal(quad.o, datatype=URIRef(quad.datatype), normalize=False)
