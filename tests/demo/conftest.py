"""What was made up and what came of it, by data set."""

import pytest

from graph.settings import Settings
from ingest.demo import DatasetManifest, Manifest
from ingest.report import DataSetReport, RunReport


@pytest.fixture(scope="session")
def manifests(published: Settings) -> dict[str, DatasetManifest]:
    whole = Manifest.load(published.sources_dir)
    assert whole is not None
    return whole.datasets


@pytest.fixture(scope="session")
def reports(bundled: tuple[Settings, RunReport]) -> dict[str, DataSetReport]:
    return {one.name: one for one in bundled[1].datasets}
