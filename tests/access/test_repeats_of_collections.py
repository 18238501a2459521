"""A resource and a page are given again before the request is read, and not to whoever may not see them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.stores.generations import Generations
from tests.access.conftest import BASE
from tests.access.test_repeats import Service, ask, serving

ITEM, PAGE = "/api/v1/report-regimes/BC-907", "/api/v1/report-regimes?q=mat%20danh&count=true"
SECRET = "Mật danh 7".encode()


@pytest.fixture(scope="module")
def service(guarded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("repeated") / "data"
    shutil.copytree(guarded.data_dir, folder, symlinks=True)
    with serving(guarded.model_copy(update={"data_dir": folder})) as made:
        yield made


def request(address: str, key: str = "") -> bytes:
    shown = f"X-API-Key: {key}\r\n" if key else ""
    return f"GET {address} HTTP/1.1\r\nHost: t\r\n{shown}\r\n".encode()


@pytest.mark.parametrize("address", [ITEM, PAGE])
def test_who_may_not_see_it_is_not_given_it_again(service: Service, address: str) -> None:
    name, key = service.key()
    link = service.connect()
    before = [body for _, body in ask(link, request(address), 4)]
    answers = ask(link, request(address, key), 5)
    assert service.repeated[-2:] == [True, True]
    assert len({body for _, body in answers}) == 1
    assert SECRET in answers[-1][1]
    assert answers[-1][0].headers["cache-control"].startswith("private")
    after = [body for _, body in ask(link, request(address), 4)]
    assert not any(SECRET in body for body in (*before, *after))
    service.keys.revoke(name)
    [(response, body)] = ask(service.connect(), request(address, key))
    assert response.status == 401
    assert SECRET not in body


def test_an_earlier_generation_and_what_has_changed_are_read_each_time(service: Service) -> None:
    """They are there as long as they are kept, which the current generation does not say."""
    link, (_, key) = service.connect(), service.key()
    kept = Generations(service.data).lineage()
    ways = [f"{ITEM}?generation={kept[0].id}"] if len(kept) > 1 else []
    for address in (*ways, f"/api/v1/report-regimes?changedSince={kept[-1].id}"):
        ask(link, request(address, key), 4)
        assert not any(service.repeated[-4:]), address


def test_a_publication_ends_it(service: Service, tmp_path: Path) -> None:
    link, (_, key) = service.connect(), service.key()
    assert SECRET in ask(link, request(ITEM, key), 4)[-1][1]
    assert service.repeated[-1]
    with Builder(tmp_path / "columns.duckdb") as builder:
        builder.stage([TextQuad("urn:s", "urn:p", "urn:o", None, None, f"{BASE}graph/other/open")])
        builder.finish()
    Generations(service.data).publish({"other": tmp_path})
    [(response, body)] = ask(link, request(ITEM, key))
    assert response.status == 404
    assert SECRET not in body
