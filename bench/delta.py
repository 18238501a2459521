"""A daily delta against a full load of the same data: seconds by step, the ratio, peak memory, equal graphs.

    python -m bench.delta [--quads 1000000] [--share 0.01] [--format ndjson] [--shapes real] [--folder FOLDER]

The data set is made up: dossiers of ten quads with a key, sent whole; then one file of changes to `--share`
of them: half changed, a quarter deleted, a quarter new. The shapes are the real ones, but that procedures and
units need not be there; `--shapes none` leaves validation out, which takes most of the time of a whole run
and would make the delta look the better for it. Three runs of the pipeline, each a process of its own:
the whole, the delta on top of it, and, into another data folder, whole and delta together from nothing. The
last two must hold the same graph, in the columns and in the store, quad by quad.
"""

import argparse
import hashlib
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAME, OTHER = "bench-dossiers", "bench-other"
QUADS_PER_DOSSIER = 10
DESCRIPTION = """
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
<https://lienthong.gov.vn/dataset/bench-dossiers> a dcat:Dataset ;
    dct:title "Hồ sơ"@vi , "Dossiers"@en ;
    core:accessClass <https://lienthong.gov.vn/code/access-class/shared> ;
    ingest:data "data" .
"""
MAPPING = """
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix service: <https://lienthong.gov.vn/ont/service#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#dossiers> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ;
        rml:path "dossiers.FORMAT" ] ;
    rml:referenceFormulation REFERENCE ;
    ingest:delta [ ingest:files "delta-*.FORMAT" ; ingest:key "PATHcode" ; ingest:operation "PATHop" ;
        ingest:deletes "D" ] .
<#Dossier> a rml:TriplesMap ;
    rml:logicalSource <#dossiers> ;
    rml:subjectMap [ rml:template "BASEid/dossier/{code}" ; rml:class service:Dossier ]"""
OBJECTS = {
    "core:code": 'rml:reference "code"',
    "service:procedure": 'rml:template "BASEid/procedure/{procedure}"',
    "service:applicant": 'rml:template "BASEid/person/{person}"',
    "service:receivingUnit": 'rml:template "BASEid/unit/2025-07-01/{unit}"',
    "service:channel": 'rml:template "BASEcode/channel/{channel}"',
    "service:status": 'rml:template "BASEcode/dossier-status/{status}"',
    "service:submittedOn": 'rml:reference "submitted" ; rml:datatype xsd:date',
    "service:acceptedOn": 'rml:reference "accepted" ; rml:datatype xsd:date',
    "service:dueOn": 'rml:reference "due" ; rml:datatype xsd:date',
}
COLUMNS = ("code", "procedure", "person", "unit", "channel", "status", "submitted", "accepted", "due", "op")


def dossier(number: int, dice: random.Random, operation: str = "U") -> tuple[str, ...]:
    """One row; its values differ each time it is made."""
    submitted = f"2026-{dice.randrange(1, 10):02}-{dice.randrange(1, 29):02}"
    return (
        f"H{number % 63 + 1:02}-260101-{number:07}",
        f"{dice.randrange(1, 3)}.{dice.randrange(2000):06}",
        hashlib.md5(str(dice.randrange(10**7)).encode()).hexdigest(),
        f"{dice.randrange(3321):05}",
        dice.choice(("online", "in-person", "post")),
        "processing",
        submitted,
        f"2026-10-{dice.randrange(1, 29):02}",
        f"2026-11-{dice.randrange(1, 29):02}",
        operation,
    )


