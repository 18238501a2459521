"""Validators over columns: whom they judge, what they see of other data sets, which row they point to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH, Literal

from graph import turtle
from graph.columns import Builder, SourceRow, TextQuad
from graph.errors import OntologyError
from graph.shacl import ValidationReport, Validator, Violation, absence
from graph.shacl.flattening import flatten
from graph.shacl.reference import PyShaclValidator
from graph.shacl.validator import ColumnsValidator

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "shapes" / "cases"
GRAPH = "https://lienthong.gov.vn/graph/test/open"
VALIDATORS: list[Validator] = [
    PyShaclValidator(ROOT / "shapes", ROOT / "ontology"),
    ColumnsValidator(ROOT / "shapes", ROOT / "ontology"),
]
both = pytest.mark.parametrize("validator", VALIDATORS, ids=lambda one: type(one).__name__)


def quads(turtle_text: str) -> Iterator[TextQuad]:
    for s, p, o in rdflib.Graph().parse(data=turtle_text, format="turtle"):
        literal = isinstance(o, Literal)
        language = o.language if isinstance(o, Literal) else None
        datatype = str(RDF.langString if language else (o.datatype or rdflib.XSD.string)) if literal else None
        yield TextQuad(str(s), str(p), str(o), datatype, language, GRAPH)


def columns(path: Path, *texts: str) -> Path:
    """A columns file; the quads of each text come from a source row of their own, counted from 1."""
    with Builder(path) as builder:
        source = builder.source("units", "units.csv")
        for row, text in enumerate(texts, start=1):
            builder.stage(quads(text), source)
            builder.connection.execute("UPDATE staged SET row = ? WHERE row IS NULL", [row])
        builder.finish()
    return path


def parts(case: str) -> list[str]:
    """The paragraphs of a case, each with the prefixes."""
    head, *blocks = (CASES / case).read_text(encoding="utf-8").strip().split("\n\n")
    return [f"{head}\n{block}" for block in blocks]


def summary(report: ValidationReport) -> list[tuple[str, str]]:
    return [
        (one.focus.rpartition("/")[2], one.constraint.rpartition("#")[2].removesuffix("ConstraintComponent"))
        for one in report.violations
    ]


@both
def test_a_reference_to_another_data_set_is_seen(validator: Validator, tmp_path: Path) -> None:
    register, province, committee = parts("agency/valid.peoples-committee.ttl")
    units = columns(tmp_path / "units.duckdb", register, province)
    agencies = columns(tmp_path / "agencies.duckdb", committee)
    alone, together = validator.validate(agencies, []), validator.validate(agencies, [units])
    assert sorted(summary(alone)) == [("pc-01", "Class"), ("pc-01", "Or")]
    assert together.violations == ()
    assert together.conforms
    assert not alone.conforms


@both
def test_a_reference_to_an_absent_data_set_is_told_apart_from_a_wrong_one(
    validator: Validator, tmp_path: Path
) -> None:
    register, province, *_ = parts("place/valid.minimal.ttl")
    committee = parts("agency/valid.peoples-committee.ttl")[2]
    elsewhere = province.replace("/01", "/99").replace('"01"', '"99"')
    agencies = columns(tmp_path / "agencies.duckdb", committee)
    units = columns(tmp_path / "units.duckdb", register, elsewhere)

    def reference(report: ValidationReport) -> Violation:
        (found,) = [one for one in report.violations if one.constraint.endswith("ClassConstraintComponent")]
        return found

    absent = reference(validator.validate(agencies, []))
    assert (absent.severity, absent.is_absent, absent.message) == ("warning", True, absence.MESSAGE)
    wrong = reference(validator.validate(agencies, [units]))
    assert (wrong.severity, wrong.is_absent) == ("violation", False)
    assert (wrong.focus, wrong.path, wrong.value) == (absent.focus, absent.path, absent.value)
    assert wrong.message != absent.message


@both
def test_other_data_sets_are_not_judged(validator: Validator, tmp_path: Path) -> None:
    register, province, *_ = parts("place/valid.minimal.ttl")
    wrong = province.replace('core:code "01"', 'core:code "1"')
    committee = parts("agency/valid.peoples-committee.ttl")[2]
    units = columns(tmp_path / "units.duckdb", register, wrong)
    agencies = columns(tmp_path / "agencies.duckdb", committee)
    assert summary(validator.validate(units, [agencies])) == [("01", "Pattern"), ("01", "Pattern")]
    assert validator.validate(agencies, [units]).violations == ()


@both
def test_a_path_into_another_data_set_is_followed(validator: Validator, tmp_path: Path) -> None:
    """A commune's register is compared with that of its province, which another data set holds."""
    register, province, commune = parts("place/valid.minimal.ttl")
    old = province.replace("unit-2025-07-01", "unit-2025-01-01")
    version = columns(tmp_path / "version.duckdb", register, commune)
    right = columns(tmp_path / "right.duckdb", province)
    wrong = columns(tmp_path / "wrong.duckdb", old)
    assert validator.validate(version, [right]).violations == ()
    assert {name for _, name in summary(validator.validate(version, [wrong]))} == {"Equals"}


