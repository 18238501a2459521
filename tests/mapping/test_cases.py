"""Mappings in every vocabulary, each a folder of `cases/`: `mapping.*`, sources, `expected.nq` or `error`.

`create.sql` fills a fresh PostgreSQL database, which is the mapping's; `error` holds words of the message.
"""

from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from graph.errors import DataError
from ingest.mapping import standalone
from ingest.mapping.standalone import Options
from tests.sources.conftest import Server

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/mapping.*"))


def mapped(folder: Path, options: Options) -> bytes:
    (document,) = folder.glob("mapping.*")
    with standalone.run(document, options) as result:
        return b"".join(result.nquads())


def canonical(text: bytes) -> Dataset:
    found = Dataset(parse(text, format=RdfFormat.N_QUADS))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def check(folder: Path, options: Options) -> None:
    if (folder / "error").is_file():
        with pytest.raises(DataError) as caught:
            mapped(folder, options)
        assert (folder / "error").read_text(encoding="utf-8").strip() in caught.value.message.en
        return
    text = mapped(folder, options)
    lines = text.splitlines()
    assert len(lines) == len(set(lines))
    assert canonical(text) == canonical((folder / "expected.nq").read_bytes())


@pytest.mark.parametrize(
    "folder", [one for one in FOLDERS if not (one / "create.sql").is_file()], ids=lambda one: one.name
)
def test_files(folder: Path) -> None:
    check(folder, Options())


@pytest.mark.parametrize(
    "folder", [one for one in FOLDERS if (one / "create.sql").is_file()], ids=lambda one: one.name
)
def test_postgresql(folder: Path, server: Server, database: psycopg.Connection) -> None:
    database.execute((folder / "create.sql").read_bytes())
    address = SecretStr(server.address(database.info.dbname))
    check(folder, Options(connection="case", addresses={"case": address}))
