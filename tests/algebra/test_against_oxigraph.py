"""Random queries over random graphs have the solutions that Oxigraph finds, are refused, or are of a kind of
which it is known by name that Oxigraph is not to be asked."""

from pathlib import Path

import pytest

from tests.algebra.fuzzing.comparing import Difference, compared
from tests.examples import examples

QUERIES = 40
"""Of each graph. For many more: `python -m tests.algebra.fuzzing`."""


@pytest.mark.parametrize("seed", range(examples(8)))
def test_random_queries(seed: int, tmp_path: Path) -> None:
    outcomes = list(compared(seed, QUERIES, tmp_path))
    assert not [one for one in outcomes if isinstance(one, Difference) and not one.named]
    assert outcomes.count("same") >= QUERIES / 2