@both
def test_a_result_points_to_the_row_of_its_quad(validator: Validator, tmp_path: Path) -> None:
    register, province, commune = parts("place/valid.minimal.ttl")
    prefixes, _, _ = commune.partition("\n<")
    unit = "<https://lienthong.gov.vn/id/unit/2025-07-01/00004>"
    area = f'{prefixes}\n{unit} place:areaKm2 "0.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    code = commune.replace('    core:code "00004" ;\n', "")
    found = validator.validate(columns(tmp_path / "units.duckdb", register, province, code, area), [])
    assert {one.constraint.rpartition("#")[2]: (one.value, one.source_row) for one in found.violations} == {
        "MinCountConstraintComponent": (None, SourceRow("units", "units.csv", 3)),
        "MinExclusiveConstraintComponent": ("0.0", SourceRow("units", "units.csv", 4)),
    }


@both
def test_focus_nodes_are_counted(validator: Validator, tmp_path: Path) -> None:
    version = columns(tmp_path / "units.duckdb", *parts("place/valid.minimal.ttl"))
    assert validator.validate(version, []).focus_nodes == 3


def test_a_lexical_form_is_judged_as_it_was_written(tmp_path: Path) -> None:
    """A date of the 30th of February is no xsd:date; normalising it would hide or destroy it."""
    register, province, commune = parts("place/valid.minimal.ttl")
    impossible = commune.replace('validFrom "2025-07-01"', 'validFrom "2025-02-30"')
    version = columns(tmp_path / "units.duckdb", register, province, impossible)
    found = [one for one in VALIDATORS[0].validate(version, []).violations if one.value]
    assert ("2025-02-30", "DatatypeConstraintComponent") in [
        (one.value, one.constraint.rpartition("#")[2]) for one in found
    ]
    assert rdflib.NORMALIZE_LITERALS is False


def test_a_wrong_shape_is_an_error_of_the_shapes(tmp_path: Path) -> None:
    (tmp_path / "wrong.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:shape> a sh:NodeShape ; sh:targetNode <urn:node> ; sh:minCount 1 .\n"
    )
    data = rdflib.Graph().parse(data="<urn:node> a <urn:Class> .", format="turtle")
    with pytest.raises(OntologyError, match="SHACL"):
        PyShaclValidator(tmp_path, ROOT / "ontology").validate_graph(data)


def test_flattening_leaves_alone_what_needs_its_parts() -> None:
    text = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:plain> a sh:NodeShape ; sh:targetClass <urn:A> ; sh:property <urn:p1> .
        <urn:closed> a sh:NodeShape ; sh:targetClass <urn:A> ; sh:closed true ; sh:property <urn:p2> .
        <urn:used> a sh:NodeShape ; sh:targetClass <urn:A> ; sh:property <urn:p3> .
        <urn:user> a sh:NodeShape ; sh:not <urn:used> .
        <urn:property> a sh:PropertyShape ; sh:path <urn:x> ; sh:targetClass <urn:A> ; sh:property <urn:p4> .
    """
    flat = flatten(rdflib.Graph().parse(data=text, format="turtle"))
    assert {str(shape) for shape in flat.subjects(SH.property, None)} == {
        "urn:closed",
        "urn:used",
        "urn:property",
    }
    assert {str(shape) for shape in flat.subjects(SH.targetClass, None)} == {
        "urn:closed",
        "urn:p1",
        "urn:plain",
        "urn:property",
        "urn:used",
    }


def test_descriptions_are_judged_by_the_profile() -> None:
    validator = PyShaclValidator(ROOT / "shapes", ROOT / "ontology")
    assert validator.validate_description(CASES / "dataset" / "valid.minimal.ttl").conforms
    wrong = validator.validate_description(CASES / "dataset" / "invalid.policy-unknown.ttl")
    assert [one.value for one in wrong.violations] == ["ignore"]
    assert turtle.read(CASES / "dataset" / "valid.minimal.ttl")
