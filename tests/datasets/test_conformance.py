"""Every data set's folder passes the conformance kit; a new folder is found without a line of code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import settings
from ingest import conformance, scaffold
from ingest import dataset as datasets

SETTINGS = settings.load()
KNOWN = datasets.discover(SETTINGS)


@pytest.fixture(scope="module")
def kit() -> Iterator[conformance.Kit]:
    with conformance.kit(KNOWN, SETTINGS) as one:
        yield one


@pytest.mark.parametrize("name", KNOWN)
def test_data_set(name: str, kit: conformance.Kit) -> None:
    problems = kit.check(KNOWN[name])
    assert not problems, "\n".join(f"{problem.rule}: {problem.message}" for problem in problems)


def test_the_template_conforms(tmp_path: Path) -> None:
    place = SETTINGS.model_copy(update={"datasets_dir": tmp_path})
    scaffold.create("test-template", place)
    known = datasets.discover(place)
    assert conformance.check(known["test-template"], known, place) == []


def test_a_wrong_sample_is_noticed(tmp_path: Path) -> None:
    place = SETTINGS.model_copy(update={"datasets_dir": tmp_path})
    folder = scaffold.create("test-wrong", place)
    sample = folder / "sample" / "items.csv"
    sample.write_text(sample.read_text(encoding="utf-8").replace("First", "1st"), encoding="utf-8")
    known = datasets.discover(place)
    rules = {problem.rule for problem in conformance.check(known["test-wrong"], known, place)}
    assert rules == {"expected"}
