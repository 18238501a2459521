"""The folder of a data set, made from one of its files; it passes the conformance kit as it stands."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from graph.columns import Columns, TextQuad
from graph.settings import Settings
from ingest import conformance, scaffold
from ingest import dataset as datasets
from ingest.proposal import documents, guessing, reading, sample
from ingest.proposal.documents import Subject
from ingest.proposal.guessing import Column


@dataclass(frozen=True, slots=True)
class Proposal:
    """The files of the folder by their path in it, and what was guessed of the columns."""

    files: dict[str, bytes]
    columns: tuple[Column, ...]
    rows: int


def propose(name: str, path: Path, settings: Settings) -> Proposal:
    """What `create` would write. Raises ParameterError (name, format), SourceError."""
    scaffold.require_free(name, settings)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        place = Path(passing)
        folder, columns, rows = _write(place / name, name, path, settings)
        files = {
            str(one.relative_to(folder)): one.read_bytes()
            for one in sorted(folder.rglob("*"))
            if one.is_file()
        }
    return Proposal(files, tuple(columns), rows)


def create(name: str, path: Path, settings: Settings) -> tuple[Path, Proposal]:
    """Writes the folder, and puts the file where the files of agencies are kept (setting `sources_dir`)."""
    made = propose(name, path, settings)
    folder = settings.datasets_dir / name
    for inside, content in made.files.items():
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    kept = settings.sources_dir / name / path.name
    if kept.resolve() != path.resolve():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
    return folder, made


def _write(folder: Path, name: str, path: Path, settings: Settings) -> tuple[Path, Sequence[Column], int]:
    table = reading.read(path)
    columns = guessing.guess(table, guessing.schemes(settings.ontology_dir, base=settings.base_iri))
    subject = Subject(name, table.source, columns, settings.base_iri)
    texts = {
        "mapping.rml.ttl": documents.mapping(subject),
        "queries/all-records.rq": documents.query(subject),
        "README.md": documents.readme(subject, table.rows),
        "dataset.ttl": _description(name, settings, columns),
    }
    if subject.has_view:
        texts["views/records.sql"] = documents.view(subject)
    for inside, text in texts.items():
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sample.write(table.source, path, folder / "sample" / path.name, columns)
    (folder / "expected.ttl").write_text(_expected(folder, settings), encoding="utf-8")
    return folder, columns, table.rows


def _description(name: str, settings: Settings, columns: Sequence[Column]) -> str:
    """Restricted where a column tells of persons: whoever publishes decides, and not a guess."""
    text = scaffold.text("dataset.ttl", name, settings)
    if any(one.is_personal for one in columns):
        text = text.replace("access-class/open", "access-class/restricted")
    return text.replace('ingest:data "data"', 'ingest:data "sources:"').replace('"reject"', '"quarantine"')


def _expected(folder: Path, settings: Settings) -> str:
    """What the sample maps to, one triple a line."""
    dataset = datasets.load(folder, base=settings.base_iri, sources=settings.sources_dir)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        built = conformance.sample(dataset, settings, Path(passing))
        with Columns(built) as columns:
            lines = sorted(_line(quad) for quad in columns.quads())
    return "".join(lines)


def _line(quad: TextQuad) -> str:
    subject = _node(quad.s)
    if quad.datatype is None:
        value = _node(quad.o)
    elif quad.language:
        value = Literal(quad.o, lang=quad.language)
    else:
        value = Literal(quad.o, datatype=URIRef(quad.datatype), normalize=False)
    return f"{subject.n3()} {URIRef(quad.p).n3()} {_quoted(value)} .\n"


def _quoted(value: Node) -> str:
    """A literal always in quotes with its datatype: the short forms of Turtle would lose its lexical form."""
    if isinstance(value, Literal) and value.datatype is not None:
        plain = Literal(str(value)).n3()
        return plain if value.datatype == XSD.string else f"{plain}^^<{value.datatype}>"
    return value.n3()


def _node(text: str) -> Node:
    return BNode(text.removeprefix("_:")) if text.startswith("_:") else URIRef(text)
