"""The last generations stay, with their versions; what they do not need goes."""

from collections.abc import Callable
from pathlib import Path

from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, retention

Edit = Callable[[str, str, str], None]


def names(settings: Settings) -> tuple[list[str], int]:
    """The generations there are, and how many versions of the data set."""
    versions = list((settings.data_dir / "datasets" / "test-items").iterdir())
    return [one.id for one in Generations(settings.data_dir).list()], len(versions)


def publish_often(settings: Settings, edit: Edit, times: int) -> None:
    pipeline.run(settings)
    for number in range(1, times):
        before = f"Mục thứ hai {number - 1}" if number > 1 else "Mục thứ hai"
        edit("data/items.csv", before, f"Mục thứ hai {number}")
        assert pipeline.run(settings).generation


def test_old_generations_go_by_themselves(place: Settings, folder: Path, edit: Edit) -> None:
    kept = place.model_copy(update={"generations_kept": 2})
    publish_often(kept, edit, 4)
    assert names(kept) == (["g000003", "g000004"], 2)


def test_pruning_by_hand_never_takes_the_current_one(place: Settings, folder: Path, edit: Edit) -> None:
    publish_often(place, edit, 3)
    generations = Generations(place.data_dir)
    generations.rollback("g000001")
    told = retention.prune(place, generations, 1, dry_run=True)
    assert told[0] == "g000002"
    assert names(place) == (["g000001", "g000002", "g000003"], 3)
    assert retention.prune(place, generations, 1) == told
    assert names(place) == (["g000001", "g000003"], 2)
    assert generations.require_current().id == "g000001"
