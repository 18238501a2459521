"""Publishing, going back, pruning."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.columns import Columns, TextQuad
from graph.errors import NoGenerationError, SourceError, UnknownNameError
from graph.stores.generations import Generations
from graph.stores.manifest import DatasetEntry, GraphEntry, Manifest

Version = Callable[..., Path]
GRAPH = "http://x/graph/{}/{}"


def quad(dataset: str, subject: str, access: str = "open") -> TextQuad:
    return TextQuad(
        f"http://x/{subject}", "http://x/p", "http://x/o", None, None, GRAPH.format(dataset, access)
    )


@pytest.fixture
def units(version: Version) -> dict[str, Path]:
    return {"units": version("units", "1", [quad("units", "a"), quad("units", "b", "restricted")])}


def test_before_the_first_publication(generations: Generations) -> None:
    assert generations.current() is None
    assert generations.list() == []
    with pytest.raises(NoGenerationError):
        generations.require_current()
    with pytest.raises(NoGenerationError):
        generations.rollback()


def test_a_generation_holds_its_versions(
    generations: Generations, units: dict[str, Path], version: Version
) -> None:
    agencies = version("agencies", "2025-03", [quad("agencies", "c")])
    published = generations.publish({**units, "agencies": agencies})
    assert published == generations.current()
    assert published.manifest.datasets == {
        "units": DatasetEntry("1", 2, (GRAPH.format("units", "open"), GRAPH.format("units", "restricted"))),
        "agencies": DatasetEntry("2025-03", 1, (GRAPH.format("agencies", "open"),)),
    }
    assert published.manifest.graphs == {
        GRAPH.format("units", "open"): GraphEntry(1, "open", {"http://x/p": ()}, (), ()),
        GRAPH.format("units", "restricted"): GraphEntry(1, "restricted", {"http://x/p": ()}, (), ()),
        GRAPH.format("agencies", "open"): GraphEntry(1, "open", {"http://x/p": ()}, (), ()),
    }
    assert (published.manifest.quads, published.manifest.previous) == (3, None)
    assert datetime.now(UTC) - datetime.fromisoformat(published.manifest.created) < timedelta(minutes=5)
    assert Manifest.load(published.path / "manifest.json") == published.manifest
    with Columns(published.columns) as columns:
        assert {one.s for one in columns.quads()} == {"http://x/a", "http://x/b", "http://x/c"}
    assert ox.Store.read_only(str(published.oxigraph)).query(
        "ASK { <http://x/c> ?p ?o }", use_default_graph_as_union=True
    )


def test_nothing_else_is_left_in_the_data_folder(
    generations: Generations, units: dict[str, Path], data_dir: Path
) -> None:
    generations.publish(units)
    assert {path.name for path in data_dir.iterdir()} == {"current", "datasets", "generations", "writer.lock"}
    assert {path.name for path in (data_dir / "generations").iterdir()} == {"g000001"}
    assert {path.name for path in (data_dir / "generations" / "g000001").iterdir()} == {
        "manifest.json",
        "counts.json",
        "search.sqlite",
        "columns.duckdb",
        "wide.duckdb",
        "oxigraph",
    }


def test_the_data_folder_can_be_moved(
    generations: Generations, units: dict[str, Path], data_dir: Path, tmp_path: Path
) -> None:
    generations.publish(units)
    data_dir.rename(tmp_path / "elsewhere")
    assert Generations(tmp_path / "elsewhere").require_current().columns.is_file()


def test_rolling_back_and_publishing_again(generations: Generations, units: dict[str, Path]) -> None:
    for _ in range(3):
        generations.publish(units)
    assert generations.rollback().id == "g000002"
    assert generations.require_current().id == "g000002"
    assert generations.publish(units).id == "g000004"
    # g000003 was taken back, so what came before g000004 is g000002.
    assert generations.rollback().id == "g000002"
    assert generations.rollback("g000003").id == "g000003"
    assert [one.id for one in generations.list()] == ["g000001", "g000002", "g000003", "g000004"]


def test_the_first_generation_has_none_before(generations: Generations, units: dict[str, Path]) -> None:
    generations.publish(units)
    with pytest.raises(NoGenerationError, match="g000001"):
        generations.rollback()
    assert generations.require_current().id == "g000001"


def test_an_unknown_generation_is_named(generations: Generations, units: dict[str, Path]) -> None:
    generations.publish(units)
    for ask in (generations.get, generations.rollback):
        with pytest.raises(UnknownNameError, match="g000009"):
            ask("g000009")


def test_pruning_keeps_the_newest_and_the_current(generations: Generations, units: dict[str, Path]) -> None:
    for _ in range(4):
        generations.publish(units)
    generations.rollback("g000001")
    assert generations.prune(2, dry_run=True) == ["g000002"]
    assert len(generations.list()) == 4
    assert generations.prune(0) == ["g000002", "g000003"]
    assert [one.id for one in generations.list()] == ["g000001", "g000004"]
    assert generations.require_current().columns.is_file()
    assert generations.publish(units).id == "g000005"


def test_rolling_back_past_a_pruned_generation(generations: Generations, units: dict[str, Path]) -> None:
    for _ in range(3):
        generations.publish(units)
    generations.rollback("g000001")
    generations.publish(units)
    generations.rollback("g000004")
    generations.prune(2)
    assert generations.rollback().id == "g000003"


def test_a_version_that_cannot_be_read_publishes_nothing(
    generations: Generations, units: dict[str, Path], tmp_path: Path, data_dir: Path
) -> None:
    generations.publish(units)
    with pytest.raises(SourceError):
        generations.publish({**units, "absent": tmp_path / "absent"})
    assert generations.require_current().id == "g000001"
    assert {path.name for path in (data_dir / "generations").iterdir()} == {"g000001"}


def test_a_data_folder_made_anew_is_read_anew(
    generations: Generations, units: dict[str, Path], version: Version, data_dir: Path
) -> None:
    generations.publish(units)
    data_dir.rename(data_dir.with_name("old"))
    generations.publish({"other": version("other", "1", [quad("other", "z")])})
    assert set(generations.require_current().manifest.datasets) == {"other"}


def test_what_a_dead_writer_left_is_removed(
    generations: Generations, units: dict[str, Path], data_dir: Path
) -> None:
    generations.publish(units)
    for name in (".building-g000002", ".removing-g000001"):
        (data_dir / "generations" / name / "oxigraph").mkdir(parents=True)
    (data_dir / ".switching").symlink_to("generations/g000001")
    with generations.writing():
        pass
    assert {path.name for path in (data_dir / "generations").iterdir()} == {"g000001"}
    assert {path.name for path in data_dir.iterdir()} == {"current", "datasets", "generations", "writer.lock"}


def test_a_generation_of_another_release_is_refused_with_a_hint(
    generations: Generations, units: dict[str, Path]
) -> None:
    published = generations.publish(units)
    manifest = published.path / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    for graph in told["graphs"].values():
        del graph["neighbours"]
    manifest.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        generations.current()
    assert "another release" in refused.value.message.en
    assert refused.value.hint is not None
