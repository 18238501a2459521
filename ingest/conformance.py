"""The conformance kit: what every data set's folder must show, with its own small sample.

The description meets the catalogue's profile, the sample maps to `expected.ttl`, the result meets its
shapes, terms and queries have words in both languages, every example query returns rows.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr
from rdflib import RDF, XSD, Literal

from graph import queries, turtle
from graph.columns import Builder, Columns, TextQuad, merge
from graph.errors import LienthongError
from graph.iris import Iris
from graph.settings import DEMO_SECRET, Settings
from graph.shacl.reference import PyShaclValidator
from graph.shacl.validator import ColumnsValidator
from graph.stores import loading
from graph.stores.oxigraph import OxigraphStore
from graph.text import Text
from graph.vocabulary import Vocabulary
from ingest import access
from ingest.build import build
from ingest.dataset import DataSet
from ingest.progress import Clock, silent
from ingest.report import DataSetReport
from ingest.rules import load
from ingest.validation import findings

FILES = ("dataset.ttl", "mapping.rml.ttl", "sample", "expected.ttl", "queries", "README.md")
FILES_OF_UPDATES = ("dataset.ttl", "README.md")
Triple = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule of the kit that a folder does not meet."""

    rule: str
    message: Text


@dataclass
class Kit:
    """Checks folders one after the other, files being made below `place`. What a sample refers to in other
    data sets of `known` is looked up in what was approved of theirs (`expected.ttl`), read once."""

    known: Mapping[str, DataSet]
    settings: Settings
    place: Path

    def check(self, dataset: DataSet) -> list[Problem]:
        """The problems of one folder."""
        files = FILES_OF_UPDATES if dataset.is_kept_by_update else FILES
        wanted = [dataset.mapping.name if name == "mapping.rml.ttl" else name for name in files]
        missing = [name for name in wanted if not (dataset.folder / name).exists()]
        if missing:
            names = ", ".join(missing)
            return [Problem("files", Text(f"Thiếu: {names}", f"Missing: {names}"))]
        if dataset.is_kept_by_update:
            return list(self._description(dataset))
        try:
            columns = sample(dataset, self.settings, self.place)
            differences = list(_expected(dataset, columns, self.settings))
            if differences:
                others = self._approved(without=dataset.name)
                store = self._store([columns, others])
            else:
                # What was approved of this one is what its sample says: no need to set it apart.
                others, store = self._all, self._all_in_store
        except LienthongError as error:
            return [Problem("sample", Text(str(error), str(error)))]
        return [
            *self._description(dataset),
            *differences,
            *self._shapes(columns, others),
            *self._words(columns),
            *self._queries(dataset, store),
        ]

    @cached_property
    def _all(self) -> Path:
        return self._approved()

    @cached_property
    def _all_in_store(self) -> OxigraphStore:
        return self._store([self._all])

    def _approved(self, without: str | None = None) -> Path:
        """A columns file of what was approved of the data sets, less one of them."""
        target, iris = self.place / f"approved-without-{without}.duckdb", Iris(self.settings.base_iri)
        rules = access.rules(self.settings)
        with Builder(target, threads=self.settings.columns_threads) as builder:
            run = builder.connection.execute
            run("CREATE TEMP TABLE apart AS FROM staged")
            for one in self.known.values():
                if one.name != without and one.expected.is_file():
                    graph = iris.graph(one.name, one.access)
                    builder.stage(TextQuad(*triple, graph) for triple in _read(one, self.settings))
                    access.separate(builder.connection, rules, one.name, one.access, iris)
                    run("INSERT INTO apart FROM staged")
                    run("DELETE FROM staged")
            run("INSERT INTO staged FROM apart")
            builder.finish()
        return target

    def _store(self, parts: Sequence[Path]) -> OxigraphStore:
        made = Path(tempfile.mkdtemp(dir=self.place))
        merge(parts, made / "merged.duckdb", threads=self.settings.columns_threads)
        loading.build(made / "merged.duckdb", made / "oxigraph")
        return OxigraphStore.open(made / "oxigraph")

    @cached_property
    def _validator(self) -> ColumnsValidator:
        return load(self.settings).validator

    @cached_property
    def _profile(self) -> PyShaclValidator:
        chosen = self.settings
        return PyShaclValidator(chosen.shapes_dir, chosen.ontology_dir, chosen.base_iri)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return load(self.settings).vocabulary

    def _description(self, dataset: DataSet) -> Iterator[Problem]:
        report = self._profile.validate_description(dataset.description)
        for finding in findings(report.violations):
            yield Problem("description", finding.message)

    def _shapes(self, columns: Path, others: Path) -> Iterator[Problem]:
        report = self._validator.validate(columns, [others])
        for finding in findings(report.violations):
            example = finding.examples[0]
            shown = f" ({finding.count}: {example.note} {example.value or ''})"
            yield Problem(finding.rule, Text(finding.message.vi + shown, finding.message.en + shown))

    def _words(self, columns: Path) -> Iterator[Problem]:
        """Every class and property of ours that the sample uses is a term with labels vi and en."""
        own = Iris(self.settings.base_iri).resolve("ont/")
        with Columns(columns) as built:
            graphs = built.statistics().graphs.values()
            used = {iri for graph in graphs for iri in (*graph.predicates, *graph.classes)}
        for iri in sorted(used):
            if iri.startswith(own) and self._vocabulary.label(iri) is None:
                yield Problem(
                    "terms",
                    Text(f"<{iri}> chưa có trong ontology.", f"<{iri}> is not a term of the ontology."),
                )

    def _queries(self, dataset: DataSet, store: OxigraphStore) -> Iterator[Problem]:
        if not dataset.queries:
            yield Problem("queries", Text("Chưa có truy vấn ví dụ.", "There is no example query."))
        for path in dataset.queries:
            try:
                has_rows = store.has_rows(queries.read(path, base=self.settings.base_iri).text)
            except (LienthongError, SyntaxError, ValueError, RuntimeError) as error:
                yield Problem(path.name, Text(str(error), str(error)))
                continue
            if not has_rows:
                yield Problem(
                    path.name,
                    Text(
                        "Truy vấn không trả về dòng nào trên mẫu.",
                        "The query returns no rows on the sample.",
                    ),
                )


