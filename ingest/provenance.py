"""A run as PROV-O: which sources, by their digests, were used by which programmes to make which version.

Counts are in terms of our own (`ingest:`), checksums as SPDX says them in DCAT 3 (§6.8, `spdx:checksum`).
"""

from pathlib import Path

from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef

from graph.iris import Iris
from ingest import engines
from ingest.fingerprint import FileDigest
from ingest.report import DataSetReport, RunReport, UpdateNote

SPDX = Namespace("http://spdx.org/rdf/terms#")


def write(path: Path, run: RunReport, datasets: list[DataSetReport], *, base: str) -> None:
    """Turtle of the run and of those data sets of it that have a version."""
    iris = Iris(base)
    graph = Graph()
    for prefix, namespace in (("prov", PROV), ("dct", DCTERMS), ("spdx", SPDX), ("void", VOID)):
        graph.bind(prefix, namespace)
    graph.bind("ingest", iris.ontology("ingest"))
    activity = URIRef(iris.entity("run", run.id))
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, PROV.startedAtTime, Literal(run.started.isoformat(), datatype=XSD.dateTime)))
    for name, version in engines.versions().items():
        agent = URIRef(iris.entity("agent", name))
        graph.add((activity, PROV.wasAssociatedWith, agent))
        graph.add((agent, RDF.type, PROV.SoftwareAgent))
        graph.add((agent, RDFS.label, Literal(name)))
        graph.add((agent, DCTERMS.hasVersion, Literal(version)))
    for report in datasets:
        if report.version is not None:
            _version(graph, activity, report, iris)
    graph.serialize(path, format="turtle")


def _version(graph: Graph, activity: URIRef, report: DataSetReport, iris: Iris) -> None:
    dataset = URIRef(iris.dataset(report.name))
    version = URIRef(f"{dataset}/{report.version}")
    graph.add((version, RDF.type, PROV.Entity))
    graph.add((version, PROV.specializationOf, dataset))
    graph.add((version, PROV.wasGeneratedBy, activity))
    graph.add((version, VOID.triples, Literal(report.quads)))
    if report.update is not None:
        _update(graph, activity, version, report.update, iris)
    else:
        mapping = URIRef(f"{version}/mapping")
        graph.add((activity, PROV.used, mapping))
        _checksum(graph, mapping, report.mapping)
    if report.previous:
        graph.add((version, PROV.wasRevisionOf, URIRef(f"{dataset}/{report.previous}")))
    counts = {
        "quadsAdded": report.added,
        "quadsUnchanged": report.unchanged,
        "quadsRemoved": report.removed,
    }
    _counts(graph, version, counts, iris)
    for name, location in report.locations.items():
        source = URIRef(f"{version}/source/{name}")
        graph.add((activity, PROV.used, source))
        graph.add((version, PROV.wasDerivedFrom, source))
        graph.add((source, RDF.type, PROV.Entity))
        graph.add((source, DCTERMS.title, Literal(location)))
        graph.add((source, DCTERMS.extent, Literal(f"{report.rows.get(name, 0)} rows")))
        if (digest := _digest(report, location)) is not None:
            _checksum(graph, source, digest.sha256)
            graph.add((source, DCAT.byteSize, Literal(digest.size, datatype=XSD.nonNegativeInteger)))
        if (account := report.accounts.get(name)) is not None:
            rows = {
                "rowsRead": account.read,
                "rowsMapped": account.mapped,
                "rowsSkipped": account.skipped,
                "rowsQuarantined": account.quarantined,
            }
            _counts(graph, source, rows, iris)


def _update(graph: Graph, activity: URIRef, version: URIRef, note: UpdateNote, iris: Iris) -> None:
    """Who wrote, and what was sent, by its digest."""
    agent = URIRef(iris.entity("agent", note.agent))
    graph.add((agent, RDF.type, PROV.Agent))
    graph.add((agent, RDFS.label, Literal(note.title or note.agent)))
    graph.add((activity, PROV.wasAssociatedWith, agent))
    graph.add((version, PROV.wasAttributedTo, agent))
    sent = URIRef(f"{version}/update")
    graph.add((activity, PROV.used, sent))
    graph.add((sent, RDF.type, PROV.Entity))
    graph.add((sent, DCTERMS.type, Literal(note.verb)))
    _checksum(graph, sent, note.digest)


def _digest(report: DataSetReport, location: str) -> FileDigest | None:
    """That of the file behind a location, which may name a sheet or table in it (`#…`)."""
    return report.sources.get(location) or report.sources.get(location.split("#")[0])


def _counts(graph: Graph, subject: URIRef, counts: dict[str, int], iris: Iris) -> None:
    for name, number in counts.items():
        value = Literal(number, datatype=XSD.nonNegativeInteger)
        graph.add((subject, URIRef(iris.ontology("ingest") + name), value))


def _checksum(graph: Graph, subject: URIRef, sha256: str) -> None:
    checksum = BNode()
    graph.add((subject, SPDX.checksum, checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((checksum, SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))
