"""Data sets that are kept by updates: a folder without a mapping, which runs leave alone."""

import pytest

from graph.errors import OntologyError, ParameterError
from graph.settings import Settings
from ingest import conformance, pipeline, scaffold
from ingest import dataset as datasets


def test_their_folder_conforms_as_it_is_made(place: Settings) -> None:
    folder = scaffold.create_kept_by_update("test-notices", place)
    known = datasets.discover(place)
    assert known["test-notices"].is_kept_by_update
    with conformance.kit(known, place) as kit:
        assert kit.check(known["test-notices"]) == []
    (folder / "README.md").unlink()
    with conformance.kit(known, place) as kit:
        assert [one.rule for one in kit.check(known["test-notices"])] == ["files"]


def test_runs_leave_them_alone_and_say_so_when_they_are_named(place: Settings) -> None:
    scaffold.create_kept_by_update("test-notices", place)
    assert pipeline.run(place, dry_run=True).datasets == []
    with pytest.raises(ParameterError, match="kept by updates"):
        pipeline.run(place, ["test-notices"])


def test_unknown_ways_to_be_kept_are_refused(place: Settings) -> None:
    description = scaffold.create_kept_by_update("test-notices", place) / "dataset.ttl"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace('keptBy "update"', 'keptBy "hand"'), encoding="utf-8")
    with pytest.raises(OntologyError, match="mapping, update"):
        datasets.discover(place)
