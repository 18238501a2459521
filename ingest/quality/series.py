"""The measurements of all versions so far: the reference set `quality`, in a graph for each class of access.

A new version of it is the published one and what was measured since. A measurement stays for good, also when
the version that it was made on is removed; it is never in a graph more open than the data set is now.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from rdflib import PROV, RDF, XSD, Namespace

from graph.access import CLASSES
from graph.columns import Builder, Columns, TextQuad, difference
from graph.columns.connection import attach
from graph.iris import Iris
from graph.quality import AGE, Measurement, Point
from graph.settings import Settings
from ingest import versions
from ingest.versions import VersionRecord

NAME = "quality"
KIND = "quality-measurement"
DQV = Namespace("http://www.w3.org/ns/dqv#")
VERSION = "http://www.w3.org/ns/dcat#version"
"""DCAT 3, §6.4.29; rdflib knows the terms of DCAT 2."""
_DATE_TIME, _INTEGER, _DECIMAL, _STRING = (
    str(one) for one in (XSD.dateTime, XSD.integer, XSD.decimal, XSD.string)
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on one version of a data set, for publication in a graph of class `access`."""

    dataset: str
    access: str
    version: str
    run: str
    time: datetime
    measurements: tuple[Measurement, ...]


def quads(measured: Measured, *, base: str) -> Iterator[TextQuad]:
    """The measurements in DQV, and the version that they were derived from (PROV-O)."""
    iris = Iris(base)
    graph = iris.graph(NAME, measured.access)
    dataset = iris.dataset(measured.dataset)
    version = f"{dataset}/{measured.version}"

    def link(subject: str, path: str, value: str) -> TextQuad:
        return TextQuad(subject, path, value, None, None, graph)

    def literal(subject: str, path: str, value: str, datatype: str) -> TextQuad:
        return TextQuad(subject, path, value, datatype, None, graph)

    if measured.measurements:
        yield link(version, str(PROV.specializationOf), dataset)
        yield literal(version, VERSION, measured.version, _STRING)
    for one in measured.measurements:
        subject = iris.entity(KIND, f"{measured.dataset}/{measured.version}/{one.metric}")
        yield link(subject, str(RDF.type), str(DQV.QualityMeasurement))
        yield link(subject, str(DQV.computedOn), dataset)
        yield link(subject, str(DQV.isMeasurementOf), iris.ontology(NAME, one.metric))
        is_decimal = isinstance(one.value, Decimal)
        yield literal(subject, str(DQV.value), one.text, _DECIMAL if is_decimal else _INTEGER)
        yield link(subject, str(PROV.wasDerivedFrom), version)
        yield link(subject, str(PROV.wasGeneratedBy), iris.entity("run", measured.run))
        moment = f"{measured.time:%Y-%m-%dT%H:%M:%SZ}"
        yield literal(subject, str(PROV.generatedAtTime), moment, _DATE_TIME)
        for path, number in (("part", one.part), ("whole", one.whole)):
            if number is not None:
                yield literal(subject, iris.ontology(NAME, path), str(number), _INTEGER)


