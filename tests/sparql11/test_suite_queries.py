"""Query evaluation, result formats and query syntax of the W3C's SPARQL 1.1 suite, asked over HTTP."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.sparql11 import suite
from tests.sparql11.results import MEDIA_TYPES, meaning
from tests.sparql11.service import NOTHING
from tests.sparql11.suite import Case

KNOWN = tomllib.loads((Path(__file__).parent / "known-failures.toml").read_text(encoding="utf-8"))["query"]
LEFT_OUT = {
    "entailment": "answers follow from what is stated: no entailment regime is offered",
    "service": "SERVICE is not served: a query must not make the service call others",
    "syntax-fed": "SERVICE is not served",
    "delete-insert": "updates, see test_suite_updates",
    "syntax-update-1": "updates, see test_suite_updates",
    "syntax-update-2": "updates, see test_suite_updates",
}
CASES = [case for case in suite.cases() if case.folder not in LEFT_OUT] if suite.FOLDER.is_dir() else []
EVALUATED = [case for case in CASES if case.result]
READ = [case for case in CASES if case.result is None]

needs_suite = pytest.mark.skipif(
    not CASES, reason=f"no test suites at {suite.FOLDER.parent}: set LIENTHONG_SUITES"
)


def ask(client: httpx.Client, case: Case, accept: str) -> httpx.Response:
    """By the graphs of the case, which would stand before those that the query names (Protocol §2.1.4)."""
    form: dict[str, str | list[str]] = {"query": case.text()}
    if case.result is None or not re.search(r"\bFROM\b", case.text()):
        form["default-graph-uri"] = list(case.default) or [NOTHING]
        form["named-graph-uri"] = list(case.named)
    return client.post("/sparql", data=form, headers={"Accept": accept})


def answers_as_expected(client: httpx.Client, case: Case) -> bool:
    assert case.result is not None
    expected = suite.local(case.result)
    wanted_type = MEDIA_TYPES[expected.suffix]
    # Turtle may state solutions, in a vocabulary that no service answers in.
    or_solutions = f", {MEDIA_TYPES['.srx']}" if expected.suffix == ".ttl" else ""
    response = ask(client, case, wanted_type + or_solutions)
    if response.status_code != 200:
        return False
    given_type = response.headers["content-type"].split(";")[0]
    assert given_type == wanted_type or expected.suffix == ".ttl"
    ordered = re.search(r"ORDER\s+BY", case.text(), re.IGNORECASE) is not None
    given, wanted = (
        meaning(document, media_type, base=case.result, ordered=ordered)
        for document, media_type in ((response.content, given_type), (expected.read_bytes(), wanted_type))
    )
    return given == wanted


def is_read_as_expected(client: httpx.Client, case: Case) -> bool:
    status = ask(client, case, "*/*").status_code
    return status == (400 if case.kind.startswith("Negative") else 200)


def judge(case: Case, good: bool, count: Callable[[], None]) -> None:
    if good:
        count()
    if reason := KNOWN.get(case.name):
        assert not good, f"{case.name} passes now: take it out of known-failures.toml"
        pytest.xfail(reason)
    assert good


@needs_suite
@pytest.mark.parametrize("case", EVALUATED, ids=lambda case: case.name)
def test_evaluation(suite_service: httpx.Client, case: Case, count_for: Callable[[str], None]) -> None:
    formats = case.folder in ("csv-tsv-res", "json-res")
    counted = "sparql11/result formats" if formats else "sparql11/query evaluation"
    judge(case, answers_as_expected(suite_service, case), lambda: count_for(counted))


@needs_suite
@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_syntax(suite_service: httpx.Client, case: Case, count_for: Callable[[str], None]) -> None:
    judge(case, is_read_as_expected(suite_service, case), lambda: count_for("sparql11/query syntax"))


@needs_suite
def test_known_failures_are_cases() -> None:
    assert set(KNOWN) <= {case.name for case in CASES}
