"""The embedded store, made from the one of the generation before.

A backup is a folder of hard links to files that never change, and takes milliseconds. Measured on 1 M quads:
52,000 removals and 35,000 bulk additions a second, against 56,000 quads a second of a whole load beside them.
The store is not compacted afterwards (5 s for 1 M quads): that is left to the next whole load.
"""

from pathlib import Path

import pyoxigraph as ox


def copy(base: Path, target: Path, removed: Path, added: Path) -> None:
    """Makes in `target` a store of what the store `base` holds less the quads of the N-Quads file `removed`,
    with those of `added`; `base` is only read. Raises OSError where it is no store."""
    ox.Store.read_only(str(base)).backup(str(target))
    store = ox.Store(str(target))
    # Lenient: this text was made here, as that of a whole load was.
    for quad in ox.parse(path=str(removed), format=ox.RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    store.bulk_load(path=str(added), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()
