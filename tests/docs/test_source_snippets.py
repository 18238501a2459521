"""The descriptions of sources in docs/sources.md: each is read, and says what the page says it does."""

import re
from pathlib import Path

import pytest

from graph.iris import DEFAULT_BASE
from ingest import mapping
from ingest.sources import Format, LogicalSource

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
PREFIXES, *SNIPPETS = re.findall(r"```turtle\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
# A mapping has at least one triples map.
MAPS = """
<#map_{name}> a rml:TriplesMap ; rml:logicalSource <#{name}> ;
    rml:subjectMap [ rml:template "http://example.org/{{x}}" ] .
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LogicalSource]:
    path = tmp_path_factory.mktemp("snippets") / "mapping.ttl"
    path.write_text("\n".join([PREFIXES, *SNIPPETS, MAPS.format(name="fees")]), encoding="utf-8")
    return {source.name: source for source in mapping.load(path, base=DEFAULT_BASE).logical_sources}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: re.findall(r"<#(\w+)>", text)[0])
def test_a_snippet_stands_alone(snippet: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.ttl"
    names = re.findall(r"^<#(\w+)>", snippet, re.MULTILINE)
    path.write_text(PREFIXES + snippet + MAPS.format(name=names[0]), encoding="utf-8")
    read = mapping.load(path, base=DEFAULT_BASE).logical_sources
    assert sorted(source.name for source in read) == sorted(names)


def test_every_format_but_the_view_has_a_snippet(sources: dict[str, LogicalSource]) -> None:
    shown = {source.format for source in sources.values()}
    assert shown | {Format.VIEW, Format.SQLITE_TABLE} == set(Format)


def test_what_the_snippets_say(sources: dict[str, LogicalSource]) -> None:
    fees, licences, medicines = sources["fees"], sources["licences"], sources["medicines"]
    assert (fees.encoding, fees.dialect.delimiter, fees.dialect.quote, fees.dialect.comment) == (
        "utf-16",
        ";",
        "'",
        "#",
    )
    assert (fees.dialect.skip, fees.dialect.trim, fees.nulls) == (2, "true", ("",))
    assert (licences.compression, licences.member) == ("zip", "2025/giay-phep.csv")
    assert sources["permits"].compression == "gzip"
    assert sources["projects"].dialect.skip == 3
    assert medicines.request is not None
    assert medicines.request.credentials == "moh-api"
    assert medicines.request.headers == (("Accept-Language", "vi"),)
    assert medicines.request.paging.next_link == "$.links.next"
    assert sources["prices"].origin == "https://data.mof.gov.vn/prices.csv"
    assert sources["persons"].connection == "mps-population"
