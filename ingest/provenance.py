"""A run as PROV-O: which sources were used by which activity to make which version."""

from pathlib import Path

from rdflib import DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, URIRef

from graph.iris import Iris
from ingest.report import DataSetReport, RunReport


def write(path: Path, run: RunReport, datasets: list[DataSetReport], *, base: str) -> None:
    """Turtle of the run and of those data sets of it that have a version."""
    iris = Iris(base)
    graph = Graph()
    graph.bind("prov", PROV)
    graph.bind("dct", DCTERMS)
    activity = URIRef(iris.entity("run", run.id))
    agent = URIRef(iris.entity("agent", "lienthong"))
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, PROV.startedAtTime, Literal(run.started.isoformat(), datatype=XSD.dateTime)))
    graph.add((activity, PROV.wasAssociatedWith, agent))
    graph.add((agent, RDF.type, PROV.SoftwareAgent))
    graph.add((agent, RDFS.label, Literal("Liên thông", lang="vi")))
    for report in datasets:
        if report.version is None:
            continue
        dataset = URIRef(iris.dataset(report.name))
        version = URIRef(f"{dataset}/{report.version}")
        graph.add((version, RDF.type, PROV.Entity))
        graph.add((version, PROV.specializationOf, dataset))
        graph.add((version, PROV.wasGeneratedBy, activity))
        if report.previous:
            graph.add((version, PROV.wasRevisionOf, URIRef(f"{dataset}/{report.previous}")))
        for name, location in report.locations.items():
            source = URIRef(f"{version}/source/{name}")
            graph.add((activity, PROV.used, source))
            graph.add((version, PROV.wasDerivedFrom, source))
            graph.add((source, RDF.type, PROV.Entity))
            graph.add((source, DCTERMS.title, Literal(location)))
            if name in report.rows:
                graph.add((source, DCTERMS.extent, Literal(f"{report.rows[name]} rows")))
    graph.serialize(path, format="turtle")
