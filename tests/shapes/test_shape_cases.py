"""`shapes/cases/<module>/{valid,invalid}.<what>.ttl`: the file name is the test.

A valid case has no results. An invalid one has exactly the results of the approved `….report.ttl` beside it.
A folder named like a profile is judged by that profile, any other by all the shapes.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from rdflib import RDF, SH

from graph import turtle
from graph.shacl import ValidationReport, Violation
from graph.shacl.reference import PyShaclValidator
from graph.shacl.results import path_text
from graph.shacl.validator import ColumnsValidator

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ROOT / "shapes"
CASES = [path for path in sorted(SHAPES.glob("cases/*/*.ttl")) if not path.name.endswith(".report.ttl")]
VALIDATOR = PyShaclValidator(SHAPES, ROOT / "ontology")
DESCRIPTION = re.compile(r"^(<[^>]+>|[\w-]*:[^\s;,]+)(.*?\.)$", re.MULTILINE | re.DOTALL)
ENGINE = ColumnsValidator(SHAPES, ROOT / "ontology")


class Result(NamedTuple):
    """What must be approved of a validation result; the words of its message may be improved freely."""

    focus: str
    path: str
    value: str
    constraint: str
    shape: str


def of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def profile_of(case: Path) -> str | None:
    return case.parent.name if (SHAPES / "profiles" / f"{case.parent.name}.ttl").exists() else None


@cache
def report_on(case: Path) -> ValidationReport:
    return VALIDATOR.validate_graph(turtle.read(case), profile=profile_of(case))


def approved(case: Path) -> list[Result]:
    """The results of the report beside the case. A blank node is written as nothing."""
    report = turtle.read(case.with_suffix(".report.ttl"))
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        path = report.value(result, SH.resultPath)
        rest = (SH.value, SH.sourceConstraintComponent, SH.sourceShape)
        found.append(
            Result(
                str(report.value(result, SH.focusNode) or ""),
                "" if path is None else path_text(report, path),
                *(str(report.value(result, predicate, default="")) for predicate in rest),
            )
        )
    return sorted(found)


def results(violations: Iterable[Violation]) -> list[Result]:
    return sorted(
        Result(named(one.focus), one.path or "", named(one.value or ""), one.constraint, one.shape)
        for one in violations
    )


def is_invalid(case: Path) -> bool:
    return case.name.startswith("invalid.")


def named(text: str) -> str:
    return "" if text.startswith("_:") else text


@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("valid.")], ids=of)
def test_valid(case: Path) -> None:
    report = report_on(case)
    assert report.focus_nodes
    assert [f"{one.focus} {one.path}: {one.message.en}" for one in report.violations] == []


@pytest.mark.parametrize("case", [case for case in CASES if is_invalid(case)], ids=of)
def test_invalid(case: Path) -> None:
    assert results(report_on(case).violations) == approved(case) != []


def test_every_case_is_valid_or_invalid_and_every_report_has_its_case() -> None:
    assert {case.name.split(".")[0] for case in CASES} == {"valid", "invalid"}
    reports = {path.name.removesuffix(".report.ttl") for path in SHAPES.glob("cases/*/*.report.ttl")}
    assert reports <= {case.stem for case in CASES}


@pytest.mark.parametrize(
    "shapes", [*SHAPES.glob("*.ttl"), *SHAPES.glob("profiles/*.ttl")], ids=lambda path: path.stem
)
def test_every_message_is_caused_by_an_invalid_case(shapes: Path) -> None:
    """So that each constraint has a case, and each message has been read once beside what it complains of."""
    graph = turtle.read(shapes)
    messages = {str(one) for one in graph.objects(None, SH.message) if getattr(one, "language", "") == "en"}
    inner = {str(one) for node in shape_expected(graph) for one in graph.objects(node, SH.message)}
    seen = {one.message.en for case in CASES for one in report_on(case).violations}
    assert sorted(messages - inner - seen) == []


def shape_expected(graph: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    """Property shapes of shapes without a target: their results are details of another shape's."""
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
        if not any((shape, target, None) in graph for target in targets):
            yield from graph.objects(shape, SH.property)


@pytest.mark.parametrize("shapes", sorted(SHAPES.glob("*.ttl")), ids=lambda path: path.stem)
def test_every_targeted_class_has_a_valid_case(shapes: Path) -> None:
    targets = set(turtle.read(shapes).objects(None, SH.targetClass))
    seen = {
        kind
        for case in CASES
        if case.name.startswith("valid.")
        for kind in turtle.read(case).objects(None, RDF.type)
    }
    assert targets <= seen


def together() -> list[list[Path]]:
    """The cases judged by all the shapes, in groups of which no two say different things of one: what costs
    the engine its time is the number of runs, not how much it is given."""
    groups: list[tuple[dict[str, str], list[Path]]] = []
    for case in CASES:
        if profile_of(case) is None:
            described = dict(DESCRIPTION.findall(case.read_text(encoding="utf-8")))
            for known, group in groups:
                if all(known.get(one, text) == text for one, text in described.items()):
                    known |= described
                    group.append(case)
                    break
            else:
                groups.append((described, [case]))
    return [group for _, group in groups]


def found_in(violations: Iterable[Violation]) -> set[tuple[str, str, str]]:
    return {(named(one.focus), one.constraint, one.message.vi) for one in violations}


@pytest.mark.parametrize("cases", together(), ids=lambda cases: f"{len(cases)} cases with {of(cases[0])}")
def test_the_engine_that_runs_agrees_with_the_reference(cases: list[Path]) -> None:
    """About all cases of a group at once, and where one makes a difference to another, about that alone."""
    data = turtle.read(*cases)
    found = ENGINE.validate_graph(data)
    assert found_in(found) == found_in(VALIDATOR.validate_graph(data).violations)
    wanted = {one for case in cases if is_invalid(case) for one in approved(case)}
    differing = {one.focus for one in wanted ^ set(results(found))}
    for case in cases if differing else ():
        alone = turtle.read(case)
        if "" in differing or not differing.isdisjoint(map(str, alone.subjects())):
            assert found_in(ENGINE.validate_graph(alone)) == found_in(report_on(case).violations)
