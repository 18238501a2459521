"""Every query of the W3C's SPARQL 1.1 suite that Oxigraph reads passes the guard, and can be spread out."""

from pathlib import Path

import pyoxigraph
import pytest

from graph.errors import QueryError
from graph.settings import Settings
from graph.sparql.guard import Limits, guard
from graph.sparql.syntax import explain, spread

SUITE = Settings().suites / "sparql11"
FILES = sorted(SUITE.rglob("*.rq"))


def report(text: str) -> str:
    """What the parser has against the text; empty when it is fine."""
    try:
        pyoxigraph.Store().query(text)
    except SyntaxError as wrong:
        return str(wrong)
    except (OSError, RuntimeError):
        return ""  # it was read; what it asks for is not there
    return ""


@pytest.mark.skipif(not FILES, reason=f"the W3C suite is not in {SUITE}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_guard_and_parser_agree(file: Path) -> None:
    text = "BASE <http://example/>\n" + file.read_text(encoding="utf-8")
    wrong = report(text)
    if not wrong and "service" in file.name:
        with pytest.raises(QueryError, match="SERVICE"):
            guard(text, Limits())
    elif not wrong:
        assert guard(text, Limits()).form
        assert report(spread(text).text) == ""
    else:
        assert explain(text, wrong, report(spread(text).text)).hint is not None
