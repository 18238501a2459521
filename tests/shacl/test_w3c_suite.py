"""The W3C's SHACL test suite: whole report graphs, Core by compiled SQL alone."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import SH
from rdflib.compare import isomorphic

from graph.errors import OntologyError
from graph.settings import Settings
from graph.shacl.coverage import reasons
from graph.shacl.engine import Engine
from graph.shacl.results_graph import results_graph
from graph.shacl.session import Session
from tests.shacl.suite import Case, cases, triples, without_messages

SUITE = Settings().suites / "shacl"
KNOWN = tomllib.loads((Path(__file__).parent / "known-failures.toml").read_text(encoding="utf-8"))
needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason=f"no test suites at {SUITE.parent}: set LIENTHONG_SUITES"
)


def conforms_to(case: Case) -> bool:
    """Whether the engine says what the case expects, result by result."""
    try:
        engine = Engine(case.shapes)
        with Session(None) as session:
            session.add(triples(case.data))
            found = results_graph(engine.results(session), case.shapes)
    except OntologyError:
        return case.expected is None
    if case.expected is None:
        return False
    if (None, SH.resultMessage, None) not in case.expected:
        found = without_messages(found)
    return isomorphic(found, case.expected)


@needs_suite
@pytest.mark.parametrize("case", list(cases(SUITE / "core")), ids=lambda case: case.name)
def test_core(case: Case, count_for: Callable[[str], None]) -> None:
    shapes = Engine(case.shapes).shapes
    assert not [one for shape in shapes.targeted() for one in reasons(shape, shapes)], "by fallback"
    assert conforms_to(case)
    count_for("shacl/core")


@needs_suite
@pytest.mark.parametrize("case", list(cases(SUITE / "sparql")), ids=lambda case: case.name)
def test_sparql(case: Case, count_for: Callable[[str], None]) -> None:
    reason = KNOWN["sparql"].get(case.name)
    if reason is not None:
        assert not conforms_to(case), f"{case.name} passes now: take it out of known-failures.toml"
        pytest.xfail(reason)
    assert conforms_to(case)
    count_for("shacl/sparql")
