"""A run that is killed is taken up by the next, which gives the graph of a run that was never killed."""

import os
import signal
import threading
from pathlib import Path

import pytest

from graph.columns import Columns
from graph.errors import WriterBusyError
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.lock import writer_lock
from ingest import pipeline, scaffold
from tests.ingest.dying import Dying


def run_and_die(dying: Dying, settings: Settings, step: str) -> None:
    """Runs the pipeline in a process that is killed when it comes to `step`."""
    code, steps = dying.run(settings, step, jobs=1)
    assert code == -signal.SIGKILL, steps


def quads(settings: Settings) -> set[tuple[object, ...]]:
    """All quads; those of the catalogue tell the time of each version."""
    with Columns(Generations(settings.data_dir).require_current().columns) as columns:
        return {tuple(quad) for quad in columns.quads() if "/catalogue/" not in quad.g}


@pytest.mark.parametrize(
    ("step", "taken_up"),
    [
        ("built test-items", {"test-items"}),
        ("validated", {"test-items", "test-others"}),
        ("keep test-others", {"test-items", "test-others"}),
        ("reference shapes", {"test-items", "test-others"}),
    ],
)
def test_what_was_finished_is_taken_up(
    place: Settings, folder: Path, dying: Dying, tmp_path: Path, step: str, taken_up: set[str]
) -> None:
    scaffold.create("test-others", place)
    run_and_die(dying, place, step)
    report = pipeline.run(place)
    assert {one.name for one in report.datasets if one.taken_up} == taken_up
    assert {one.outcome for one in report.datasets} == {"published"}
    undisturbed = place.model_copy(update={"data_dir": tmp_path / "undisturbed"})
    plain = pipeline.run(undisturbed)
    assert quads(place) == quads(undisturbed)
    counts = [[(one.rows, one.quads, one.accounts) for one in run.datasets] for run in (report, plain)]
    assert counts[0] == counts[1]
    left = [path for path in place.data_dir.rglob("*") if path.name.startswith((".resum", "resum", "built"))]
    assert left == []


def test_a_source_of_several_files_is_taken_up(place: Settings, folder: Path, dying: Dying) -> None:
    items = folder / "data" / "items.csv"
    header, first, *_ = items.read_text(encoding="utf-8").splitlines()
    mapping = folder / "mapping.rml.ttl"
    text = mapping.read_text(encoding="utf-8")
    key = header.split(",")[0]
    assert "rml:referenceFormulation rml:CSV" in text
    mapping.write_text(
        text.replace(
            "rml:referenceFormulation rml:CSV",
            "rml:referenceFormulation rml:CSV ; <https://lienthong.gov.vn/ont/ingest#delta> "
            '[ <https://lienthong.gov.vn/ont/ingest#files> "items-*.csv" ; '
            f'<https://lienthong.gov.vn/ont/ingest#key> "{key}" ]',
        ),
        encoding="utf-8",
    )
    (folder / "data" / "items-1.csv").write_text(f"{header}\n{first}\n", encoding="utf-8")
    run_and_die(dying, place, "built test-items")
    (taken,) = pipeline.run(place).datasets
    assert (taken.taken_up, taken.outcome) == (True, "published")
    assert set(taken.accounts) >= {"items", "items:items-1.csv"}
    assert [one.outcome for one in pipeline.run(place).datasets] == ["unchanged"]


def test_other_inputs_are_not_taken_up(place: Settings, folder: Path, dying: Dying) -> None:
    run_and_die(dying, place, "validated")
    items = folder / "data" / "items.csv"
    items.write_text(items.read_text(encoding="utf-8") + "C,Mục ba,Third item\n", encoding="utf-8")
    (one,) = pipeline.run(place).datasets
    assert (one.taken_up, one.quads) == (False, 12)


def test_nothing_is_taken_up_that_nobody_wants(place: Settings, folder: Path, dying: Dying) -> None:
    run_and_die(dying, place, "validated")
    (one,) = pipeline.run(place, resume=False).datasets
    assert (one.taken_up, one.outcome) == (False, "published")


def test_a_second_run_is_refused_and_told_by_whom(place: Settings, folder: Path) -> None:
    with (
        writer_lock(place.data_dir / "writer.lock"),
        pytest.raises(WriterBusyError, match=rf"pid {os.getpid()}, since 20\d\d-"),
    ):
        pipeline.run(place)


def test_a_second_run_waits_for_the_first(place: Settings, folder: Path) -> None:
    held = writer_lock(place.data_dir / "writer.lock")
    held.__enter__()
    release = threading.Timer(1.0, held.__exit__, (None, None, None))
    release.start()
    assert pipeline.run(place, wait=60).count("published") == 1
    release.join()


def test_since_leaves_older_sources_out(place: Settings, folder: Path) -> None:
    first = pipeline.run(place)
    old = (folder / "data" / "items.csv").stat().st_mtime - 1_000_000
    for path in folder.rglob("*"):
        os.utime(path, (old, old))
    scaffold.create("test-others", place)
    assert [one.name for one in pipeline.run(place, changed_since=first.id).datasets] == ["test-others"]
    assert [one.name for one in pipeline.run(place, changed_since="2000-01-01").datasets] == [
        "test-items",
        "test-others",
    ]
