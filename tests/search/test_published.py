"""Every generation has its index; one that an earlier release made gets it by the next run."""

from pathlib import Path

from graph.search import Index, Query
from graph.stores.generations import Generation, Generations
from ingest import pipeline
from tests.quality.conftest import AGENCIES, MINISTRIES, rows, settings_in


def found(generation: Generation, text: str) -> list[str]:
    graphs = frozenset(generation.manifest.graphs)
    hits = Index(generation.search, seconds=30).find(Query(text, graphs, graphs), 5)
    return [hit.names["vi"] for hit in hits if "/id/agency/" in hit.iri]


def test_a_run_makes_the_index_anew_and_one_without_news_only_where_there_is_none(tmp_path: Path) -> None:
    place = settings_in(tmp_path)
    generations = Generations(place.data_dir)
    rows(place, AGENCIES, MINISTRIES)
    pipeline.run(place)
    first = generations.require_current()
    assert found(first, "bo tai chinh") == ["Bộ Tài chính"]

    pipeline.run(place)
    assert generations.require_current().id == first.id

    first.search.unlink()
    pipeline.run(place)
    second = generations.require_current()
    assert second.id != first.id
    assert found(second, "bo tai chinh") == ["Bộ Tài chính"]

    rows(place, AGENCIES, ("mof,Bộ Kinh tế", *MINISTRIES[1:]))
    pipeline.run(place)
    third = generations.require_current()
    assert found(third, "bo tai chinh") == []
    assert found(third, "BO KINH TE") == ["Bộ Kinh tế"]
