"""One changed entity in a large graph that is kept in memory."""

import random
import resource
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.validation.engines import ONTOLOGY, SHAPES
from graph.columns import Columns, TextQuad
from graph.iris import Iris
from graph.shacl.resident import Resident
from graph.shacl.validator import ColumnsValidator

KINDS = ("person", "enterprise", "dossier", "unit", "observation")
_SOME = """
SELECT value FROM (SELECT value FROM terms WHERE datatype IS NULL AND starts_with(value, $kind)
                   AND id IN (SELECT s FROM quads) ORDER BY hash(value)) LIMIT $count"""


def measure(columns: Path, count: int) -> None:
    """Prints, for each kind of entity, how long it takes to judge the change of one literal of one entity."""
    validator = ColumnsValidator(SHAPES, ONTOLOGY)
    validator.prepare()
    _ = validator.ways
    chosen = {kind: list(_some(columns, f"{Iris().entities}{kind}/", count)) for kind in KINDS}
    began = time.perf_counter()
    resident = Resident(validator, columns)
    print(f"loaded in {time.perf_counter() - began:.1f} s")
    print(f"{'entity':<13}{'median ms':>10}{'p95 ms':>10}{'processor ms':>14}{'nodes judged':>14}")
    for kind, changes in chosen.items():
        seconds, processor, focus = [], [], []
        for before, after in changes:
            clock, used = time.perf_counter(), time.process_time()
            judged = resident.judged([after], [before])
            seconds.append(time.perf_counter() - clock)
            processor.append(time.process_time() - used)
            focus.append(len(judged.focus) if judged else 0)
        middle, late = statistics.median(seconds), sorted(seconds)[int(0.95 * (len(seconds) - 1))]
        print(f"{kind:<13}{middle * 1000:>10.1f}{late * 1000:>10.1f}", end="")
        print(f"{statistics.median(processor) * 1000:>14.1f}{statistics.median(focus):>14.0f}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def _some(columns: Path, kind: str, count: int) -> Iterator[tuple[TextQuad, TextQuad]]:
    """A literal of an entity as it is, and as another one."""
    dice = random.Random(1)
    with Columns(columns) as opened:
        rows = opened.connection.execute(_SOME, {"kind": kind, "count": count}).fetchall()
        for (entity,) in rows:
            literals = [one for one in sorted(opened.about([entity]), key=repr) if one.datatype]
            one = dice.choice(literals)
            yield one, one._replace(o="1887-01-02" if "date" in str(one.datatype) else f"{one.o} x")