def changes(count: int, share: float) -> Iterator[tuple[str, ...]]:
    """The rows of the delta: half changed, a quarter deleted, a quarter new."""
    dice = random.Random(2)
    number = max(4, int(count * share))
    for place, one in enumerate(dice.sample(range(count), number * 3 // 4)):
        yield dossier(one, dice, "D" if place % 3 == 0 else "U")
    for one in range(count, count + number - number * 3 // 4):
        yield dossier(one, dice)


def send(folder: Path, format: str, count: int, share: float, shapes: str) -> Callable[[], None]:
    """Makes the data set with its whole file; what is given back makes the delta."""
    place = folder / "datasets" / NAME
    (place / "data").mkdir(parents=True)
    (place / "dataset.ttl").write_text(DESCRIPTION, encoding="utf-8")
    formulation = "rml:CSV" if format == "csv" else 'rml:JSONPath ; rml:iterator "$"'
    pairs = "".join(
        f" ;\n    rml:predicateObjectMap [ rml:predicate {one} ; rml:objectMap [ {made} ] ]"
        for one, made in OBJECTS.items()
    )
    mapping = f"{MAPPING}{pairs} ."
    for word, text in (
        ("REFERENCE", formulation),
        ("FORMAT", format),
        ("PATH", "" if format == "csv" else "$."),
        ("BASE", "https://lienthong.gov.vn/"),
    ):
        mapping = mapping.replace(word, text)
    (place / "mapping.rml.ttl").write_text(mapping, encoding="utf-8")
    make_shapes(folder / "shapes", shapes)
    dice = random.Random(1)
    write(place / "data" / f"dossiers.{format}", (dossier(number, dice) for number in range(count)))
    return lambda: write(place / "data" / f"delta-1.{format}", changes(count, share))


def make_shapes(folder: Path, shapes: str) -> None:
    """The real shapes, but that procedures and units need not be there; or none."""
    if shapes == "none":
        folder.mkdir()
        return
    shutil.copytree(ROOT / "shapes", folder)
    service = folder / "service.ttl"
    asked = (
        "        sh:class service:AdministrativeProcedure ;\n",
        "        sh:class place:AdministrativeUnit ;\n",
    )
    text = service.read_text(encoding="utf-8")
    for line in asked:
        assert line in text, "the shape of a dossier has changed"
        text = text.replace(line, "")
    service.write_text(text, encoding="utf-8")


def write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".csv":
            file.write(",".join(COLUMNS) + "\n")
            file.writelines(",".join(row) + "\n" for row in rows)
        else:
            file.writelines(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows)


def run(folder: Path, data: str) -> dict[str, Any]:
    """One run of the pipeline: seconds and items by step, how it was made, counts of quads."""
    from graph import settings
    from graph.stores.generations import Generations
    from ingest import pipeline, scaffold

    marks: list[tuple[str, float]] = []
    given = settings.load(
        data_dir=folder / data, datasets_dir=folder / "datasets", shapes_dir=folder / "shapes"
    )
    if not given.data_dir.exists():
        # A node that runs already: the reference sets are published, with another data set.
        if not (given.datasets_dir / OTHER).exists():
            scaffold.create(OTHER, given)
        pipeline.run(given, [OTHER], jobs=1)
    began, busy = time.perf_counter(), time.process_time()
    report = pipeline.run(
        given, [NAME], jobs=1, on_step=lambda step: marks.append((step, time.perf_counter()))
    )
    ended = time.perf_counter()
    (one,) = report.datasets
    assert one.outcome == "published", one.error
    steps: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for step in one.steps:
        steps[step.name][0] += step.seconds
        steps[step.name][1] += step.items
    for (name, start), stop in zip(marks, [*(start for _, start in marks[1:]), ended], strict=True):
        steps[f"publish: {name.split()[0]}"][0] += stop - start
    manifest = Generations(given.data_dir).require_current().manifest
    return {
        "seconds": ended - began,
        "processor": time.process_time() - busy,
        "steps": steps,
        "quads": manifest.quads,
        "added": one.added,
        "removed": one.removed,
        "increment": one.increment,
        "base": manifest.base,
        "why": manifest.why,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def compare(folder: Path) -> dict[str, Any]:
    """Whether the two data folders publish the same quads of the data set: columns and store, all of them.

    The catalogue is left out: it states when a version was issued.
    """
    import pyoxigraph

    from graph.columns import difference
    from graph.stores.generations import Generations

    one, other = (Generations(folder / data).require_current() for data in ("data", "data-whole"))
    (graph,) = one.manifest.datasets[NAME].graphs
    assert one.manifest.datasets[NAME].quads == other.manifest.datasets[NAME].quads
    with difference(one.columns, other.columns) as found:
        strays = [quad for quad in (*found.added_quads(), *found.removed_quads()) if quad.g == graph]
    digests = []
    for generation in (one, other):
        # The order of a store's own index differs: each quad is a number, and the sum has no order.
        total = count = 0
        store = pyoxigraph.Store.read_only(str(generation.oxigraph))
        for quad in store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode(graph)):
            total += int.from_bytes(hashlib.blake2b(str(quad).encode(), digest_size=16).digest(), "big")
            count += 1
        digests.append((count, total % 2**128))
    return {"columns": not strays, "store": digests[0] == digests[1], "quads": digests[0][0]}


def alone(kind: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """One measurement in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.delta", "--alone", kind, "--folder", str(folder), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--format", choices=["ndjson", "csv"], default="ndjson")
    parser.add_argument("--shapes", choices=["real", "none"], default="real")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--alone", choices=["data", "data-whole", "compare"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        result = compare(given.folder) if given.alone == "compare" else run(given.folder, given.alone)
        print(json.dumps(result))
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-", dir=given.folder) as passing:
        folder = Path(passing)
        send_delta = send(folder, given.format, given.quads // QUADS_PER_DOSSIER, given.share, given.shapes)
        whole = alone("data", folder)
        send_delta()
        delta = alone("data", folder)
        again = alone("data-whole", folder)
        show(whole, delta, again)
        equal = alone("compare", folder)
    print(f"the same graph: columns {equal['columns']}, store {equal['store']} ({equal['quads']:,} quads)")
    if given.json:
        runs = {"whole": whole, "delta": delta, "whole_again": again, "equal": equal}
        given.json.write_text(json.dumps(runs, indent=2))
    if not (equal["columns"] and equal["store"]):
        raise SystemExit("the graphs differ")


def show(whole: dict[str, Any], delta: dict[str, Any], again: dict[str, Any]) -> None:
    print(f"{delta['quads']:,} quads · delta: {delta['added']:,} added, {delta['removed']:,} removed")
    print(f"version by increment: {delta['increment']} · generation: {delta['base']}, {delta['why']}\n")
    print(f"{'step':<22}{'whole':>9}{'delta':>9}{'merged':>9}   seconds")
    names = list(dict.fromkeys([*whole["steps"], *delta["steps"], *again["steps"]]))
    for name in names:
        cells = (one["steps"].get(name, [0.0])[0] for one in (whole, delta, again))
        print(f"{name:<22}" + "".join(f"{cell:>9.2f}" for cell in cells))
    for name, what in (("in all", "seconds"), ("of the processor", "processor")):
        print(f"{name:<22}" + "".join(f"{one[what]:>9.2f}" for one in (whole, delta, again)))
    print(f"{'peak MiB':<22}" + "".join(f"{one['peak_mib']:>9,.0f}" for one in (whole, delta, again)))
    print(
        f"\nratio of the delta to the whole: 1/{whole['seconds'] / delta['seconds']:.1f},"
        f" of the processor's time 1/{whole['processor'] / delta['processor']:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
