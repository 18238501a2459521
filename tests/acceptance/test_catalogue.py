"""The catalogue as harvesters get it."""

from collections.abc import Iterator

import pytest
import rdflib
from fastapi.testclient import TestClient
from rdflib import DCTERMS, RDF, URIRef

from api.app import create_app
from graph.iris import Iris
from graph.settings import Settings

CATALOGUE = URIRef(Iris().resolve("catalogue"))


@pytest.fixture(scope="module")
def client(published: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(published)) as session:
        yield session


@pytest.mark.parametrize(
    ("media_type", "parser"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")]
)
def test_it_holds_every_data_set_and_describes_what_they_mention(
    client: TestClient, published: Settings, media_type: str, parser: str
) -> None:
    answer = client.get("/catalogue", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    graph = rdflib.Graph().parse(data=answer.text, format=parser)
    names = [path.parent.name for path in published.datasets_dir.glob("*/dataset.ttl")]
    data_sets = {URIRef(Iris().dataset(name)) for name in names}
    assert set(graph.objects(CATALOGUE, rdflib.DCAT.dataset)) == data_sets
    assert (CATALOGUE, RDF.type, rdflib.DCAT.Catalog) in graph
    cited = {
        law
        for one in data_sets
        for law in graph.objects(one, URIRef("http://data.europa.eu/r5r/applicableLegislation"))
    }
    assert cited
    assert [law for law in cited if (law, DCTERMS.title, None) not in graph] == []


def test_a_reader_is_led_to_the_page(client: TestClient) -> None:
    answer = client.get("/catalogue", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/datasets")
