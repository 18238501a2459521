"""Numbers that the made-up systems of indicators and platforms must keep, since the real ones are known."""

import csv
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import rdflib
from rdflib import SKOS, URIRef

from graph import turtle
from graph.iris import Iris
from ingest.demo.manifest import DatasetManifest
from ingest.demo.systems import (
    gov_indicators,
    mst_digital_platforms,
    mst_network,
    mst_sharing_services,
    mst_training,
)
from ingest.demo.world import World

ROOT = Path(__file__).resolve().parents[2]
SMALL = World(scale=0.05, seed=2025)


def notations(scheme: str) -> set[str]:
    graph: rdflib.Graph = turtle.read(ROOT / "ontology" / "codelists" / f"{scheme}.ttl")
    listed = graph.subjects(SKOS.inScheme, URIRef(Iris().code(scheme)))
    return {str(graph.value(one, SKOS.notation)) for one in listed}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_210_indicators_in_four_sets_of_15_ministries_and_of_localities(tmp_path: Path) -> None:
    indicators = gov_indicators.load()
    gov_indicators.write(SMALL, tmp_path, DatasetManifest("gov-indicators"))
    listed = rows(tmp_path / gov_indicators.LIST)
    assert len(listed) == len({one.slug for one in indicators}) == 210
    sets = {row["bo_chi_tieu"] for row in listed}
    assert len(sets) == 4
    assert sets <= notations("indicator-set")
    assert {row["don_vi_tinh"] for row in listed} <= notations("unit-of-measure")
    assert len({one.reporter for one in indicators} - {"locality"}) == 15


def test_a_month_is_reported_by_the_provinces_that_were_there(tmp_path: Path) -> None:
    gov_indicators.write(World(1, 2025), tmp_path, DatasetManifest("gov-indicators"))
    provinces: dict[str, set[tuple[str, str]]] = {}
    for row in rows(tmp_path / gov_indicators.VALUES):
        if row["loai"] == gov_indicators.LOCALITY and row["ma_don_vi"] != gov_indicators.NO_PROVINCE:
            provinces.setdefault(row["ky"], set()).add((row["danh_muc"], row["ma_don_vi"]))
    assert {month: len(codes) for month, codes in provinces.items()} == {
        **dict.fromkeys(("2025-04", "2025-05", "2025-06"), 63),
        **dict.fromkeys(("2025-07", "2025-08", "2025-09"), 34),
    }


@pytest.mark.parametrize("scale", [0.05, 1, 7])
def test_at_every_scale_as_many_officials_were_trained(scale: float, tmp_path: Path) -> None:
    manifest = DatasetManifest("mst-training")
    mst_training.write(World(scale, 2025), tmp_path, manifest)
    assert sum(manifest.facts["trainees by topic"].values()) == mst_training.TRAINED == 117_100
    sheet = openpyxl.load_workbook(tmp_path / mst_training.FILE)[mst_training.SHEET]
    faulty = {fault.key for fault in manifest.faults}
    persons = [row[8] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] not in faulty]
    assert sum(persons) == 117_100


def test_every_district_and_about_97_percent_of_communes_are_on_the_network(tmp_path: Path) -> None:
    manifest = DatasetManifest("mst-network")
    mst_network.write(World(1, 2025), tmp_path, manifest)
    points = manifest.facts["points by level"]
    assert (points[mst_network.PROVINCE], points[mst_network.DISTRICT]) == (63, 696)
    assert points[mst_network.COMMUNE] / 10_035 == pytest.approx(0.97, abs=0.005)


def test_eight_databases_and_twelve_systems_serve_more_than_ninety(tmp_path: Path) -> None:
    manifest = DatasetManifest("mst-sharing-services")
    mst_sharing_services.write(SMALL, tmp_path, manifest)
    systems = json.loads((tmp_path / mst_sharing_services.SYSTEMS).read_text(encoding="utf-8"))["heThong"]
    serving = Counter("CSDL" in one["loai"] for one in systems if "dichVu" in one)
    assert serving == {True: 8, False: 12}
    assert manifest.facts["connected systems"] > 90


def test_there_are_more_than_fifty_platforms_of_known_categories(tmp_path: Path) -> None:
    manifest = DatasetManifest("mst-digital-platforms")
    mst_digital_platforms.write(SMALL, tmp_path, manifest)
    assert manifest.entities["platform:DigitalPlatform"] > 50
    assert set(mst_digital_platforms.CATEGORIES) == notations("platform-category")
    assert set(mst_digital_platforms.STATUSES) == notations("platform-status")
