"""Writes the source files of every system there is, and the manifest last."""

import importlib
import pkgutil
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from ingest.demo import systems
from ingest.demo.manifest import FILE, DatasetManifest, Manifest
from ingest.demo.world import World

SCALE, SEED = 1.0, 2025
Listener = Callable[[str, DatasetManifest | None], None]
"""Told a data set's name when it is begun (None) and when it is done."""


def silent(name: str, done: DatasetManifest | None) -> None:
    """A listener that says nothing."""


def generate(
    out: Path,
    scale: float = SCALE,
    seed: int = SEED,
    listener: Listener = silent,
    names: Sequence[str] = (),
) -> Manifest:
    """Fills `out/<data set>/` for each system, or for those named; what was there is replaced.

    The manifest is written last: where it is missing, the folder is not complete. Raises ParameterError.
    """
    world = World(scale, seed)
    manifest = Manifest(scale, seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / FILE).unlink(missing_ok=True)
    for name, system in found():
        if names and name not in names:
            continue
        listener(name, None)
        folder = out / name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        dataset = manifest.datasets[name] = DatasetManifest(name)
        system.write(world, folder, dataset)
        listener(name, dataset)
    manifest.dump(out)
    return manifest


def found() -> Iterator[tuple[str, ModuleType]]:
    """Every system below `systems/`: the name of its data set and its module, in order."""
    for module in sorted(pkgutil.iter_modules(systems.__path__), key=lambda one: one.name):
        if not module.ispkg and not module.name.startswith("_"):
            name = module.name.replace("_", "-")
            yield name, importlib.import_module(f"{systems.__name__}.{module.name}")


def is_complete(out: Path) -> bool:
    """Whether every system's sources are there."""
    return (out / FILE).exists() and all((out / name).is_dir() for name, _ in found())
