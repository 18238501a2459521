"""One question of the catalogue gives the series of a data set."""

import json

from graph import queries
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.oxigraph import OxigraphStore
from ingest import pipeline
from tests.quality.conftest import AGENCIES, REGIMES, Write, regime


def test_one_query_answers_the_series(place: Settings, write: Write, agencies: None) -> None:
    expected = []
    for wrong in (2, 1, 0):
        rows = [regime(number) for number in range(1, 21 - wrong)]
        faulty = [regime(number, recipient="none") for number in range(21 - wrong, 21)]
        write(REGIMES, [*rows, *faulty])
        report = pipeline.run(place)
        version = next(one.version for one in report.datasets if one.name == REGIMES)
        expected.append((version, str(20 - wrong), "20"))
    question = queries.read(place.queries_dir / "quality-over-time.rq", base=place.base_iri)
    found = ask(place, question.asking({"dataset": f"{place.base_iri}dataset/{REGIMES}"}))
    valid = [row for row in found if row["metric"] == "tỷ lệ nút hợp lệ"]
    assert [(row["version"], row["part"], row["whole"]) for row in valid] == expected
    assert [row["value"] for row in valid] == ["0.9", "0.95", "1"]
    assert {row["dimension"] for row in found} == {
        "đầy đủ",
        "không trùng lặp",
        "hợp lệ",
        "kịp thời",
        "nhất quán",
        "liên kết",
    }
    of_agencies = ask(place, question.asking({"dataset": f"{place.base_iri}dataset/{AGENCIES}"}))
    assert len({row["version"] for row in of_agencies}) == 1


def ask(place: Settings, query: str) -> list[dict[str, str]]:
    current = Generations(place.data_dir).require_current()
    graphs = list(current.manifest.graphs)
    answer = OxigraphStore.open(current.oxigraph).query(
        query,
        default_graph=graphs,
        named_graphs=graphs,
        media_type="application/sparql-results+json",
        max_bytes=1_000_000,
    )
    rows = json.loads(answer)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]
