"""The questions across agencies: each is answered, in the shape it says, with the numbers made up."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from graph import queries, settings
from graph.access import up_to
from graph.iris import Iris
from graph.queries import Column, SavedQuery
from graph.settings import Settings
from graph.sparql.results import Term
from graph.stores.generations import Generations
from graph.stores.oxigraph import OxigraphStore
from ingest.demo import Manifest

QUERIES = {path.stem: path for path in sorted(settings.load().queries_dir.glob("*.rq"))}
Row = dict[str, dict[str, Any]]
IRIS = Iris()
FIGURES = [
    # observation, value, part, whole
    ("services-eligible-for-level-4/2022-11", 97, None, None),
    ("services-with-dossiers/2022-11", 68, None, None),
    ("dossiers-processed-online/2022-11", 43, None, None),
    ("integrated-report-regimes/2022-11", 38.5, 69, 179),
    ("information-centre-indicators/2022-11", 210, None, None),
    ("information-centre-ministries/2022-11", 15, None, None),
    ("information-centre-localities/2022-11", 63, 63, 63),
    ("serving-databases/2022-11", 8, None, None),
    ("serving-systems/2022-11", 12, None, None),
    ("connected-systems/2022-11", 90, None, None),
    ("network-communes-connected/2022-11", 97, None, None),
    ("officials-trained/2022", 117_100, None, None),
    ("online-service-index-rank/2022", 76, None, 193),
]
FIGURE = """
PREFIX core: <https://lienthong.gov.vn/ont/core#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX indicator: <https://lienthong.gov.vn/ont/indicator#>
SELECT ?value ?count ?of (SAMPLE(?origin) AS ?source) WHERE {
  VALUES ?figure { <OBSERVATION> }
  ?figure core:isGenerated false ; indicator:value ?value ; indicator:publishedOn ?day ; dct:source ?origin .
  OPTIONAL { ?figure indicator:numerator ?count }
  OPTIONAL { ?figure indicator:denominator ?of }
} GROUP BY ?value ?count ?of
"""


@cache
def question(name: str) -> SavedQuery:
    return queries.read(QUERIES[name])


@pytest.fixture(scope="module")
def manifest(published: Settings) -> Manifest:
    found = Manifest.load(published.sources_dir)
    assert found is not None
    return found


class Asker:
    """Somebody who may see every graph."""

    def __init__(self, chosen: Settings) -> None:
        current = Generations(chosen.data_dir).current()
        assert current is not None
        self._store = OxigraphStore.open(current.oxigraph)
        self._graphs = list(current.manifest.graphs)
        self._answers: dict[str, list[Row]] = {}

    def __call__(self, name: str, **values: str) -> list[Row]:
        """Each question is asked once, however many tests look at its answer."""
        text = question(name).asking(values)
        if text not in self._answers:
            self._answers[text] = self.text(text)
        return self._answers[text]

    def text(self, query: str, access: str = "restricted") -> list[Row]:
        graphs = up_to(access, self._graphs).graphs
        answer = self._store.query(
            query,
            default_graph=graphs,
            named_graphs=graphs,
            media_type="application/sparql-results+json",
            max_bytes=8_000_000,
        )
        rows: list[Row] = json.loads(answer)["results"]["bindings"]
        return rows


@pytest.fixture(scope="module")
def ask(published: Settings) -> Asker:
    return Asker(published)


def total(rows: list[Row], column: str) -> int:
    return sum(int(float(row[column]["value"])) for row in rows)


def fits(column: Column, row: Row) -> bool:
    cell = row.get(column.name)
    return column.admits(Term(cell["type"], cell["value"], cell.get("datatype")) if cell else None)


def test_there_are_enough_and_they_reach_across_agencies() -> None:
    assert len(QUERIES) >= 25
    words = Counter(
        word
        for path in QUERIES.values()
        for word in ("OPTIONAL", "NOT EXISTS", "GROUP BY", "core:succeededBy*", "place:within+", "CONTAINS")
        if word in path.read_text(encoding="utf-8")
    )
    assert len(words) == 6, words
    assert sum(bool(question(name).parameters) for name in QUERIES) >= 8


@pytest.mark.parametrize("name", QUERIES)
def test_a_question_is_answered_in_the_shape_it_says(name: str, ask: Asker) -> None:
    rows = ask(name)
    columns = question(name).answer
    assert columns
    assert rows
    names = {column.name for column in columns}
    assert [row for row in rows if not set(row) <= names] == []
    wrong = [(column, row) for row in rows for column in columns if not fits(column, row)]
    assert wrong[:3] == []


@pytest.mark.parametrize("name", QUERIES)
def test_whoever_may_read_what_it_states_has_the_whole_answer(name: str, ask: Asker) -> None:
    stated = question(name).access
    assert stated
    if stated != "restricted":
        assert alike(ask.text(question(name).text, stated)) == alike(ask(name))


def alike(rows: list[Row]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_what_a_province_has_adds_up_to_what_was_made_up(ask: Asker, manifest: Manifest) -> None:
    rows = ask("province-at-a-glance")
    made_up = {kind: n for one in manifest.datasets.values() for kind, n in one.entities.items()}
    assert total(rows, "households") == made_up["person:Household"]
    assert total(rows, "enterprises") == made_up["business:Enterprise"]
    assert total(rows, "dossiers") == made_up["service:Dossier"]
    assert total(rows, "assets") == made_up["property:Asset"]
    assert total(rows, "connections") == manifest.datasets["mst-network"].facts["points by level"]["Xã"]


def test_old_codes_lose_nobody_on_the_way_to_the_communes_of_today(ask: Asker, manifest: Manifest) -> None:
    rows = ask("assistance-by-commune-of-today")
    facts = manifest.datasets["longan-shared-data"].facts
    assert total(rows, "beneficiaries") == facts["beneficiaries in the last month"]


def test_every_request_has_its_purposes(ask: Asker, manifest: Manifest) -> None:
    made_up = manifest.datasets["longan-shared-data"]
    assert total(ask("purposes-of-requests"), "requests") >= made_up.entities["sharing:Request"]
    assert total(ask("purposes-of-requests"), "approved") >= made_up.facts["grants"]


def test_every_data_set_is_in_the_catalogue(ask: Asker, published: Settings) -> None:
    folders = list(published.datasets_dir.glob("*/dataset.ttl"))
    assert len(ask("data-sets-of-the-catalogue")) == len(folders)


@pytest.mark.parametrize(("observation", "value", "count", "of"), FIGURES)
def test_a_figure_of_2022_comes_back_from_one_query(
    observation: str, value: float, count: int | None, of: int | None, ask: Asker
) -> None:
    [row] = ask.text(FIGURE.replace("OBSERVATION", IRIS.entity("observation", observation)))
    found = {name: float(one["value"]) for name, one in row.items() if name != "source"}
    assert found["value"] == value
    assert (found.get("count"), found.get("of")) == (count, of)
    assert row["source"]["value"]


def test_all_of_them_come_back_from_a_question_of_the_catalogue(ask: Asker) -> None:
    rows = ask("figures-of-2022")
    assert {float(row["value"]["value"]) for row in rows} >= {figure[1] for figure in FIGURES}


def test_a_code_means_what_it_meant_on_the_day(ask: Asker) -> None:
    [before] = ask("code-on-a-day", code="00004", day="2025-06-30")
    [after] = ask("code-on-a-day", code="00004", day="2025-07-02")
    assert (before["name"]["value"], before["today"]["value"]) == ("Phường Trúc Bạch", "Phường Ba Đình")
    assert after["name"]["value"] == "Phường Ba Đình"
    assert "today" not in after
