"""Writes the source files of every system there is, beside their manifest."""

import importlib
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.demo import systems
from ingest.demo.manifest import DatasetManifest, Manifest
from ingest.demo.world import World

SCALE, SEED = 1.0, 2025
Listener = Callable[[str, DatasetManifest | None], None]
"""Told a data set's name when it is begun (None) and when it is done."""


def silent(name: str, done: DatasetManifest | None) -> None:
    """A listener that says nothing."""


def generate(out: Path, scale: float = SCALE, seed: int = SEED, listener: Listener = silent) -> Manifest:
    """Fills `out/<data set>/` for each system; what was generated before is replaced.

    Raises ParameterError, and SourceError where a folder holds files that were not generated.
    """
    return _write(out, World(scale, seed), Manifest(scale, seed), dict(found()), listener)


def generate_missing(out: Path, listener: Listener = silent) -> Manifest:
    """Fills the folders that are not there, for the world of those that are; leaves the others alone."""
    manifest = Manifest.load(out) or Manifest(SCALE, SEED)
    absent = {name: system for name, system in found() if not (out / name).exists()}
    return _write(out, World(manifest.scale, manifest.seed), manifest, absent, listener)


def _write(
    out: Path, world: World, manifest: Manifest, chosen: dict[str, ModuleType], listener: Listener
) -> Manifest:
    before = Manifest.load(out)
    generated = set(before.datasets) if before else set()
    if foreign := [name for name in chosen if (out / name).exists() and name not in generated]:
        raise _not_ours(out / foreign[0])
    out.mkdir(parents=True, exist_ok=True)
    for name in generated & set(chosen):
        shutil.rmtree(out / name, ignore_errors=True)
    for name, system in chosen.items():
        listener(name, None)
        partial = out / f".{name}"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        dataset = manifest.datasets[name] = DatasetManifest(name)
        system.write(world, partial, dataset)
        # The manifest first: a folder that it does not name is taken for an agency's own.
        manifest.dump(out)
        partial.rename(out / name)
        listener(name, dataset)
    return manifest


def found() -> Iterator[tuple[str, ModuleType]]:
    """Every system below `systems/`: the name of its data set and its module, in order."""
    for module in sorted(pkgutil.iter_modules(systems.__path__), key=lambda one: one.name):
        yield module.name.replace("_", "-"), importlib.import_module(f"{systems.__name__}.{module.name}")


def _not_ours(folder: Path) -> SourceError:
    return SourceError(
        Text(
            f"Thư mục «{folder.name}» có tệp không phải do chương trình sinh ra; không ghi đè.",
            f"The folder “{folder.name}” holds files that were not generated; they are not overwritten.",
        ),
        hint=Text(
            "Chọn thư mục khác, hoặc tự dời thư mục ấy đi.",
            "Choose another folder, or move that one away yourself.",
        ),
        place=Place(file=str(folder)),
    )
