"""Content negotiation over the one table of media types (RFC 9110 §12.5.1)."""

import pytest

from graph.errors import NotAcceptableError
from graph.formats import GRAPHS, PAGE, RESULTS, by_extension, negotiate


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "JSON"),
        ("", "JSON"),
        ("*/*", "JSON"),
        ("text/csv", "CSV"),
        ("application/json", "JSON"),
        ("application/sparql-results+xml;q=0.8, text/csv;q=0.9", "CSV"),
        ("text/csv;q=0, */*", "JSON"),
        ("text/*", "CSV"),
        ("TEXT/CSV", "CSV"),
        ("text/csv;q=nonsense, text/tab-separated-values;q=0.1", "TSV"),
    ],
)
def test_results(accept: str | None, name: str) -> None:
    assert negotiate(accept, RESULTS).name == name


def test_a_specific_range_overrides_a_general_one() -> None:
    assert negotiate("text/turtle;q=0.1, */*;q=0.5", GRAPHS).name == "N-Triples"


def test_a_browser_gets_the_page() -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert negotiate(accept, (PAGE, *GRAPHS)) is PAGE


def test_what_cannot_be_written_is_refused_with_the_offers() -> None:
    with pytest.raises(NotAcceptableError, match="text/turtle"):
        negotiate("image/png", GRAPHS)
    with pytest.raises(NotAcceptableError, match="ttl"):
        by_extension("png", GRAPHS)


def test_media_types_and_extensions_are_unique() -> None:
    formats = (*RESULTS, *GRAPHS, PAGE)
    assert len({known.media_type for known in formats}) == len(formats)
    for kind in (RESULTS, GRAPHS):
        assert len({known.extension for known in kind}) == len(kind)