@contextmanager
def kit(known: Mapping[str, DataSet], settings: Settings) -> Iterator[Kit]:
    """A kit whose files are gone when the `with` is left."""
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        yield Kit(known, settings, Path(passing))


def check(dataset: DataSet, known: Mapping[str, DataSet], settings: Settings) -> list[Problem]:
    """The problems of one folder, with a kit of its own."""
    with kit(known, settings) as one:
        return one.check(dataset)


def sample(dataset: DataSet, settings: Settings, place: Path) -> Path:
    """The columns file of a data set's sample, built below `place`.

    Keys of persons in it are made with the secret that everybody knows, as in `expected.ttl`; its files are
    read, whatever database the data itself is in.
    """
    settings = settings.model_copy(update={"identity_secret": SecretStr(DEMO_SECRET), "connections": {}})
    target = place / f"{dataset.name}.duckdb"
    report = DataSetReport(dataset.name, dataset.title)
    build(
        replace(dataset, data=dataset.sample),
        settings,
        access.rules(settings),
        target,
        report,
        Clock(dataset.name, report.steps, silent),
    )
    return target


def _expected(dataset: DataSet, columns: Path, settings: Settings) -> Iterator[Problem]:
    wanted = _read(dataset, settings)
    with Columns(columns) as built:
        made: set[Triple] = {_triple(quad) for quad in built.quads()}
    for sign, vi, en, triples in (
        ("−", "thiếu", "missing", wanted - made),
        ("+", "thừa", "not expected", made - wanted),
    ):
        for triple in sorted(triples, key=str)[:5]:
            shown = " ".join(part for part in triple if part)
            yield Problem("expected", Text(f"{sign} {vi}: {shown}", f"{sign} {en}: {shown}"))


def _read(dataset: DataSet, settings: Settings) -> set[Triple]:
    """What was approved of a data set's sample."""
    text = turtle.read_text(dataset.expected, base=settings.base_iri)
    return {
        (
            str(s),
            str(p),
            str(o),
            str(o.datatype or (RDF.langString if o.language else XSD.string))
            if isinstance(o, Literal)
            else None,
            o.language if isinstance(o, Literal) else None,
        )
        for s, p, o in turtle.parse(dataset.expected, text)
    }


def _triple(quad: TextQuad) -> Triple:
    return (quad.s, quad.p, quad.o, quad.datatype, quad.language)
