"""Addresses of databases: JDBC's as D2RQ descriptions hold them, and the names that stand in for them."""

from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping.databases import Databases, address
from ingest.mapping.model import Mapping
from ingest.sources import Format


@pytest.mark.parametrize(
    ("dsn", "user", "password", "url"),
    [
        ("jdbc:postgresql://db:5432/land", "me", "p@ss/w", "postgresql://me:p%40ss%2Fw@db:5432/land"),
        ("jdbc:postgresql://db/land?user=me&password=x", None, "", "postgresql://me:x@db/land"),
        ("jdbc:postgresql:land", "me", None, "postgresql://me@localhost/land"),
        ("jdbc:mariadb://db:3306/land", None, None, "mysql://db:3306/land"),
        ("jdbc:oracle:thin:@db:1521", "me", "x", None),
        ("$CONNECTIONDSN", "me", "x", None),
    ],
)
def test_jdbc(dsn: str, user: str | None, password: str | None, url: str | None) -> None:
    assert address(dsn, user, password) == url


DOCUMENT = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
<#db> a d2rq:Database ; d2rq:jdbcDSN "jdbc:postgresql://h/d" ; d2rq:username "u" ; d2rq:password "s3cret" .
<#A> a rr:TriplesMap ; rml:logicalSource [ rml:source <#db> ; rml:query "SELECT 1" ] ;
  rr:subject <http://example.org/a> .
<#B> a rr:TriplesMap ; rr:logicalTable [ rr:tableName "t" ] ; rr:subject <http://example.org/b> .
"""


def load(folder: Path, text: str, databases: Databases) -> Mapping:
    (folder / "m.ttl").write_text(text)
    return mapping.load(folder / "m.ttl", base="http://example.org/", databases=databases)


def test_a_described_database_is_for_mappings_on_their_own(tmp_path: Path) -> None:
    rules = load(tmp_path, DOCUMENT, Databases(may_be_described=True))
    (name, secret), *others = rules.addresses
    assert (name, secret.get_secret_value(), others) == ("db", "postgresql://u:s3cret@h/d", [])
    assert "s3cret" not in repr(rules)
    formats = {source.format for source in rules.logical_sources}
    assert formats == {Format.DATABASE_QUERY, Format.DATABASE_TABLE}
    # A table that names no database is in the only one of the document.
    assert {source.connection for source in rules.logical_sources} == {"db"}
    with pytest.raises(MappingError, match="may not hold"):
        load(tmp_path, DOCUMENT, Databases(default="other"))


def test_a_place_holder_is_the_callers_database(tmp_path: Path) -> None:
    text = DOCUMENT.replace("jdbc:postgresql://h/d", "CONNECTIONDSN")
    rules = load(tmp_path, text, Databases(default="mine", may_be_described=True))
    assert {source.connection for source in rules.logical_sources} == {"mine"}
    with pytest.raises(MappingError, match="is not understood"):
        load(tmp_path, text, Databases(may_be_described=True))


def test_r2rml_needs_a_database(tmp_path: Path) -> None:
    text = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
    <#B> rr:logicalTable [ rr:tableName "t" ] ; rr:subject <http://example.org/b> ."""
    with pytest.raises(MappingError, match="names no database") as caught:
        load(tmp_path, text, Databases())
    assert caught.value.hint is not None
    assert "--connection" in caught.value.hint.en
    assert load(tmp_path, text, Databases(default="x")).source("t").connection == "x"
