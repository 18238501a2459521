"""The example questions of the data sets, read once."""

from functools import cache
from pathlib import Path

from graph import queries
from graph.queries import ExampleQuery


@cache
def examples(datasets_dir: Path, base: str) -> tuple[ExampleQuery, ...]:
    """By data set and file name. Raises OntologyError for a query without its question in both languages."""
    return tuple(queries.read_all(sorted(datasets_dir.glob("*/")), base=base))


def of_dataset(name: str, datasets_dir: Path, base: str) -> tuple[ExampleQuery, ...]:
    """The questions of one data set."""
    return tuple(one for one in examples(datasets_dir, base) if one.path.parent.parent.name == name)
