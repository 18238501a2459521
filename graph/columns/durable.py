"""Files that appear whole or not at all, also when the power fails."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's list of names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until everything below `folder` is on the disk."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def commit(made: Path, path: Path) -> None:
    """Let the finished file `made` appear at `path`, on the same disk, in one step."""
    sync(made)
    made.replace(path)
    sync(path.parent)
