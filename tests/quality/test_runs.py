"""What runs measure and keep: figures counted by hand, one series over the versions."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from graph.columns import Columns
from graph.quality import METRICS, Trend, trends
from graph.settings import Settings
from graph.shacl.reference import PyShaclValidator
from graph.stores.generations import Generations
from ingest import pipeline
from ingest.quality import left_out, series
from tests.quality.conftest import AGENCIES, REGIMES, Write, describe, published, regime

RIGHT = [regime(number) for number in range(1, 21)]
FAULTY = [
    regime(21, name=""),  # no name
    regime(22),
    regime(22, name="Một chế độ khác"),  # the same key twice
    regime(23, recipient="none"),  # no such agency
    regime(24, period="weekly"),  # no such period
    regime(25, code="BC-001"),  # sound, with the code of another
]


def read(place: Settings, name: str = REGIMES) -> dict[str, Trend]:
    return {one.metric: one for one in trends(series.read(published(place), name, base=place.base_iri))}


def counted(found: dict[str, Trend]) -> dict[str, tuple[int | None, int | None]]:
    latest = {metric: one.latest.measurement for metric, one in found.items()}
    return {metric: (one.part, one.whole) for metric, one in latest.items() if one.whole}


def test_the_figures_of_a_version(place: Settings, write: Write, agencies: None) -> None:
    """25 regimes: 21 are published, 4 left out."""
    write(REGIMES, [*RIGHT, *FAULTY])
    report = pipeline.run(place)
    assert [one.quarantined for one in report.datasets] == [0, 4], report.datasets[1].error
    found = read(place)
    assert counted(found) == {
        "requiredCompleteness": (25 * 6 - 1, 25 * 6),
        "optionalCompleteness": (25, 25),
        "uniqueShare": (25 - 2 - 1, 25),
        "validShare": (21, 25),
        "consistentShare": (25, 25),
        "resolvedShare": (24, 25),
        "absentShare": (0, 25),
    }
    age = (datetime.now(UTC).date() - datetime(2025, 4, 1, tzinfo=UTC).date()).days
    assert found["age"].latest.measurement.value == age
    assert "ageInPeriods" not in found, "a data set of irregular updates promises no period"


def test_a_period_that_is_promised_is_measured_against(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, RIGHT)
    describe(place, REGIMES, "frequency/IRREG", "frequency/MONTHLY")
    pipeline.run(place)
    found = read(place)
    age, periods = (found[metric].latest.measurement.value for metric in ("age", "ageInPeriods"))
    assert float(periods) == pytest.approx(float(age) / 31, abs=1e-6)


def test_each_new_version_adds_one_measurement_of_each_metric(
    place: Settings, write: Write, agencies: None
) -> None:
    write(REGIMES, [*RIGHT, *FAULTY])
    first = pipeline.run(place)
    write(REGIMES, [*RIGHT, *map(regime, range(21, 26))])
    second = pipeline.run(place)
    found = read(place)
    assert {len(one.points) for one in found.values()} == {2}
    valid = found["validShare"]
    assert [one.measurement.text for one in valid.points] == ["0.84", "1"]
    assert [one.run for one in valid.points] == [first.id, second.id]
    assert [one.version for one in valid.points] == [
        first.datasets[1].version,
        second.datasets[1].version,
    ]
    assert {len(one.points) for one in read(place, AGENCIES).values()} == {1}


def test_an_unchanged_run_measures_nothing(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, RIGHT)
    pipeline.run(place)
    before = published(place)
    write(REGIMES, list(reversed(RIGHT)))
    assert pipeline.run(place).generation is None
    assert published(place) == before


def test_a_series_outlives_the_versions_it_was_measured_on(
    place: Settings, write: Write, agencies: None
) -> None:
    for number in range(3):
        write(REGIMES, RIGHT[: 10 + number])
        pipeline.run(place.model_copy(update={"generations_kept": 1}))
    kept = [path for path in (place.data_dir / "datasets" / REGIMES).iterdir() if path.is_dir()]
    assert len(kept) == 1
    assert len(read(place)["validShare"].points) == 3


def test_equal_versions_have_equal_measures(
    place: Settings, write: Write, agencies: None, tmp_path: Path
) -> None:
    write(REGIMES, [*RIGHT, *FAULTY])
    again = place.model_copy(update={"data_dir": tmp_path / "again"})
    for chosen in (place, again):
        pipeline.run(chosen)
    assert counted(read(place)) == counted(read(again))


def test_a_dry_run_and_a_refused_one_leave_nothing(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, RIGHT)
    pipeline.run(place, dry_run=True)
    assert not place.data_dir.exists() or Generations(place.data_dir).current() is None
    write(REGIMES, [regime(1, recipient="none")])
    pipeline.run(place)
    assert series.read(published(place), REGIMES, base=place.base_iri) == []


def test_what_a_killed_run_left_out_is_still_known(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, [*RIGHT, *FAULTY])

    class Killed(BaseException):
        pass

    def stop(step: str) -> None:
        if step == "measure":
            raise Killed

    with pytest.raises(Killed):
        pipeline.run(place, on_step=stop)
    report = pipeline.run(place)
    assert all(one.taken_up for one in report.datasets)
    assert counted(read(place))["validShare"] == (21, 25)


def test_no_value_of_what_was_left_out_is_kept(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, [*RIGHT, *FAULTY])
    report = pipeline.run(place)
    folder = place.data_dir / "datasets" / REGIMES / str(report.datasets[1].version)
    assert len(left_out.read(folder)) == 4
    text = (folder / left_out.FILE).read_text(encoding="utf-8")
    assert "Chế độ" not in text
    assert "Một chế độ khác" not in text


def test_the_measurements_meet_their_shapes(place: Settings, write: Write, agencies: None) -> None:
    write(REGIMES, [*RIGHT, *FAULTY])
    pipeline.run(place)
    validator = PyShaclValidator(place.shapes_dir, place.ontology_dir, place.base_iri)
    report = validator.validate(published(place) / "columns.duckdb", [])
    assert report.focus_nodes == len(read(place)) + len(read(place, AGENCIES)) > len(METRICS)
    assert [(one.focus, one.path, one.message.en) for one in report.violations] == []


def test_a_data_set_that_becomes_restricted_takes_its_measurements_along(
    place: Settings, write: Write, agencies: None
) -> None:
    def graphs() -> dict[str, int]:
        with Columns(published(place) / "columns.duckdb") as columns:
            return {name.rsplit("/", 1)[-1]: one.quads for name, one in columns.statistics().graphs.items()}

    write(REGIMES, RIGHT)
    pipeline.run(place)
    before = graphs()
    describe(place, REGIMES, "access-class/open", "access-class/restricted")
    report = pipeline.run(place)
    assert [one.outcome for one in report.datasets] == ["unchanged", "published"], report.datasets[1].error
    after = graphs()
    assert set(before) == {"open"}
    assert set(after) == {"open", "restricted"}
    with Columns(published(place) / "columns.duckdb") as columns:
        in_open = list(columns.quads(f"{place.base_iri}graph/quality/open"))
    assert in_open
    assert not [quad for quad in in_open if REGIMES in quad.s or REGIMES in quad.o]
    assert {len(one.points) for one in read(place).values()} == {2}


def test_the_command_prints_the_series(
    place: Settings, write: Write, agencies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENTHONG_DATA_DIR", str(place.data_dir))
    monkeypatch.setenv("LIENTHONG_DATASETS_DIR", str(place.datasets_dir))
    write(REGIMES, [*RIGHT, regime(21, recipient="none")])
    command = CliRunner()
    before = command.invoke(app, ["dataset", "quality", REGIMES])
    assert (before.exit_code, before.stdout) == (0, "")
    pipeline.run(place)
    shown = command.invoke(app, ["dataset", "quality", REGIMES])
    assert "95.238%" in shown.stdout
    assert "20 / 21" in shown.stdout
    told = json.loads(command.invoke(app, ["dataset", "quality", REGIMES, "--json"]).stdout)
    (valid,) = [one for one in told if one["metric"] == "validShare"]
    assert valid["change"] is None
    assert [(one["value"], one["part"], one["whole"]) for one in valid["measurements"]] == [
        ("0.95238", 20, 21)
    ]
    assert command.invoke(app, ["dataset", "quality", "none-such"]).exit_code == 1
