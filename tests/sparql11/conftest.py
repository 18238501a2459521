"""The data of all query tests of the suite as named graphs of one generation, behind one service."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sparql11 import service, suite

PROTOCOL = "http://kasei.us/2009/09/sparql/data/data"
"""Behind it the number of a graph of the protocol's tests: 0 is not there."""


@pytest.fixture(scope="session")
def suite_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    names = {name for case in suite.cases() for name in (*case.default, *case.named)}
    folder = tmp_path_factory.mktemp("sparql11") / "data"
    graphs = {name: service.triples(suite.local(name), name) for name in sorted(names)}
    for number in (1, 2, 3):
        file = suite.FOLDER / "protocol" / f"data{number}.nt"
        graphs[f"{PROTOCOL}{number}.rdf"] = service.triples(file, suite.BASE)
    service.publish(folder, graphs)
    with service.serve(folder, {*graphs, f"{PROTOCOL}0.rdf", service.NOTHING}) as client:
        yield client
