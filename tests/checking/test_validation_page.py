"""`/datasets/{name}/validation`: for whoever may see what it tells of, in four forms, closed to others."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from graph.settings import Settings
from graph.shacl.reporting import Origin, Report, Result, kept
from graph.shacl.reporting.identity import identified
from graph.shacl.reporting.report import columns_of, counts_of
from graph.text import Text

BASE = "https://lienthong.gov.vn/"
NAME = "mof-enterprises"
FIRST, SECOND = "20251130T000000000000Z", "20251201T000000000000Z"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


def fault(key: str, access: str, value: str | None) -> Result:
    return Result(
        id="",
        rule=f"shape:Enterprise:{key}",
        severity="violation",
        shape=f"{BASE}shape/business#Enterprise",
        constraint="http://www.w3.org/ns/shacl#PatternConstraintComponent",
        path=f"{BASE}ont/business#{key}",
        focus=f"{BASE}id/enterprise/{key}",
        value=value,
        message=Text(f"sai {key}", f"wrong {key}"),
        remedy=Text("sửa", "mend"),
        origin=Origin("doanh_nghiep.csv", (7,), None, f"cot_{key}"),
        access=access,
    )


def keep(data_dir: Path, run: str, version: str, *faults: Result) -> None:
    found = identified(faults)
    moment = f"{run[:4]}-{run[4:6]}-{run[6:8]}T00:00:00+00:00"
    report = Report(NAME, moment, "published", 100, 40, counts_of(found), columns_of(found), tuple(found))
    ids = {one.id: one.access for one in found}
    kept.write(data_dir / "runs" / run, replace(report, ids=ids, run=run, version=version))


@pytest.fixture(scope="module", autouse=True)
def reports(small: Settings) -> None:
    old, code = fault("legalForm", "open", "<b>x</b>"), fault("charterCapital", "open", "7")
    secret = fault("representative", "restricted", None)
    keep(small.data_dir, FIRST, "version-1", old, code, secret)
    keep(small.data_dir, SECOND, "version-2", code, fault("status", "open", "9"), secret)


@pytest.fixture
def published(small: Settings, may_see: dict[str, frozenset[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set has an open and a restricted graph."""
    from api.routes import validation_reports
    from graph.stores.manifest import DatasetEntry

    graphs = tuple(f"{BASE}graph/{NAME}/{access}" for access in ("open", "restricted"))
    known = validation_reports.rights.classes_seen

    def seen(principal, dataset, access, manifest, iris):  # type: ignore[no-untyped-def]  # as the original
        entry = DatasetEntry("version-2", 1, graphs)
        return known(
            principal, dataset, access, replace(manifest, datasets={**manifest.datasets, NAME: entry}), iris
        )

    monkeypatch.setattr(validation_reports.rights, "classes_seen", seen)


def test_counts_places_and_the_way_from_version_to_version(client: TestClient) -> None:
    page = client.get(f"/datasets/{NAME}/validation", headers=PAGE)
    assert page.status_code == 200
    assert re.search(r"doanh_nghiep\.csv<br>row 7<br>column cot_status", page.text)
    rows = re.findall(
        r"<code>(version-\d)</code></td>\s*"
        r'<td class="number">(\d+)</td><td class="number">(\d+)</td>\s*<td class="number">(\d+)</td>\s*'
        r'<td class="number">(\d+)</td>',
        page.text,
    )
    assert rows == [("version-2", "2", "1", "1", "1"), ("version-1", "2", "2", "0", "0")]
    assert "<td>new</td>" in page.text
    assert "<td>still there</td>" in page.text
    earlier = client.get(f"/datasets/{NAME}/validation?run={FIRST}", headers=PAGE).text
    assert "&lt;b&gt;x&lt;/b&gt;" in earlier
    assert "<b>x</b>" not in earlier


def test_it_speaks_both_languages(client: TestClient) -> None:
    page = client.get(f"/datasets/{NAME}/validation?lang=vi", headers={"Accept": "text/html"}).text
    assert '<html lang="vi">' in page
    assert "Chỗ cần sửa" in page
    assert f'href="/datasets/{NAME}/validation?lang=en"' in page


@pytest.mark.parametrize("form", ["json", "ttl", "csv", "html"])
def test_what_is_not_open_is_told_to_nobody_unknown(client: TestClient, form: str) -> None:
    told = client.get(f"/datasets/{NAME}/validation?format={form}")
    assert told.status_code == 200
    assert "status" in told.text
    assert "representative" not in told.text


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("form", ["json", "ttl", "csv", "html"])
def test_who_may_see_nothing_is_told_nothing(
    client: TestClient, may_see: dict[str, frozenset[str]], form: str
) -> None:
    may_see["graphs"] = frozenset([f"{BASE}graph/other/open"])
    hidden = client.get(f"/datasets/{NAME}/validation?format={form}")
    absent = client.get(f"/datasets/no-such-set/validation?format={form}")
    assert hidden.status_code == absent.status_code == 404
    assert "version-" not in hidden.text
    changing = re.compile(r'"requestId": "\w+"')
    known, unknown = (changing.sub("", one.text) for one in (hidden, absent))
    assert known.replace(NAME, "no-such-set") == unknown


@pytest.mark.usefixtures("published")
def test_who_may_see_more_is_told_more(client: TestClient, may_see: dict[str, frozenset[str]]) -> None:
    address = f"/datasets/{NAME}/validation?format=json"
    may_see["graphs"] = frozenset([f"{BASE}graph/{NAME}/open"])
    assert client.get(address).json()["total"] == 2
    may_see["graphs"] = frozenset(f"{BASE}graph/{NAME}/{access}" for access in ("open", "restricted"))
    told = client.get(address).json()
    assert told["total"] == 3
    assert "representative" in str(told["results"])


def test_a_data_set_without_reports_has_no_page(client: TestClient) -> None:
    assert client.get("/datasets/moha-agencies/validation", headers=PAGE).status_code == 404
    assert client.get(f"/datasets/{NAME}/validation?run=20200101T000000000000Z").status_code == 404
    assert client.get("/datasets/mps-population/validation").status_code == 404


def test_the_data_sets_page_leads_there_where_everybody_may_go(client: TestClient) -> None:
    assert f'href="/datasets/{NAME}/validation"' in client.get(f"/dataset/{NAME}.html").text
    assert "/validation" not in client.get("/dataset/mps-population.html").text
