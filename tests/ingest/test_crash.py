"""`kill -9` at every step of publishing: the old generation stays, the next run succeeds."""

import signal
from collections.abc import Callable
from pathlib import Path

from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, versions
from tests.ingest.dying import Dying


def test_every_step(
    place: Settings, folder: Path, edit: Callable[[str, str, str], None], dying: Dying
) -> None:
    pipeline.run(place)
    generations = Generations(place.data_dir)
    before = generations.require_current().id
    edit("data/items.csv", "Mục thứ hai", "Mục hai")
    steps: list[str] = []
    for step in range(100):
        code, steps = dying.run(place, step)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        current = generations.require_current()
        if current.id != before:
            # Only the last steps come after the switch; then the new generation is whole.
            assert current.columns.exists()
            break
        assert {one.id for one in generations.list()} == {before}
        for entry in current.manifest.datasets.items():
            assert (versions.folder_of(place, entry[0]) / entry[1].version / versions.COLUMNS).exists()
    assert len(steps) > 5, steps
    assert pipeline.run(place).failed is False
    assert generations.require_current().id != before
    leftovers = [path.name for path in place.data_dir.rglob(".building-*")]
    assert leftovers == []


def test_a_store_that_was_not_loaded_is_loaded_by_the_next_run(
    place: Settings, folder: Path, dying: Dying
) -> None:
    code, _ = dying.run(place, "load")
    assert code == -signal.SIGKILL
    served = Generations(place.data_dir).require_current()
    assert not served.is_loaded

    again = pipeline.run(place)
    assert not again.failed
    assert {one.outcome for one in again.datasets} == {"unchanged"}
    assert Generations(place.data_dir).require_current() == served
    assert served.is_loaded
