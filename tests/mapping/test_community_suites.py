"""The test cases of the W3C Knowledge Graph Construction Community Group: RML-Core, and RML-IO's sources."""

import csv
import os
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from graph.columns import TextQuad
from graph.errors import DataError
from ingest.mapping import standalone
from ingest.mapping.standalone import Options
from tests.sources.conftest import Server

ROOT = Path(__file__).resolve().parents[2]
SUITES = Path(os.environ.get("LIENTHONG_SUITES", ROOT.parent / "shared" / "suites"))
KNOWN = tomllib.loads((Path(__file__).parent / "known-failures.toml").read_text(encoding="utf-8"))
DEFAULT_GRAPH = "urn:graph:default"

needs_suites = pytest.mark.skipif(
    not (SUITES / "rml-core").is_dir(), reason=f"no test suites at {SUITES}: set LIENTHONG_SUITES"
)


@dataclass(frozen=True)
class Case:
    suite: str
    name: str
    expects_error: bool
    output: str
    base: str

    @property
    def folder(self) -> Path:
        return SUITES / self.suite / self.name

    @property
    def reason(self) -> str | None:
        return KNOWN[self.suite].get(self.name)


def cases(suite: str, prefix: str) -> list[Case]:
    """The cases of a suite's own table."""
    table = SUITES / suite / "metadata.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ID"].startswith(prefix)]
    return [
        Case(
            suite,
            row["ID"],
            row["error"] == "true",
            row["output1"],
            row.get("base_iri") or "http://example.com/",
        )
        for row in sorted(rows, key=lambda row: row["ID"])
    ]


CASES = [*cases("rml-core", "RMLTC"), *cases("rml-io", "RMLSTC")]


def dataset(quads: Iterable[TextQuad]) -> Dataset:
    return canonical("".join(f"{nquad(quad)}\n" for quad in quads))


def canonical(text: str) -> Dataset:
    # Unsafe IRIs hold spaces on purpose, hence the lenient reader.
    found = Dataset(parse(text.encode(), format=RdfFormat.N_QUADS, lenient=True))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def nquad(quad: TextQuad) -> str:
    graph = "" if quad.g == DEFAULT_GRAPH else f" <{quad.g}>"
    return f"{resource(quad.s)} <{quad.p}> {term(quad)}{graph} ."


def resource(text: str) -> str:
    return text if text.startswith("_:") else f"<{text}>"


def term(quad: TextQuad) -> str:
    if quad.datatype is None:
        return resource(quad.o)
    escaped = quad.o.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"' + (f"@{quad.language}" if quad.language else f"^^<{quad.datatype}>")


def passes(case: Case, map_file: Callable[..., list[TextQuad]]) -> bool:
    try:
        quads = map_file(case.folder / "mapping.ttl", base=case.base)
    except DataError:
        return case.expects_error
    if case.expects_error:
        return False
    expected = (case.folder / case.output).read_text(encoding="utf-8")
    return dataset(quads) == canonical(expected)


def passes_in_database(case: Case, server: Server, database: psycopg.Connection) -> bool:
    """The CSV files of the case are tables, and its place holders for a database mean these."""
    for path in case.folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        kinds = ["integer" if all(row[n].isdigit() for row in rows) else "text" for n in range(len(header))]
        columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(header, kinds, strict=True))
        database.execute(f'CREATE TABLE "{path.stem}" ({columns})'.encode())
        places = ", ".join(["%s"] * len(header))
        with database.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{path.stem}" VALUES ({places})'.encode(), rows)
    addresses = {"suite": SecretStr(server.address(database.info.dbname))}
    options = Options(base=case.base, connection="suite", addresses=addresses)
    with standalone.run(case.folder / "mapping.ttl", options) as result:
        text = b"".join(result.nquads()).decode()
    return canonical(text) == canonical((case.folder / case.output).read_text(encoding="utf-8"))


@needs_suites
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(
    case: Case,
    map_file: Callable[..., list[TextQuad]],
    count_for: Callable[[str], None],
    request: pytest.FixtureRequest,
) -> None:
    if "d2rq:jdbcDSN" in (case.folder / "mapping.ttl").read_text(encoding="utf-8"):
        server, database = request.getfixturevalue("server"), request.getfixturevalue("database")
        good = passes_in_database(case, server, database)
    else:
        good = passes(case, map_file)
    if good:
        count_for(case.suite)
    if case.reason is not None:
        assert not good, f"{case.name} passes now: take it out of known-failures.toml"
        pytest.xfail(case.reason)
    assert good


@needs_suites
def test_known_failures_are_cases() -> None:
    names = {(case.suite, case.name) for case in CASES}
    assert {(suite, name) for suite, listed in KNOWN.items() for name in listed} <= names


@needs_suites
def test_the_core_suite_is_whole() -> None:
    assert sum(case.suite == "rml-core" for case in CASES) == 76
