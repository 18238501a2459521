"""The example questions: those across agencies, then those of each data set; read once."""

from functools import cache
from pathlib import Path

from graph import queries
from graph.queries import SavedQuery
from graph.settings import Settings


def examples(settings: Settings) -> tuple[SavedQuery, ...]:
    """Across agencies first, then by data set; within each by file name.

    Raises OntologyError for a query without its question in both languages.
    """
    base = settings.base_iri
    return (*_across(settings.queries_dir, base), *_of_datasets(settings.datasets_dir, base))


def of_dataset(name: str, settings: Settings) -> tuple[SavedQuery, ...]:
    """The questions of one data set."""
    every = _of_datasets(settings.datasets_dir, settings.base_iri)
    return tuple(one for one in every if one.path.parent.parent.name == name)


@cache
def _across(folder: Path, base: str) -> tuple[SavedQuery, ...]:
    return tuple(queries.read(path, base=base) for path in sorted(folder.glob("*.rq")))


@cache
def _of_datasets(folder: Path, base: str) -> tuple[SavedQuery, ...]:
    return tuple(queries.read_all(sorted(folder.glob("*/")), base=base))
