"""The first questions across two agencies, asked with `lienthong query` and over HTTP: both must agree."""

import csv
import importlib.util
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from graph.settings import Settings

Command = Callable[..., subprocess.CompletedProcess[str]]

PREFIXES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX core: <https://lienthong.gov.vn/ont/core#>
PREFIX place: <https://lienthong.gov.vn/ont/place#>
PREFIX agency: <https://lienthong.gov.vn/ont/agency#>
PREFIX level: <https://lienthong.gov.vn/code/unit-level/>
"""

ON_DATE = """
  ?unit core:validFrom ?from . OPTIONAL { ?unit core:validUntil ?until }
  FILTER(?from <= "DATE"^^xsd:date && (!BOUND(?until) || ?until >= "DATE"^^xsd:date))
"""

COUNT_BY_LEVEL = (
    "SELECT ?level (COUNT(?unit) AS ?n) WHERE { ?unit place:level ?level ."
    + ON_DATE
    + "} GROUP BY ?level ORDER BY ?level"
)


def level(name: str) -> str:
    return f"https://lienthong.gov.vn/code/unit-level/{name}"


QUESTIONS = {
    "units valid on 2025-07-02": (
        COUNT_BY_LEVEL.replace("DATE", "2025-07-02"),
        {(level("commune"), "3321"), (level("province"), "34")},
    ),
    "units valid on 2025-06-30": (
        COUNT_BY_LEVEL.replace("DATE", "2025-06-30"),
        {(level("commune"), "10035"), (level("district"), "696"), (level("province"), "63")},
    ),
    "00004 on 2025-06-30": (
        'SELECT ?name { ?unit core:code "00004" ; rdfs:label ?name . FILTER(LANG(?name) = "vi")'
        + ON_DATE.replace("DATE", "2025-06-30")
        + "}",
        {("Phường Trúc Bạch",)},
    ),
    "00004 on 2025-07-02": (
        'SELECT ?name { ?unit core:code "00004" ; rdfs:label ?name . FILTER(LANG(?name) = "vi")'
        + ON_DATE.replace("DATE", "2025-07-02")
        + "}",
        {("Phường Ba Đình",)},
    ),
    "all successors of an old commune that was split": (
        """SELECT ?name { ?old core:code "CODE" ; core:validUntil "2025-06-30"^^xsd:date ;
           core:succeededBy/rdfs:label ?name . FILTER(LANG(?name) = "vi") }""",
        "converter",
    ),
    "which ministry took over the Ministry of Planning and Investment": (
        """SELECT ?name { ?old rdfs:label "Ministry of Planning and Investment"@en ; core:succeededBy ?new .
           ?new rdfs:label ?name . FILTER(LANG(?name) = "vi") }""",
        {("Bộ Tài chính",)},
    ),
    "for each agency of a province its unit's successor": (
        """SELECT ?committee ?successor { ?agency agency:jurisdiction ?unit ; rdfs:label ?committee .
           ?unit core:succeededBy/rdfs:label ?successor .
           FILTER(LANG(?committee) = "vi" && LANG(?successor) = "vi" && CONTAINS(?committee, "Long An")) }""",
        {("Ủy ban nhân dân tỉnh Long An", "Tỉnh Tây Ninh")},
    ),
}


def split_commune() -> tuple[str, set[tuple[str, ...]]]:
    """The code of one divided commune and its successors' names, straight from the package's files."""
    spec = importlib.util.find_spec("vietnamadminunits")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "data"
    divided = json.loads((folder / "converter_2025.json").read_text())["DICT_PROVINCE_WARD_DIVIDED"]
    province, (old, successors) = "thanhphohaiphong", next(iter(divided["thanhphohaiphong"].items()))
    with sqlite3.connect(folder / "dataset.db") as register:
        old_province, old_district, old_ward = old.split("_")
        ((code,),) = register.execute(
            "SELECT wardCode FROM admin_units_legacy"
            " WHERE provinceKey = ? AND districtKey = ? AND wardKey = ?",
            (old_province, old_district, old_ward),
        )
        names = {
            register.execute(
                "SELECT ward FROM admin_units WHERE provinceKey = ? AND wardKey = ?",
                (province, one["newWardKey"]),
            ).fetchone()
            for one in successors
        }
    assert len(names) > 1
    return code, names


def rows(text: str) -> set[tuple[str, ...]]:
    return {tuple(row) for row in list(csv.reader(io.StringIO(text)))[1:]}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_command_and_the_service_agree(question: str, server: str, lienthong: Command) -> None:
    query, expected = QUESTIONS[question]
    if expected == "converter":
        code, expected = split_commune()
        query = query.replace("CODE", code)
    query = PREFIXES + query
    over_http = httpx.get(
        f"{server}/sparql", params={"query": query}, headers={"Accept": "text/csv"}, timeout=20
    )
    assert over_http.status_code == 200, over_http.text
    assert rows(over_http.text) == expected
    command = lienthong("query", "-", "--format", "csv", stdin=query)
    assert rows(command.stdout) == expected, command.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "variables", "told"),
    [
        (["ingest", "moha-agency"], "", {}, ["moha-agency", "moha-agencies"]),
        (["query", "-"], "SELECT ?x WHERE { ?x ", {}, ["dòng/line 1"]),
        (["query", "nowhere.rq"], "", {}, ["nowhere.rq"]),
        (["generation", "show", "g999999"], "", {}, ["g999999", "g000001"]),
        (["config"], "", {"LIENTHONG_PORT": "many"}, ["LIENTHONG_PORT"]),
    ],
    ids=["unknown data set", "bad SPARQL", "no such file", "unknown generation", "bad setting"],
)
def test_a_mistake_gives_one_error_with_a_hint(
    arguments: list[str], stdin: str, variables: dict[str, str], told: list[str], lienthong: Command
) -> None:
    done = lienthong(*arguments, stdin=stdin, **variables)
    assert done.returncode == 1
    assert done.stdout == ""
    for words in (*told, "lỗi", "error", "→"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }"


def test_the_service_stops_a_query_at_its_limit(server: str) -> None:
    told = httpx.get(f"{server}/sparql", params={"query": ENDLESS}, timeout=20)
    assert told.status_code in (503, 504)
    assert told.headers["content-type"].startswith("application/problem+json")
    assert told.elapsed.total_seconds() < 12
    assert told.json()["hint"]
    assert httpx.get(f"{server}/ready").status_code == 200


def test_the_command_stops_a_query_at_its_limit(lienthong: Command) -> None:
    done = lienthong("query", "-", stdin=ENDLESS)
    assert done.returncode == 1
    assert "→" in done.stderr


def test_no_value_of_a_table_is_cut(lienthong: Command) -> None:
    iri = "https://lienthong.gov.vn/id/succession/2025-07-01/" + "0123456789" * 15
    done = lienthong("query", "-", stdin=f"SELECT (<{iri}> AS ?iri) (1 AS ?n) {{}}")
    assert iri in done.stdout


def test_an_unchanged_run_publishes_nothing(lienthong: Command, published: Settings, tmp_path: Path) -> None:
    shutil.copytree(published.data_dir, tmp_path / "data", symlinks=True)
    done = lienthong("ingest", LIENTHONG_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert "· 0 published · " in last
    assert "unchanged · 0 failed" in last
