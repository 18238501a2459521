"""What is measured of the bundled data sets is what was planted in them."""

from collections import Counter

import pytest

from graph import settings
from graph.quality import Measurement, trends
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import dataset as datasets
from ingest import versions
from ingest.demo import Manifest
from ingest.quality import series
from ingest.report import RunReport

NAMES = list(datasets.discover(settings.load()))


def measured(chosen: Settings, name: str) -> dict[str, Measurement]:
    folder = versions.published(chosen, Generations(chosen.data_dir).require_current(), series.NAME)
    assert folder is not None
    found = trends(series.read(folder, name, base=chosen.base_iri))
    return {one.metric: one.latest.measurement for one in found}


def missing(measurement: Measurement) -> int:
    assert measurement.part is not None
    assert measurement.whole is not None
    return measurement.whole - measurement.part


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_valid_is_what_was_quarantined(bundled: tuple[Settings, RunReport], name: str) -> None:
    chosen, report = bundled
    (one,) = [one for one in report.datasets if one.name == name]
    assert missing(measured(chosen, name)["validShare"]) == one.quarantined


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_unique_is_what_was_planted_twice(published: Settings, name: str) -> None:
    manifest = Manifest.load(published.sources_dir)
    assert manifest is not None
    one = manifest.datasets.get(name)
    planted = Counter(fault.kind for fault in one.faults) if one is not None else Counter[str]()
    assert missing(measured(published, name)["uniqueShare"]) == planted["duplicate-key"]
