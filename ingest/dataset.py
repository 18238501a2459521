"""A data set is a folder: found by discovery, described by its own `dataset.ttl`."""

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import DCTERMS, URIRef

from graph import turtle
from graph.errors import OntologyError, ParameterError, Place, SourceError, unknown_name
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
# In Turtle, and in YARRRML.
CONNECTION = re.compile(
    r"\bingest:connection\b|ont/ingest#connection\b|hypermedia#|\bdcat:\w+URL\b|ns/dcat#\w+URL\b"
    r"|(?m:(?:^|[{,-])\s*connection:\s)"
)
MAPPINGS = ("mapping.rml.ttl", "mapping.yarrrml.yml", "mapping.yml")
POLICIES = ("reject", "skip", "quarantine")
KEEPERS = ("mapping", "update")
KIND = Text("bộ dữ liệu", "data set")


@dataclass(frozen=True, slots=True)
class DataSet:
    """What one agency publishes.

    `data` is the folder that holds the source files the mapping names; `access` the class of access of
    its quads; `on_violation` says what bad data does to a run: "reject" stops at the first row that cannot be
    read or mapped and refuses a version that breaks a shape; "skip" leaves such rows out but refuses such
    versions; "quarantine" leaves out the rows and all entities at fault, and publishes the rest. `kept_by`:
    versions come of a run that maps what the agency sends ("mapping"), or of SPARQL Update and the Graph
    Store Protocol ("update").
    """

    name: str
    folder: Path
    title: Text
    data: Path
    access: str
    on_violation: str
    kept_by: str = "mapping"

    @property
    def is_kept_by_update(self) -> bool:
        return self.kept_by == "update"

    @property
    def tolerates_rows(self) -> bool:
        """True where a row that cannot be read or mapped is left out, False where it ends the run."""
        return self.on_violation != "reject"

    @property
    def description(self) -> Path:
        return self.folder / "dataset.ttl"

    @property
    def mapping(self) -> Path:
        """RML, or YARRRML in its place."""
        paths = [self.folder / name for name in MAPPINGS]
        return next((path for path in paths if path.is_file()), paths[0])

    @property
    def connection(self) -> Path:
        """Logical sources that are read in place of the mapping's where there is a connection."""
        return self.folder / "connection.rml.ttl"

    def is_connected(self, settings: Settings) -> bool:
        """True where the operator has set a connection of the data set's name, and it can be read so."""
        return self.name in settings.connections and self.connection.is_file()

    def is_live(self, settings: Settings) -> bool:
        """True where the mapping reads a database or an API: equal files do not mean equal data then."""
        used = self.connection if self.is_connected(settings) else self.mapping
        return used.is_file() and CONNECTION.search(used.read_text(encoding="utf-8")) is not None

    @property
    def checks(self) -> list[Path]:
        return sorted(self.folder.glob("checks/*.sql"))

    @property
    def queries(self) -> list[Path]:
        return sorted(self.folder.glob("queries/*.rq"))

    @property
    def sample(self) -> Path:
        return self.folder / "sample"

    @property
    def expected(self) -> Path:
        return self.folder / "expected.ttl"

    def inputs(self) -> list[Path]:
        """The files that a version is made from: of the folder without its sample, and of the sources."""
        files = {path for folder in (self.folder, self.data) for path in folder.rglob("*") if path.is_file()}
        return sorted(path for path in files if self.sample not in path.parents and path.suffix != ".pyc")

    def require_data(self) -> None:
        """Raises SourceError where the folder of the source files is not there."""
        if not self.data.is_dir():
            raise SourceError(
                Text(
                    f"Chưa có thư mục tệp nguồn của «{self.name}».",
                    f"The folder of source files of “{self.name}” is not there.",
                ),
                hint=Text(
                    "Đặt tệp của cơ quan vào đó, hoặc sinh dữ liệu mẫu: lienthong demo generate",
                    "Put the agency's files there, or make some up: lienthong demo generate",
                ),
                place=Place(file=str(self.data)),
            )


def discover(settings: Settings) -> dict[str, DataSet]:
    """Every folder below the data sets' folder that has a `dataset.ttl`, by name."""
    descriptions = sorted(settings.datasets_dir.glob("*/dataset.ttl"))
    found = [load(path.parent, base=settings.base_iri, sources=settings.sources_dir) for path in descriptions]
    return {dataset.name: dataset for dataset in found}


def select(known: dict[str, DataSet], names: Sequence[str]) -> list[DataSet]:
    """The data sets of these names, all when none is named. Raises UnknownNameError."""
    for name in names:
        if name not in known:
            raise unknown_name(KIND, name, list(known))
    return [known[name] for name in names] if names else list(known.values())


