"""The conformance kit: what every data set's folder must show, with its own small sample.

The description meets the catalogue's profile, the sample maps to `expected.ttl`, the result meets its
shapes, terms and queries have words in both languages, every example query returns rows.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr
from rdflib import RDF, Literal

from graph import queries, turtle
from graph.columns import Columns, TextQuad, merge
from graph.errors import LienthongError
from graph.iris import Iris
from graph.settings import DEMO_SECRET, Settings
from graph.shacl.native import NativeValidator
from graph.shacl.reference import PyShaclValidator
from graph.stores import loading
from graph.stores.oxigraph import OxigraphStore
from graph.text import Text
from graph.vocabulary import Vocabulary
from ingest import access
from ingest.build import build
from ingest.dataset import DataSet
from ingest.progress import Clock, silent
from ingest.report import DataSetReport
from ingest.validation import findings

FILES = ("dataset.ttl", "mapping.rml.ttl", "sample", "expected.ttl", "queries", "README.md")
Triple = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule of the kit that a folder does not meet."""

    rule: str
    message: Text


def check(dataset: DataSet, known: Mapping[str, DataSet], settings: Settings) -> list[Problem]:
    """The problems of one folder; `known` gives the other data sets whose samples it may refer to."""
    wanted = [dataset.mapping.name if name == "mapping.rml.ttl" else name for name in FILES]
    missing = [name for name in wanted if not (dataset.folder / name).exists()]
    if missing:
        names = ", ".join(missing)
        return [Problem("files", Text(f"Thiếu: {names}", f"Missing: {names}"))]
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        place = Path(passing)
        try:
            rules = access.rules(settings)
            samples = {
                one.name: sample(one, settings, place, rules) for one in known.values() if one.sample.exists()
            }
        except LienthongError as error:
            return [Problem("sample", Text(str(error), str(error)))]
        return [
            *_description(dataset, settings),
            *_expected(dataset, samples[dataset.name], settings),
            *_shapes(dataset, samples, settings),
            *_words(samples[dataset.name], settings),
            *_queries(dataset, samples, settings, place),
        ]


def sample(
    dataset: DataSet, settings: Settings, place: Path, rules: Sequence[access.Rule] | None = None
) -> Path:
    """The columns file of a data set's sample, built below `place`; `rules` (those of `access.rules`, read
    once for many samples) say who may see which field.

    Keys of persons in it are made with the secret that everybody knows, as in `expected.ttl`; its files are
    read, whatever database the data itself is in.
    """
    settings = settings.model_copy(update={"identity_secret": SecretStr(DEMO_SECRET), "connections": {}})
    target = place / f"{dataset.name}.duckdb"
    report = DataSetReport(dataset.name, dataset.title)
    build(
        replace(dataset, data=dataset.sample),
        settings,
        access.rules(settings) if rules is None else rules,
        target,
        report,
        Clock(dataset.name, report.steps, silent),
    )
    return target


def _description(dataset: DataSet, settings: Settings) -> Iterator[Problem]:
    validator = PyShaclValidator(settings.shapes_dir, settings.ontology_dir, settings.base_iri)
    report = validator.validate_description(dataset.description)
    for finding in findings(report.violations):
        yield Problem("description", finding.message)


def _expected(dataset: DataSet, columns: Path, settings: Settings) -> Iterator[Problem]:
    wanted = {
        (
            str(s),
            str(p),
            str(o),
            str(o.datatype or (RDF.langString if o.language else "http://www.w3.org/2001/XMLSchema#string"))
            if isinstance(o, Literal)
            else None,
            o.language if isinstance(o, Literal) else None,
        )
        for s, p, o in turtle.read(dataset.expected, base=settings.base_iri)
    }
    with Columns(columns) as built:
        made: set[Triple] = {_triple(quad) for quad in built.quads()}
    for sign, vi, en, triples in (
        ("−", "thiếu", "missing", wanted - made),
        ("+", "thừa", "not expected", made - wanted),
    ):
        for triple in sorted(triples, key=str)[:5]:
            shown = " ".join(part for part in triple if part)
            yield Problem("expected", Text(f"{sign} {vi}: {shown}", f"{sign} {en}: {shown}"))


def _triple(quad: TextQuad) -> Triple:
    return (quad.s, quad.p, quad.o, quad.datatype, quad.language)


def _shapes(dataset: DataSet, samples: Mapping[str, Path], settings: Settings) -> Iterator[Problem]:
    validator = NativeValidator(settings.shapes_dir, settings.ontology_dir, settings.base_iri)
    context = [path for name, path in samples.items() if name != dataset.name]
    for finding in findings(validator.validate(samples[dataset.name], context).violations):
        example = finding.examples[0]
        shown = f" ({finding.count}: {example.note} {example.value or ''})"
        yield Problem(finding.rule, Text(finding.message.vi + shown, finding.message.en + shown))


def _words(columns: Path, settings: Settings) -> Iterator[Problem]:
    """Every class and property of ours that the sample uses is a term with labels vi and en."""
    vocabulary = Vocabulary.load(settings.ontology_dir / "catalogue.ttl", base=settings.base_iri)
    own = Iris(settings.base_iri).resolve("ont/")
    with Columns(columns) as built:
        graphs = built.statistics().graphs.values()
        used = {iri for graph in graphs for iri in (*graph.predicates, *graph.classes)}
    for iri in sorted(used):
        if iri.startswith(own) and vocabulary.label(iri) is None:
            yield Problem(
                "terms",
                Text(f"<{iri}> chưa có trong ontology.", f"<{iri}> is not a term of the ontology."),
            )


def _queries(
    dataset: DataSet, samples: Mapping[str, Path], settings: Settings, place: Path
) -> Iterator[Problem]:
    merged = place / "merged.duckdb"
    merge(
        list(samples.values()), merged, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads
    )
    folder = place / "oxigraph"
    loading.build(merged, folder)
    store = OxigraphStore.open(folder)
    if not dataset.queries:
        yield Problem("queries", Text("Chưa có truy vấn ví dụ.", "There is no example query."))
    for path in dataset.queries:
        try:
            has_rows = store.has_rows(queries.read(path, base=settings.base_iri).text)
        except (LienthongError, SyntaxError, ValueError, RuntimeError) as error:
            yield Problem(path.name, Text(str(error), str(error)))
            continue
        if not has_rows:
            yield Problem(
                path.name,
                Text("Truy vấn không trả về dòng nào trên mẫu.", "The query returns no rows on the sample."),
            )
