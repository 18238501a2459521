"""Names of columns and tables as mappings write them, and those that a database has.

R2RML writes SQL identifiers: `"Name"` is exactly that name, `Name` is `name` on PostgreSQL, which folds what
is not quoted (R2RML §3, §5.1). The RML of 2014 is written for databases of either habit, so letter case
decides only between names that differ in nothing else. The RML of today names columns exactly.
"""

import re
from collections.abc import Collection

from ingest.sources.source import Vocabulary

_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def find(written: str, known: Collection[str], vocabulary: Vocabulary) -> str | None:
    """The name among `known` that `written` means, a schema before a dot; None where there is none."""
    if vocabulary is Vocabulary.R2RML:
        name = _parts(written, fold=True)
        return name if name in known else None
    name = written if written in known else _parts(written, fold=False)
    if name in known:
        return name
    alike = [one for one in known if one.lower() == name.lower()]
    return alike[0] if len(alike) == 1 else None


def as_written(name: str, vocabulary: Vocabulary) -> str:
    """How a mapping has to write the name of a column or table, for people."""
    return f'"\\"{name}\\""' if vocabulary is Vocabulary.R2RML else name


def _parts(written: str, *, fold: bool) -> str:
    parts = []
    for found in _PART.finditer(written.strip().replace("`", '"')):
        delimited, regular = found.groups()
        if regular is None:
            parts.append(delimited.replace('""', '"'))
        else:
            parts.append(regular.strip().lower() if fold else regular.strip())
    return ".".join(parts)