def mapped(selected: Sequence[DataSet], *, is_named: bool) -> list[DataSet]:
    """Those that a run maps. Raises ParameterError for one that `is_named` and is kept by updates."""
    for one in selected:
        if is_named and one.is_kept_by_update:
            raise ParameterError(
                Text(
                    f"«{one.name}» được giữ bằng cập nhật, không nạp từ tệp.",
                    f"“{one.name}” is kept by updates and not made from files.",
                ),
                hint=Text(
                    "Ghi bằng SPARQL Update hoặc Graph Store Protocol, xem docs/apps.md",
                    "Write by SPARQL Update or the Graph Store Protocol, see docs/apps.md",
                ),
            )
    return [one for one in selected if not one.is_kept_by_update]


def load(folder: Path, *, base: str, sources: Path) -> DataSet:
    """The data set of a folder; `sources` is the folder of the files that agencies send.

    Raises OntologyError where its description lacks what ingest needs.
    """
    description = folder / "dataset.ttl"
    graph = turtle.read(description, base=base)
    iris = Iris(base)
    subject = URIRef(iris.dataset(folder.name))
    if not NAME.fullmatch(folder.name) or (subject, None, None) not in graph:
        raise _wrong(
            description,
            Text(
                f"Tệp không mô tả <{subject}>.",
                f"The file does not describe <{subject}>.",
            ),
            Text(
                "Tên thư mục là <cơ-quan>-<bộ-dữ-liệu>, chữ thường; chủ ngữ phải là IRI đó.",
                "The folder is named <agency>-<data-set> in lower case, and the subject must be that IRI.",
            ),
        )
    titles = {
        title.language: str(title)
        for title in graph.objects(subject, DCTERMS.title)
        if isinstance(title, rdflib.Literal)
    }
    for language in ("vi", "en"):
        if language not in titles:
            raise _wrong(
                description,
                Text(f"Thiếu dct:title@{language}.", f"dct:title@{language} is missing."),
                Text(f'Thêm: dct:title "…"@{language}', f'Add: dct:title "…"@{language}'),
            )
    ingest = iris.ontology("ingest")
    policy = _word(graph, subject, ingest + "onViolation", description, POLICIES)
    kept_by = _word(graph, subject, ingest + "keptBy", description, KEEPERS)
    access = _one(graph, subject, iris.ontology("core", "accessClass"), description)
    return DataSet(
        name=folder.name,
        folder=folder,
        title=Text(titles["vi"], titles["en"]),
        data=_data_folder(
            _one(graph, subject, ingest + "data", description, default="data"), description, sources
        ),
        access=access.rsplit("/", 1)[-1],
        on_violation=policy,
        kept_by=kept_by,
    )


def _word(
    graph: rdflib.Graph, subject: URIRef, predicate: str, description: Path, words: Sequence[str]
) -> str:
    """One of these words; the first where the description says nothing."""
    word = _one(graph, subject, predicate, description, default=words[0])
    if word not in words:
        name = f"ingest:{predicate.rpartition('#')[2]}"
        raise _wrong(
            description,
            Text(f"Không hiểu {name} «{word}».", f"{name} “{word}” is not known."),
            Text(f"Dùng: {', '.join(words)}", f"Use: {', '.join(words)}"),
        )
    return word


def _one(
    graph: rdflib.Graph, subject: URIRef, predicate: str, description: Path, default: str | None = None
) -> str:
    values = [str(value) for value in graph.objects(subject, URIRef(predicate))]
    if len(values) == 1:
        return values[0]
    if not values and default is not None:
        return default
    raise _wrong(
        description,
        Text(
            f"<{predicate}> phải có đúng một giá trị, đang có {len(values)}.",
            f"<{predicate}> must have exactly one value and has {len(values)}.",
        ),
        Text("Xem ingest/datasets/*/dataset.ttl để làm mẫu.", "See ingest/datasets/*/dataset.ttl."),
    )


def _data_folder(location: str, description: Path, sources: Path) -> Path:
    """`package:NAME/PATH` is inside an installed Python package, `sources:` the data set's own folder among
    the files that agencies send; else relative to the data set's folder."""
    if location.startswith("sources:"):
        return sources / description.parent.name / location.removeprefix("sources:")
    if not location.startswith("package:"):
        return description.parent / location
    package, _, inside = location.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            Text(f"Chưa cài gói Python «{package}».", f"The Python package “{package}” is not installed."),
            hint=Text(f"Chạy: pip install {package}", f"Run: pip install {package}"),
            place=Place(file=str(description)),
        )
    return Path(spec.submodule_search_locations[0]) / inside


def _wrong(description: Path, message: Text, hint: Text) -> OntologyError:
    return OntologyError(message, hint=hint, place=Place(file=str(description)))
