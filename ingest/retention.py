"""What is kept: the last generations, and the versions they are made of."""

from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import versions


def prune(
    settings: Settings, generations: Generations, keep: int | None = None, *, dry_run: bool = False
) -> list[str]:
    """Removes all but the newest `keep` generations (setting `generations_kept`) and versions in none.

    Gives the names of what was, or would be, removed. The current generation always stays.
    Raises WriterBusyError.
    """
    with generations.writing():
        gone = generations.prune(keep or settings.generations_kept, dry_run=dry_run)
        kept = [one for one in generations.list() if one.id not in gone]
        used = {(name, entry.version) for one in kept for name, entry in one.manifest.datasets.items()}
        removed = versions.prune(settings, used, dry_run=dry_run)
    return [*gone, *(f"{folder.parent.name}/{folder.name}" for folder in removed)]
