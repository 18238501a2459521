"""String templates."""

import pytest

from ingest.mapping.model import Reference
from ingest.mapping.template import TemplateError, parse_template


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://example.org/{mã}/x", ("https://example.org/", Reference("mã"), "/x")),
        ("{a}{b}", (Reference("a"), Reference("b"))),
        (r"\{\{ {ISO 3166} \}", ("{{ ", Reference("ISO 3166"), " }")),
        (r"{$['\{a\}']}", (Reference("$['{a}']"),)),
        (r"a\\b", ("a\\b",)),
        ("", ()),
    ],
)
def test_parts(text: str, parts: tuple[object, ...]) -> None:
    assert parse_template(text).parts == parts


@pytest.mark.parametrize(
    ("text", "position"),
    [("a{{b}}", 3), ("a}b", 2), ("a{b", 2), ("a{}", 2), (r"a\b", 2), ("a\\", 2), (r"{b\}", 1)],
)
def test_the_place_of_what_is_wrong(text: str, position: int) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert caught.value.position == position
