"""What the endpoint says of itself to whoever sends no query (SPARQL 1.1 Service Description)."""

from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef

from api import void
from api.knowledge import Knowledge
from api.void import VOID
from graph.access import Principal
from graph.formats import GRAPHS, RESULTS
from graph.stores.generations import Generation

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
DCT = Namespace("http://purl.org/dc/terms/")

_W3C_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_FORMATS = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}


def describe(
    known: Knowledge, endpoint: str, generation: Generation, principal: Principal, *, may_update: bool = False
) -> Graph:
    """The service, its formats, and the graphs that `principal` may read: those alone.

    Update is offered to those who `may_update` something. SERVICE, dereferencing of FROM and empty graphs are
    not offered, so that their terms are missing.
    """
    graph = Graph(bind_namespaces="none")
    graph.bind("sd", SD)
    graph.bind("void", VOID)
    service, dataset, default = BNode(), BNode(), void.everything(known)
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if may_update:
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    # The default graph of a query without FROM holds every named graph that the caller may read.
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    graph.add((service, SD.defaultEntailmentRegime, ENTAILMENT.Simple))
    graph.add((service, RDFS.seeAlso, void.document(known)))
    for written in (*RESULTS, *GRAPHS):
        graph.add((service, SD.resultFormat, _W3C_FORMATS[_FORMATS[written.media_type]]))
    graph.add((service, SD.defaultDataset, dataset))
    # What FROM and the protocol's parameters may choose from is what is asked without them (§3.2.10).
    graph.add((service, SD.availableGraphs, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, RDF.type, SD.GraphCollection))
    graph.add((dataset, DCT.issued, Literal(generation.manifest.created, datatype=XSD.dateTime)))
    graph.add((dataset, DCT.identifier, Literal(generation.id)))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    readable = {name: entry for name, entry in generation.manifest.graphs.items() if name in principal.graphs}
    graph.add((default, VOID.triples, Literal(sum(entry.quads for entry in readable.values()))))
    for name, entry in readable.items():
        named, content = BNode(), URIRef(name)
        graph.add((dataset, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, URIRef(name)))
        graph.add((named, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, Literal(entry.quads)))
    return graph
