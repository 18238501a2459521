"""A check as a command of its own: `lienthong validate`, in a process that may be stopped at any moment.

The service itself knows no mappings (`ingest`), and must not stand still or run out of memory for a file that
somebody sends. The process sees the settings that it needs, none that lead out of this machine, and where the
caller may not see persons, a secret of its own: otherwise it would tell which key a citizen number has.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.access import Principal
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.manifest import Manifest

_PACKAGES = str(Path(__file__).resolve().parents[2])
_PATHS = ("data_dir", "ontology_dir", "shapes_dir", "datasets_dir")
_PLAIN = (
    "base_iri",
    "language",
    "source_max_mb",
    "source_max_ratio",
    "columns_memory_mb",
    "columns_threads",
)


@dataclass(frozen=True, slots=True)
class Check:
    """What is to be checked: `files` by the names they were sent under; a data set's, or RDF held against all
    shapes, or against those of `modules`. `graphs` are those that the caller may see."""

    files: tuple[Path, ...]
    graphs: tuple[str, ...]
    sees_persons: bool
    dataset: str | None = None
    modules: tuple[str, ...] = ()
    most: int = 1000


def graphs_of(principal: Principal, manifest: Manifest | None) -> tuple[str, ...]:
    """Those that the caller may see of what is published."""
    return tuple(sorted(principal.graphs & set(manifest.graphs if manifest else ())))


def sees_persons(principal: Principal, manifest: Manifest | None, iris: Iris) -> bool:
    """Whether the caller may see all persons there are."""
    if manifest is None:
        return False
    person = iris.ontology("person", "Person")
    holding = {graph for graph, entry in manifest.graphs.items() if person in entry.classes}
    return bool(holding) and holding <= principal.graphs


def arguments(check: Check, settings: Settings) -> list[str]:
    """The command line behind `lienthong`."""
    line = ["validate", "--format", "json", "--max-results", str(check.most)]
    for graph in check.graphs:
        line += ["--graph", graph]
    if not check.graphs:
        line.append("--alone")
    for module in check.modules:
        line += ["--shapes", str(settings.shapes_dir.resolve() / f"{module}.ttl")]
    if check.dataset is not None:
        line += ["--dataset", check.dataset, "--only-sent"]
    return [*line, "--", *(path.name for path in check.files)]


def environment(check: Check, settings: Settings, folder: Path) -> dict[str, str]:
    """All that the process is told besides. Whatever it writes on its way is in `folder`."""
    secret = settings.identity_secret.get_secret_value()
    if not check.sees_persons:
        secret = hashlib.sha256(f"lienthong-check\0{secret}".encode()).hexdigest()
    return prepared(settings) | {
        "LIENTHONG_SOURCES_DIR": str(folder / "sources"),
        "LIENTHONG_IDENTITY_SECRET": secret,
        "TMPDIR": str(folder),
    }


def prepared(settings: Settings) -> dict[str, str]:
    """What all checks are told, before there is one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    given: Mapping[str, object] = {
        **{name: getattr(settings, name).resolve() for name in _PATHS},
        **{name: getattr(settings, name) for name in _PLAIN},
    }
    return kept | {
        **{f"LIENTHONG_{name.upper()}": str(value) for name, value in given.items()},
        "MALLOC_ARENA_MAX": "1",
        "NO_COLOR": "1",
        "PYTHONPATH": _PACKAGES,
    }
