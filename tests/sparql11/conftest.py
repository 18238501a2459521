"""The data of all query tests of the suite as named graphs of one generation, behind one service."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sparql11 import service, suite


@pytest.fixture(scope="session")
def suite_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    names = {name for case in suite.cases() for name in (*case.default, *case.named)}
    folder = tmp_path_factory.mktemp("sparql11") / "data"
    service.publish(folder, {name: service.triples(suite.local(name), name) for name in sorted(names)})
    with service.serve(folder, {*names, service.NOTHING}) as client:
        yield client
