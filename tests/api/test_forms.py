"""Forms are read as the standard library reads them, large ones too."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.forms import MOST_FIELDS, TooManyFieldsError, fields
from tests.examples import examples

PIECES = [
    "%",
    "%2",
    "%3C",
    "%3c",
    "%25",
    "%C3%A0",
    "%26",
    "%2B",
    "+",
    "&",
    "=",
    "a",
    "C",
    "3",
    "é",
    ";",
    "%0A",
]


def read(written: bytes) -> list[tuple[str, str]] | None:
    try:
        return parse_qsl(written.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return None


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([1, 300]))
@settings(max_examples=examples(300))
def test_a_form_is_what_the_standard_library_reads(pieces: list[str], times: int) -> None:
    written = ("".join(pieces) * times).encode()
    if written.count(b"&") >= MOST_FIELDS:
        with pytest.raises(TooManyFieldsError):
            fields(written)
        return
    try:
        found = fields(written)
    except UnicodeDecodeError:
        assert read(written) is None
    else:
        assert found == read(written)
