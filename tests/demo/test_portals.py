"""Public services, dossiers, auctions, tasks and reports: from made-up files to what the manifest says."""

from collections import Counter
from datetime import date, timedelta

import pytest

from graph.columns import Columns, TextQuad
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo import DatasetManifest, World
from ingest.demo.agencies import load as agencies
from ingest.demo.people import TODAY
from ingest.demo.systems import gov_dossiers, gov_reports, gov_tasks, moj_asset_auctions
from ingest.report import DataSetReport

IRIS = Iris()
WORLD = World(scale=0.2, seed=2025)
ACCESS = {
    "gov-public-services": "open",
    "gov-dossiers": "shared",
    "moj-asset-auctions": "open",
    "gov-tasks": "open",
    "gov-reports": "open",
}
SERVICE, TASK = IRIS.ontology("service"), IRIS.ontology("task")

every = pytest.mark.parametrize("name", ACCESS)


@pytest.fixture(scope="module")
def quads(published: Settings) -> dict[str, list[TextQuad]]:
    current = Generations(published.data_dir).current()
    assert current is not None
    with Columns(current.columns) as columns:
        return {name: list(columns.quads(IRIS.graph(name, access))) for name, access in ACCESS.items()}


@every
def test_nothing_faulty_is_published(
    name: str,
    manifests: dict[str, DatasetManifest],
    reports: dict[str, DataSetReport],
    quads: dict[str, list[TextQuad]],
) -> None:
    faults = manifests[name].faults
    assert reports[name].rejected == sum(fault.kind == "bad-utf8" for fault in faults)
    subjects = {quad.s for quad in quads[name]}
    assert not [one for fault in faults for one in subjects if fault.key in one]


@every
def test_all_of_it_is_in_the_graph_of_its_class(name: str, published: Settings) -> None:
    current = Generations(published.data_dir).current()
    assert current is not None
    assert [graph for graph in current.manifest.graphs if f"/{name}/" in graph] == [
        IRIS.graph(name, ACCESS[name])
    ]


def test_the_latest_line_about_a_dossier_counts(
    manifests: dict[str, DatasetManifest], quads: dict[str, list[TextQuad]]
) -> None:
    found = Counter(quad.o for quad in quads["gov-dossiers"] if quad.p == f"{SERVICE}status")
    wanted = manifests["gov-dossiers"].facts["by status"]
    assert found == {IRIS.code("dossier-status", status): n for status, n in wanted.items() if n}
    assert sum(rows for file, rows in manifests["gov-dossiers"].files.items() if file != "dossiers.ndjson")


def test_tasks_are_of_45_ministries_and_provinces(quads: dict[str, list[TextQuad]]) -> None:
    known = agencies()
    start = IRIS.entity("agency", "")
    keys = {quad.o.removeprefix(start) for quad in quads["gov-tasks"] if quad.p == f"{TASK}assignee"}
    assert len({known.today(known.by_key[key]).key for key in keys}) == 45
    assert any(known.by_key[key].until for key in keys)


def test_69_of_179_regimes_are_integrated() -> None:
    found = gov_reports.regimes()
    assert (len(found), sum(one.is_integrated for one in found)) == (179, 69)
    assert len({one.name for one in found}) == 179


@pytest.mark.parametrize("index", range(0, WORLD.dossiers_count, 7))
def test_a_dossier_goes_forward(index: int) -> None:
    line, life = gov_dossiers.dossier(WORLD, index)
    days = [day for day in (life.submitted, life.accepted, life.ended, life.returned) if day]
    assert days == sorted(days)
    assert date(2025, 1, 1) <= life.submitted <= TODAY
    register = line["noiTiepNhan"]["danhMuc"]
    assert register == ("2025-07-01" if life.submitted >= date(2025, 7, 1) else "2025-01-01")
    order = list(gov_dossiers.STATUSES)
    ranks = [order.index(life.status(life.submitted + timedelta(days=n))) for n in range(60)]
    assert ranks == sorted(ranks) or life.accepted is None


@pytest.mark.parametrize("index", range(80))
def test_an_auction_sells_not_below_the_starting_price(index: int) -> None:
    auction = moj_asset_auctions.auction(WORLD, index)
    assert auction.held is not None
    assert auction.announced <= auction.registration <= auction.held
    for asset in auction.assets:
        assert (asset.final is not None) == (auction.result == "sold")
        assert asset.final is None or asset.final >= asset.start


@pytest.mark.parametrize("index", range(180))
def test_a_task_is_given_to_an_agency_of_its_day(index: int) -> None:
    task = gov_tasks.task(WORLD, index)
    assert task.assignee.exists_on(task.assigned)
    assert task.supporter is None or task.supporter.exists_on(task.assigned)
