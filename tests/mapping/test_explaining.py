"""What `lienthong dataset explain` says of a data set; nothing but its sample is read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph import settings
from graph.errors import MappingError
from ingest import dataset as datasets
from ingest.explanation import explain

ROOT = Path(__file__).resolve().parents[2]


def lienthong(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "dataset", "explain", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_sources_triples_maps_and_sql() -> None:
    run = lienthong("moha-agencies")
    assert run.returncode == 0
    assert "  agencies  csv  agencies.csv\n" in run.stdout
    assert "AgencyMap ← agencies" in run.stdout
    assert "chủ ngữ / subject: https://lienthong.gov.vn/id/agency/{date}/{slug}" in run.stdout
    assert "<http://www.w3.org/2000/01/rdf-schema#label> → {name_vi} @'vi'" in run.stdout
    assert "SELECT" in run.stdout
    assert "3 sources · 3 triples maps" in run.stderr
    assert "SELECT" not in lienthong("moha-agencies", "--no-sql").stdout


def test_an_unknown_name_offers_the_nearest() -> None:
    run = lienthong("moha-agency")
    assert run.returncode == 1
    assert "moha-agencies" in run.stderr


YARRRML = """prefixes: {ex: "http://example.org/"}
mappings:
  agency:
    sources: [agencies.csv~csv]
    s: ex:$(slug)
    po:
      - [ex:type, $(type)]
      - p: ex:after
        o:
          mapping: change
          condition: {function: equal, parameters: [[str1, $(slug)], [str2, $(successor)]]}
  change:
    sources: [reorganisations.csv~csv]
    s: ex:$(predecessor)
"""


def test_a_folder_may_hold_yarrrml(tmp_path: Path) -> None:
    chosen = settings.load()
    folder = tmp_path / "moha-agencies"
    shutil.copytree(chosen.datasets_dir / "moha-agencies", folder)
    (folder / "mapping.rml.ttl").unlink()
    (folder / "mapping.yarrrml.yml").write_text(YARRRML, encoding="utf-8")
    one = datasets.load(folder, base=chosen.base_iri, sources=tmp_path)
    explained = explain(one, chosen)
    assert explained.file.endswith("mapping.yarrrml.yml")
    assert "joined on {slug} = {successor}" in explained.triples_maps[0]
    (folder / "mapping.yarrrml.yml").write_text(YARRRML.replace("$(type)", "$(kind)"), encoding="utf-8")
    with pytest.raises(MappingError, match="no column “kind”") as caught:
        explain(one, chosen)
    assert caught.value.place is not None
    assert caught.value.place.line == 7
