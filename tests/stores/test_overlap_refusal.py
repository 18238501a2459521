"""Each fact is declared once: two data sets that state the same triple are not published together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import TextQuad
from graph.errors import OverlapError
from graph.stores.generations import Generations


def name_in(graph: str) -> TextQuad:
    return TextQuad(
        "http://x/unit/1", "http://x/name", "Hà Nội", "http://www.w3.org/2001/XMLSchema#string", None, graph
    )


def test_overlap_is_refused_by_name(
    generations: Generations, version: Callable[..., Path], data_dir: Path
) -> None:
    units = version("units", "1", [name_in("http://x/graph/units/open")])
    agencies = version("agencies", "1", [name_in("http://x/graph/agencies/open")])
    generations.publish({"units": units})
    with pytest.raises(OverlapError) as refused:
        generations.publish({"units": units, "agencies": agencies})
    for text in (refused.value.message.vi, refused.value.message.en):
        for part in ("graph/units/open", "graph/agencies/open", "1 ", "http://x/unit/1", "Hà Nội"):
            assert part in text
    assert refused.value.hint is not None
    assert "once" in refused.value.hint.en
    assert [one.id for one in generations.list()] == ["g000001"]
    assert generations.require_current().id == "g000001"
    assert {path.name for path in (data_dir / "generations").iterdir()} == {"g000001"}


def test_blank_nodes_of_two_data_sets_do_not_overlap(
    generations: Generations, version: Callable[..., Path]
) -> None:
    def blank(dataset: str) -> Path:
        graph = f"http://x/graph/{dataset}/open"
        return version(dataset, "1", [TextQuad("_:b", "http://x/p", "http://x/o", None, None, graph)])

    published = generations.publish({"units": blank("units"), "agencies": blank("agencies")})
    assert published.manifest.quads == 2
