"""Random queries over random graphs, in columns and in Oxigraph, with rdflib's opinion where they differ.

    python -m tests.algebra.fuzzing [--queries 20000] [--seed 0]

Each difference that is not known by name (`graph.sparql.exactness.misread`) is printed, made small, and each
that is, where rdflib says what Oxigraph does. The last lines count; the command fails where one is not known.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

from graph.sparql.exactness import FREE
from tests.algebra.fuzzing.comparing import Difference, compared

PER_GRAPH = 40


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    counts: Counter[str] = Counter()
    for number in range(-(-given.queries // PER_GRAPH)):
        with tempfile.TemporaryDirectory() as folder:
            for found in compared(given.seed + number, PER_GRAPH, Path(folder)):
                if not isinstance(found, Difference):
                    counts[found] += 1
                elif found.named:
                    counts[f"known: {found.named} (rdflib agrees with {found.rdflib})"] += 1
                    if found.rdflib == "Oxigraph" and found.named != FREE:
                        _tell(found)
                else:
                    counts["unknown differences"] += 1
                    _tell(found)
        print(given.seed + number, dict(counts), file=sys.stderr, flush=True)
    for name, count in counts.most_common():
        print(f"{count:>7}  {name}")
    return 1 if counts["unknown differences"] else 0


def _tell(found: Difference) -> None:
    print(f"graph {found.seed}, rdflib agrees with {found.rdflib}: {found.query}")
    print(f"    columns:  {found.columns}\n    Oxigraph: {found.oxigraph}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
