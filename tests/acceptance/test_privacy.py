"""Nobody unknown learns who someone is: the whole published generation is scanned for it.

Sought are citizen numbers and names of all persons in the files that agencies sent, in every IRI and file
name, and in whatever an anonymous caller may see; and every value of a field that the shapes mark as
personal, in a graph that is open.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import pytest
from rdflib import RDF, SH, SKOS, URIRef

from graph import resources, turtle
from graph.access import anonymous
from graph.columns import Columns
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.manifest import Manifest
from graph.vocabulary import Vocabulary

IRIS = Iris()
NUMBER = re.compile(r"(?<![0-9a-f])(?<!\d{8}T)0\d{2}[0-3]\d{8}(?![0-9a-f])")
"""Not within a longer row of hexadecimal digits: the key of a person may hold twelve figures by chance; and
not the time of a run in its name."""
WORD = re.compile(r"[^\W\d_]+")
SHORTEST, LONGEST = 3, 6
"""Words of a name that is looked for: one of two words is too often that of a street or a commune too."""
PERSONAL = URIRef("https://w3id.org/dpv#hasPersonalData")
INVENTED = (IRIS.graph("ontology", "open"), str(SKOS.example))
"""Examples in the definitions of terms show how a value is written; they are about nobody."""


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def plain(text: str) -> str:
    """Lower case without diacritics, as names are written in addresses of pages and in file names."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class Scanner:
    """Finds citizen numbers, and names of the persons it is told of, as people write them or as IRIs do."""

    def __init__(self, names: Iterable[str]) -> None:
        known = [name for name in names if SHORTEST <= len(WORD.findall(name)) <= LONGEST]
        self._written = {tuple(WORD.findall(composed(name))) for name in known}
        self._plain = {tuple(WORD.findall(plain(name))) for name in known}

    def __len__(self) -> int:
        return len(self._written)

    def in_text(self, text: str) -> str | None:
        """What of a person is in a text: with its diacritics, for without them names are everyday words."""
        return self._number(text) or self._name(composed(text), self._written)

    def in_iri(self, iri: str) -> str | None:
        """What of a person is in an IRI or the name of a file."""
        return self._number(unquote(iri)) or self._name(plain(unquote(iri)), self._plain)

    def _number(self, text: str) -> str | None:
        found = NUMBER.search(text)
        return found[0] if found else None

    def _name(self, text: str, names: set[tuple[str, ...]]) -> str | None:
        words = WORD.findall(text)
        for start in range(len(words)):
            for length in range(SHORTEST, min(LONGEST, len(words) - start) + 1):
                if tuple(words[start : start + length]) in names:
                    return " ".join(words[start : start + length])
        return None


@pytest.fixture(scope="module")
def scanner(published: Settings) -> Scanner:
    with (published.sources_dir / "mps-population" / "persons.csv").open(
        encoding="utf-8", errors="replace", newline=""
    ) as file:
        return Scanner(row["ho_va_ten"] for row in csv.DictReader(file))


@pytest.fixture(scope="module")
def columns(published: Settings) -> Iterator[Columns]:
    current = Generations(published.data_dir).current()
    assert current is not None
    with Columns(current.columns) as found:
        yield found


@pytest.fixture(scope="module")
def manifest(published: Settings) -> Manifest:
    current = Generations(published.data_dir).current()
    assert current is not None
    return current.manifest


def test_the_scanner_finds_what_it_is_there_for() -> None:
    scanner = Scanner(["Nguyễn Thị Minh Đức", "Đỗ Thị Hoa", "Lê An"])
    assert scanner.in_iri("https://lienthong.gov.vn/id/person/001188000001") == "001188000001"
    assert scanner.in_text("H01-001188000001-2") == "001188000001"
    assert scanner.in_text("runs/20261128T010239938651Z") is None
    assert scanner.in_text("0001188000001, 5b001188000001c7") is None
    assert scanner.in_text("Hộ bà NGUYỄN THỊ MINH ĐỨC, tổ 3") == "nguyễn thị minh đức"
    assert scanner.in_text("đô thị hóa; Nguyễn Thị Minh") is None
    assert scanner.in_iri("https://x/id/person/nguyen-thi-minh-duc") == "nguyen thi minh duc"
    assert scanner.in_iri("https://x/Nguy%E1%BB%85n_Th%E1%BB%8B_Minh_%C4%90%E1%BB%A9c") is not None


def test_no_iri_tells_who_someone_is(columns: Columns, scanner: Scanner) -> None:
    assert len(scanner) > 500
    rows = columns.connection.execute("SELECT value FROM terms WHERE datatype IS NULL").fetchall()
    assert [iri for (iri,) in rows if scanner.in_iri(iri)] == []


def test_no_file_name_tells_who_someone_is(published: Settings, scanner: Scanner) -> None:
    paths = [str(path.relative_to(published.data_dir)) for path in published.data_dir.rglob("*")]
    assert paths
    assert [path for path in paths if scanner.in_iri(path)] == []


def test_no_open_graph_tells_of_a_person(columns: Columns, manifest: Manifest, scanner: Scanner) -> None:
    seen, literals = anonymous(manifest.graphs).graphs, 0
    found: list[tuple[str, str, str]] = []
    for graph in sorted(seen):
        for quad in columns.quads(graph):
            if (quad.g, quad.p) == INVENTED:
                continue
            if quad.datatype is None:
                found.extend((quad.s, quad.p, iri) for iri in (quad.s, quad.o) if "/id/person/" in iri)
            else:
                literals += 1
                if what := scanner.in_text(quad.o):
                    found.append((quad.s, quad.p, what))
    assert literals > 10_000
    assert found[:10] == []


def test_no_field_of_personal_data_is_in_an_open_graph(
    published: Settings, columns: Columns, manifest: Manifest
) -> None:
    marked = set(personal_fields(published))
    assert len(marked) > 10
    seen = anonymous(manifest.graphs).graphs
    kinds: dict[str, set[str]] = {}
    for graph in manifest.graphs:
        for quad in columns.quads(graph):
            if quad.p == str(RDF.type):
                kinds.setdefault(quad.s, set()).add(quad.o)
    leaked = [
        quad
        for graph in sorted(seen)
        for quad in columns.quads(graph)
        for kind in kinds.get(quad.s, ())
        if (kind, quad.p) in marked
    ]
    assert leaked[:10] == []


def personal_fields(settings: Settings) -> Iterator[tuple[str, str]]:
    """Class and predicate of every field that the shapes mark."""
    vocabulary = Vocabulary.load(settings.ontology_dir / "catalogue.ttl")
    shapes = turtle.read(*sorted(settings.shapes_dir.glob("*.ttl")))
    marked = {
        (str(shape), str(shapes.value(one, SH.path)))
        for shape, _, one in shapes.triples((None, SH.property, None))
        if (one, PERSONAL, None) in shapes
    }
    for kind in resources.load(settings.shapes_dir, vocabulary.graph):
        for one in kind.properties:
            if (kind.shape, one.path) in marked:
                yield from ((target, one.path) for target in kind.classes)


def test_what_holds_personal_data_is_never_marked_open(published: Settings) -> None:
    """A category of personal data on a field goes with a class of access that is not open."""
    shapes = turtle.read(*sorted(published.shapes_dir.glob("*.ttl")))
    access = URIRef(IRIS.ontology("facade", "accessClass"))
    fields = set(shapes.subjects(PERSONAL, None))
    assert fields
    opened = URIRef(IRIS.code("access-class", "open"))
    assert [shapes.value(one, SH.path) for one in fields if shapes.value(one, access) in (None, opened)] == []