def keep(
    new: Sequence[Measured],
    access: Mapping[str, str],
    published: Path | None,
    settings: Settings,
    issued: datetime,
) -> Path | None:
    """A new version of the set; None where nothing was measured and no data set has become less open.

    `access` are the classes of access of the data sets there are, `published` is the folder of the version
    that is published. Raises SourceError for one that is not readable.
    """
    moves = _moves(published, access, settings.base_iri) if published is not None else []
    if not moves and not any(one.measurements for one in new):
        return None
    before = versions.read(published).fingerprint if published is not None else ""
    said = [one.dataset + one.version for one in new]
    digest = hashlib.sha256("\0".join([before, *said, *map(repr, moves)]).encode()).hexdigest()
    folder = versions.new_folder(versions.folder_of(settings, NAME))
    with Builder(
        folder / versions.COLUMNS,
        memory_mb=settings.columns_memory_mb,
        threads=settings.columns_threads,
    ) as builder:
        if published is not None:
            attach(builder.connection, published / versions.COLUMNS, "before")
            builder.connection.execute("CREATE TEMP TABLE move (prefix VARCHAR, old VARCHAR, new VARCHAR)")
            if moves:
                builder.connection.executemany("INSERT INTO move VALUES (?, ?, ?)", moves)
            builder.connection.execute(_EARLIER)
            builder.connection.execute("DETACH before")
        for one in new:
            builder.stage(quads(one, base=settings.base_iri))
        count = builder.finish().quads
    if published is not None:
        with difference(published / versions.COLUMNS, folder / versions.COLUMNS) as found:
            if found.is_little(count):
                found.write(folder / versions.CHANGES)
    version = versions.name_of(issued, digest)
    return versions.keep(folder, VersionRecord(version, NAME, issued.isoformat(), digest, count))


_EARLIER = """
INSERT INTO work.staged
SELECT s.value, p.value, o.value, o.datatype, o.language, coalesce(move.new, g.value), NULL, NULL
FROM before.quads q JOIN before.terms s ON s.id = q.s JOIN before.terms p ON p.id = q.p
JOIN before.terms o ON o.id = q.o JOIN before.terms g ON g.id = q.g
LEFT JOIN move ON move.old = g.value AND starts_with(s.value, move.prefix)"""


def _moves(published: Path, access: Mapping[str, str], base: str) -> list[tuple[str, str, str]]:
    """Beginnings of subjects in a graph that is more open than their data set, that graph, and the one where
    they belong."""
    iris = Iris(base)
    with Columns(published / versions.COLUMNS) as columns:
        present = set(columns.statistics().graphs)
        found = columns.connection.execute(_DATASETS, {"path": str(PROV.specializationOf)}).fetchall()
    moves = []
    for dataset, graph in found:
        name = str(dataset).removeprefix(iris.dataset(""))
        allowed = access.get(name)
        is_open = allowed is not None and graph in {
            iris.graph(NAME, one) for one in CLASSES[: CLASSES.index(allowed)]
        }
        if allowed is not None and is_open and graph in present:
            for prefix in (f"{dataset}/", iris.entity(KIND, f"{name}/")):
                moves.append((prefix, str(graph), iris.graph(NAME, allowed)))
    return sorted(moves)


_DATASETS = """
SELECT DISTINCT o.value, g.value FROM quads q JOIN terms p ON p.id = q.p AND p.value = $path
JOIN terms o ON o.id = q.o JOIN terms g ON g.id = q.g"""


def read(version: Path, dataset: str, *, base: str) -> list[Point]:
    """The measurements of one data set in a version of the set, in no order."""
    iris = Iris(base)
    prefix = iris.entity(KIND, f"{dataset}/")
    with Columns(version / versions.COLUMNS) as columns:
        rows = columns.connection.execute(_SAID, {"prefix": prefix}).fetchall()
    said: dict[str, dict[str, str]] = {}
    for subject, path, value in rows:
        said.setdefault(subject, {})[path] = value
    return [_point(subject.removeprefix(prefix), paths, iris) for subject, paths in said.items()]


_SAID = """
SELECT s.value, p.value, o.value FROM quads q JOIN terms s ON s.id = q.s AND starts_with(s.value, $prefix)
JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o"""


def _point(key: str, said: Mapping[str, str], iris: Iris) -> Point:
    version, metric = key.split("/")
    text = said[str(DQV.value)]
    part, whole = (said.get(iris.ontology(NAME, path)) for path in ("part", "whole"))
    return Point(
        version,
        said[str(PROV.generatedAtTime)],
        said[str(PROV.wasGeneratedBy)].removeprefix(iris.entity("run", "")),
        Measurement(
            metric,
            int(text) if metric == AGE else Decimal(text),
            int(part) if part is not None else None,
            int(whole) if whole is not None else None,
        ),
    )
