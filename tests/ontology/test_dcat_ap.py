"""Every description, and the catalogue made of them, passes the shapes of DCAT-AP 3.0.1.

What a description mentions is described beside it (ontology and code lists), as `sh:class` asks for.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import rdflib
import shacl
from rdflib import DCTERMS, RDF, URIRef

from graph import settings, turtle
from graph.access import OPEN
from graph.columns import Columns
from graph.iris import Iris
from graph.settings import Settings
from graph.shacl.conversion import Terms, without_graph
from graph.stores.generations import Generations
from ingest import dataset as datasets

SETTINGS = settings.load()
SHAPES = SETTINGS.suites / "dcat-ap" / "shacl" / "dcat-ap-SHACL.ttl"
FALSE_ALARMS = tomllib.loads(Path(__file__).with_name("dcat-ap-false-alarms.toml").read_text("utf-8"))
CATALOGUE = SETTINGS.datasets_dir / "catalogue.ttl"
IRIS = Iris(SETTINGS.base_iri)
NAMES = list(datasets.discover(SETTINGS))

pytestmark = pytest.mark.skipif(not SHAPES.exists(), reason=f"no suite at {SHAPES}")


@cache
def words() -> rdflib.Graph:
    """The ontology with its catalogue: titles of code lists, classes of what is cited."""
    folders = ("modules", "codelists", "imports")
    files = [path for folder in folders for path in sorted(SETTINGS.ontology_dir.glob(f"{folder}/*.ttl"))]
    return turtle.read(SETTINGS.ontology_dir / "catalogue.ttl", *files)


@cache
def shapes() -> shacl.Shapes:
    return shacl.Shapes.from_file(str(SHAPES))


def complaints(described: rdflib.Graph) -> Iterator[str]:
    """Results about what `described` itself says, false alarms left out."""
    whole = rdflib.Graph(bind_namespaces="none")
    for graph in (described, words()):
        for triple in graph:
            whole.add(triple)
    own = {node.n3() for node in described.subjects() if isinstance(node, URIRef)}
    for one in shapes().validate_text(whole.serialize(format="nt"), format="ntriples").results:
        if one.focus_node.startswith("_:") or one.focus_node in own:
            line = f"{one.focus_node} {one.path} {one.component} {one.value or ''}"
            if not any(alarm["path"] in line for alarm in FALSE_ALARMS.get("alarm", [])):
                yield line


@pytest.mark.parametrize("name", NAMES)
def test_a_description_passes_dcat_ap(name: str) -> None:
    described = turtle.read(SETTINGS.datasets_dir / name / "dataset.ttl", CATALOGUE)
    assert sorted(complaints(described)) == []


def test_the_published_catalogue_passes_dcat_ap(published: Settings) -> None:
    generation = Generations(published.data_dir).current()
    assert generation is not None
    with Columns(generation.columns) as columns:
        described = rdflib.Graph(bind_namespaces="none")
        Terms().add(described, without_graph(columns.quads(IRIS.graph("catalogue", OPEN))))
    assert sorted(complaints(described)) == []
    whole = URIRef(IRIS.resolve("catalogue"))
    assert set(described.objects(whole, rdflib.DCAT.dataset)) == {
        URIRef(IRIS.dataset(name)) for name in NAMES
    }
    assert (whole, DCTERMS.modified, None) in described


def test_what_is_missing_or_wrong_is_noticed() -> None:
    described = turtle.read(SETTINGS.datasets_dir / NAMES[0] / "dataset.ttl", CATALOGUE)
    subject = URIRef(IRIS.dataset(NAMES[0]))
    described.remove((subject, DCTERMS.title, None))
    described.set((subject, DCTERMS.spatial, URIRef("https://example.org/nowhere")))
    found = list(complaints(described))
    assert len(found) == 2, found
    assert (subject, RDF.type, rdflib.DCAT.Dataset) in described


def test_the_list_of_false_alarms_is_short_and_explained() -> None:
    alarms = FALSE_ALARMS.get("alarm", [])
    assert len(alarms) <= 5
    assert all(alarm["path"] and alarm["reason"] for alarm in alarms)
