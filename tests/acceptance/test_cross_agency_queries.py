"""The questions across agencies: each is answered, in the shape it says, with the numbers made up."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from graph import queries, settings
from graph.queries import Column, ExampleQuery
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.oxigraph import OxigraphStore
from ingest.demo import Manifest

QUERIES = {path.stem: path for path in sorted(settings.load().queries_dir.glob("*.rq"))}
XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = {
    "integer": {f"{XSD}integer"},
    "decimal": {f"{XSD}decimal", f"{XSD}integer"},
    "date": {f"{XSD}date"},
    "boolean": {f"{XSD}boolean"},
}
Row = dict[str, dict[str, Any]]


@cache
def question(name: str) -> ExampleQuery:
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

    def __call__(self, name: str, **values: str) -> list[Row]:
        answer = self._store.query(
            question(name).asking(values),
            default_graph=self._graphs,
            named_graphs=self._graphs,
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
    value = row.get(column.name)
    if value is None:
        return column.optional
    if column.kind == "iri":
        return bool(value["type"] == "uri")
    if column.kind == "text":
        return value["type"] == "literal" and "datatype" not in value
    return value.get("datatype") in DATATYPES[column.kind]


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


def test_the_figures_of_2022_come_back_from_one_query(ask: Asker) -> None:
    figures = {
        (float(row["value"]["value"]), int(row["of"]["value"]) if "of" in row else None)
        for row in ask("figures-of-2022")
    }
    assert {
        (97.0, None),
        (68.0, None),
        (43.0, None),
        (210.0, None),
        (90.0, None),
        (117_100.0, None),
    } <= figures
    assert (76.0, 193) in figures
    assert {of for _, of in figures} >= {179, 193}


def test_a_code_means_what_it_meant_on_the_day(ask: Asker) -> None:
    [before] = ask("code-on-a-day", code="00004", day="2025-06-30")
    [after] = ask("code-on-a-day", code="00004", day="2025-07-02")
    assert (before["name"]["value"], before["today"]["value"]) == ("Phường Trúc Bạch", "Phường Ba Đình")
    assert after["name"]["value"] == "Phường Ba Đình"
    assert "today" not in after
