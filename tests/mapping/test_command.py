"""`lienthong map` as people call it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.sources.conftest import Server

CASES = Path(__file__).parent / "cases"
JOIN = CASES / "legacy-csv-join-on-two-conditions"
EXPECTED = (JOIN / "expected.nq").read_text(encoding="utf-8")


def lienthong(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "map", *map(str, arguments)]
    given = {key: value for key, value in os.environ.items() if not key.startswith("LIENTHONG_")}
    return subprocess.run(command, capture_output=True, text=True, env={**given, **environment}, check=False)


def test_quads_go_to_stdout_and_counts_to_stderr() -> None:
    run = lienthong(JOIN / "mapping.ttl")
    assert (run.returncode, run.stdout) == (0, EXPECTED)
    assert "2 nguồn · 6 bản ghi · 1 bộ tứ / 2 sources · 6 rows · 1 quads" in run.stderr.splitlines()[-1]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.nq"
    assert lienthong(JOIN / "mapping.ttl", "-o", target).returncode == 0
    assert target.read_text(encoding="utf-8") == EXPECTED
    spaces = CASES / "legacy-csv-iri-with-a-space" / "mapping.ttl"
    failed = lienthong(spaces, "--on-fault", "stop", "-o", target)
    assert failed.returncode == 1
    assert "row 1 · cột/column page · giá trị/value 'hai chữ'" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert target.read_text(encoding="utf-8") == EXPECTED
    assert list(tmp_path.iterdir()) == [target]


def test_terms_that_cannot_be_made_are_left_out_and_told() -> None:
    run = lienthong(CASES / "legacy-csv-iri-with-a-space" / "mapping.ttl")
    assert (run.returncode, run.stdout.count("\n")) == (0, 3)
    assert "row 3 · cột/column see · giá trị/value 'bốn chữ'" in run.stderr
    assert "2 values that make no term were left out" in run.stderr


@pytest.mark.parametrize("name", ["nquads", "turtle"])
def test_a_reader_that_has_had_enough_ends_the_command_quietly(tmp_path: Path, name: str) -> None:
    # Many times what a pipe holds (64 KiB on Linux).
    (tmp_path / "links.csv").write_text("page,see\n" + "".join(f"p{n},s{n}\n" for n in range(10_000)))
    mapping = CASES / "legacy-csv-iri-with-a-space" / "mapping.ttl"
    command = [sys.executable, "-m", "cli", "map", mapping, "--data", tmp_path, "--format", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline()
        run.stdout.close()
        told = run.stderr.read().decode()
    assert run.returncode == 128 + signal.SIGPIPE
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_data_and_base_can_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("page,see\nx,\n")
    mapping = CASES / "legacy-csv-iri-with-a-space" / "mapping.ttl"
    run = lienthong(mapping, "--data", tmp_path, "--base", "https://example.net/")
    assert run.stdout == '<https://example.net/x> <http://example.org/p> "x" .\n'


@pytest.mark.parametrize("name", ["turtle", "trig", "ntriples", "jsonld", "rdfxml"])
def test_formats(name: str) -> None:
    run = lienthong(JOIN / "mapping.ttl", "--format", name)
    assert run.returncode == 0
    assert "province/2025/24" in run.stdout


def test_named_graphs_need_a_format_that_has_them() -> None:
    mapping = CASES / "legacy-csv-graphs-of-subject-and-pair" / "mapping.ttl"
    assert "http://example.org/graph/00004" in lienthong(mapping, "-f", "trig").stdout
    refused = lienthong(mapping, "-f", "turtle")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "cannot hold named graphs" in refused.stderr
    assert "nquads, turtle" in lienthong(mapping, "-f", "excel").stderr


def test_a_database_is_given_by_the_name_of_a_variable(
    server: Server,
    database: psycopg.Connection,
) -> None:
    case = CASES / "r2rml-join"
    database.execute((case / "create.sql").read_bytes())
    address = server.address(database.info.dbname)
    expected = (case / "expected.nq").read_text(encoding="utf-8")
    assert lienthong(case / "mapping.ttl", "--connection", "x=URL", URL=address).stdout == expected
    named = lienthong(case / "mapping.ttl", LIENTHONG_CONNECTIONS=f'{{"only": "{address}"}}')
    assert named.stdout == expected
    for wrong in ("x", "x=NOT_SET", f"x={address}"):
        run = lienthong(case / "mapping.ttl", "--connection", wrong)
        assert (run.returncode, run.stdout) == (1, "")
        assert "not set" in run.stderr
        assert server.password not in run.stderr
