"""An update is seen where another server answers: it has the new generation before that is current."""

import shutil
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from graph.settings import Settings
from graph.stores.generations import Generations
from tests import servers
from tests.updates.conftest import NOTES, NewKey, graph


def test_what_is_written_is_read_from_the_server(place: Settings, new_key: NewKey, tmp_path: Path) -> None:
    headers = new_key(f"{NOTES}:open:write")
    shutil.copytree(place.data_dir, tmp_path / "data", symlinks=True)
    update = f'INSERT DATA {{ GRAPH <{graph(NOTES)}> {{ <urn:one> <urn:says> "xin chào" }} }}'
    with servers.running("oxigraph", tmp_path / "server") as server:
        chosen = place.model_copy(
            update={
                "data_dir": tmp_path / "data",
                "store": server.queries,
                "store_graphs": server.graphs,
                "spare_workers": 0,
            }
        )
        Generations(chosen.data_dir, server=server).complete()
        with TestClient(create_app(chosen)) as client:
            done = client.post("/sparql", data={"update": update}, headers=headers)
            assert done.is_success, done.text
            read = client.get("/sparql", params={"query": "SELECT ?o { <urn:one> ?p ?o }", "format": "csv"})
    assert read.text.split("\r\n") == ["o", "xin chào", ""]
    assert read.headers["lienthong-engine"] == "server"
