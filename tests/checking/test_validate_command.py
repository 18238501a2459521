"""`lienthong validate`: every RDF format, lines, limits, other shapes, exit codes."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BAD = """@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://lienthong.gov.vn/id/register/unit-2024-01-01> a core:Register ;
    rdfs:label "Danh mục"@vi , "Register"@en ; core:validFrom "2024-13-01"^^xsd:date .
<https://lienthong.gov.vn/id/register/unit-2025-01-01> a core:Register ;
    rdfs:label "Danh mục"@vi , "Register"@en .
"""
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(autouse=True)
def here(work: Path, small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(work)
    monkeypatch.setenv("LIENTHONG_DATA_DIR", str(small.data_dir))


def validate(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["validate", *arguments])


def test_every_format_gives_the_same_results(work: Path) -> None:
    ids, lines = set(), {}
    for extension, form in FORMATS.items():
        name = f"data.{extension}"
        quads = list(ox.parse(BAD, format=ox.RdfFormat.TURTLE))
        text = ox.serialize((quad.triple for quad in quads), format=form)
        (work / name).write_bytes(b"\n# x\n" + text if extension in ("nt", "nq") else text)
        done = validate(name, "--format", "json", "--alone")
        assert done.exit_code == 1, done.stderr
        told = json.loads(done.stdout)
        assert told["violations"] == 2
        ids.add(frozenset(told["ids"]))
        wrong = [one for one in told["results"] if one.get("value") == "2024-13-01"]
        lines[extension] = wrong[0]["origin"].get("line")
        if extension in ("nt", "nq"):
            written = (work / name).read_text(encoding="utf-8").splitlines()
            assert "2024-13-01" in written[lines[extension] - 1]
    assert len(ids) == 1
    assert all(line is None for extension, line in lines.items() if extension not in ("nt", "nq"))


def test_what_conforms_ends_with_0_and_a_summary(work: Path) -> None:
    (work / "good.ttl").write_text(BAD.split("<https://lienthong.gov.vn/id")[0], encoding="utf-8")
    done = validate("good.ttl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "conforms" in done.stderr.splitlines()[-1]


def test_text_names_rule_place_and_remedy(work: Path) -> None:
    (work / "data.ttl").write_text(BAD, encoding="utf-8")
    done = validate("data.ttl", "--max-results", "1")
    assert done.stdout.count("→") == 2
    assert "2024-13-01" in done.stdout
    assert done.stdout.count("shape:Register:validFrom") == 2
    assert "2 violations" in done.stderr.splitlines()[-1]
    assert "1 listed" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nowhere.ttl", None, ["nowhere.ttl"]),
        ("data.txt", "x", ["data.txt", ".ttl", "--dataset"]),
        ("data.ttl", "<a> <b> <c> .\n\n<a> <b> ", ["data.ttl", "dòng/line 3"]),
        ("data.nt", '<http://a> <http://b> "\\x" .\n', ["data.nt", "dòng/line 1"]),
        ("data.ttl", "<a> <b> <<( <a> <b> <c> )>> .", ["RDF 1.2"]),
        ("un-egov", None, ["un-egovernment"]),
        ("un-egovernment", None, ["lienthong ingest un-egovernment"]),
    ],
)
def test_what_cannot_be_checked_ends_with_2_and_says_where(
    work: Path, name: str, content: str | None, told: list[str]
) -> None:
    if content is not None:
        (work / name).write_text(content, encoding="utf-8")
    done = validate(name)
    assert (done.exit_code, done.stdout) == (2, "")
    for words in (*told, "lỗi", "error", "→"):
        assert words in done.stderr
    as_json = validate(name, "--format", "json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["error"]["message"]["vi"]


SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix core: <https://lienthong.gov.vn/ont/core#> .
<urn:shape> a sh:NodeShape ; sh:targetClass core:Register ;
    sh:property [ sh:path core:code ; sh:minCount 1 ] .
"""


def test_shapes_of_a_file_or_folder_take_the_place_of_ours(work: Path) -> None:
    (work / "data.ttl").write_text(BAD, encoding="utf-8")
    (work / "own").mkdir()
    (work / "own" / "code.ttl").write_text(SHAPE, encoding="utf-8")
    for place in ("own", "own/code.ttl"):
        done = validate("data.ttl", "--shapes", place, "--format", "json")
        assert json.loads(done.stdout)["violations"] == 2
        assert {one["shape"] for one in json.loads(done.stdout)["results"]} == {"urn:shape"}
    (work / "own" / "code.ttl").write_text(SHAPE + "x", encoding="utf-8")
    broken = validate("data.ttl", "--shapes", "own")
    assert broken.exit_code == 2
    assert "code.ttl · dòng/line 5" in broken.stderr
    assert validate("data.ttl", "--shapes", "nowhere").exit_code == 2


def test_it_explains_what_it_judges_by(work: Path) -> None:
    (work / "data.ttl").write_text(BAD, encoding="utf-8")
    done = validate("data.ttl", "--explain", "--graph", "https://lienthong.gov.vn/graph/small/open")
    assert "shape/core#Register ← https://lienthong.gov.vn/ont/core#Register" in done.stderr
    assert "  small 20250101T000000Z-00000000" in done.stderr
    assert done.stderr.split("NOT LOOKED UP")[1].split()[0] == "https://lienthong.gov.vn/ont/person#Person"


def test_html_is_one_file_in_both_languages_without_anything_from_elsewhere(work: Path) -> None:
    (work / "data.ttl").write_text(BAD.replace("Danh mục", "<script>x"), encoding="utf-8")
    page = validate("data.ttl", "--format", "html").stdout
    assert '<section lang="vi">' in page
    assert '<section lang="en">' in page
    assert "Chỗ cần sửa" in page
    assert "What to mend" in page
    assert "<script" not in page
    assert " src=" not in page


def test_a_source_file_is_checked_as_its_data_set_reads_it(work: Path) -> None:
    data = ROOT / "ingest" / "datasets" / "un-egovernment" / "data"
    good = (data / "vietnam.csv").read_text(encoding="utf-8")
    (work / "vietnam.csv").write_text(
        good.replace("83,190,2012-03-21", "83,190,2012-03-32"), encoding="utf-8"
    )
    done = validate("vietnam.csv", "--dataset", "un-egovernment", "--format", "json")
    assert done.exit_code == 1, done.stderr
    told = json.loads(done.stdout)
    [one] = [one for one in told["results"] if one["severity"] == "violation"]
    assert one["origin"] == {"file": "vietnam.csv", "rows": [2], "column": "published_on"}
    assert (one["value"], "row 2" in one["remedy"]["en"]) == ("2012-03-32", True)
    missing = validate("vietnam.csv", "--dataset", "un-egovernment", "--only-sent")
    assert missing.exit_code == 2
    assert "indices.csv" in missing.stderr
    (work / "other.csv").write_text(good, encoding="utf-8")
    assert validate("other.csv", "--dataset", "un-egovernment").exit_code == 2
