"""How much there is, in the Vocabulary of Interlinked Datasets (VoID), of what one caller may see."""

from rdflib import DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from api.knowledge import Knowledge
from graph.access import Principal
from graph.columns.statistics import GraphStatistics
from graph.stores.generations import Generation

VOID = Namespace("http://rdfs.org/ns/void#")
ADDRESS = "/.well-known/void"


def document(known: Knowledge) -> URIRef:
    """The IRI of the description."""
    return URIRef(known.iris.resolve(ADDRESS))


def everything(known: Knowledge) -> URIRef:
    """The IRI of all that a caller may see, taken together."""
    return URIRef(f"{document(known)}#graph")


def describe(known: Knowledge, generation: Generation, principal: Principal, endpoint: str) -> Graph:
    """The merge of the graphs that `principal` may read, and each of them: those alone."""
    counts = generation.counts
    readable = sorted(principal.graphs.intersection(generation.manifest.graphs))
    told = Graph(bind_namespaces="none")
    for prefix, namespace in {**known.prefixes, "void": str(VOID), "foaf": str(FOAF)}.items():
        told.bind(prefix, namespace)
    whole = everything(known)
    told.add((document(known), RDF.type, VOID.DatasetDescription))
    told.add((document(known), FOAF.primaryTopic, whole))
    told.add((whole, DCTERMS.issued, Literal(generation.manifest.created, datatype=XSD.dateTime)))
    told.add((whole, DCTERMS.identifier, Literal(generation.id)))
    told.add((whole, VOID.sparqlEndpoint, URIRef(endpoint)))
    told.add((whole, VOID.uriSpace, Literal(known.iris.base)))
    told.add((whole, VOID.dataDump, URIRef(known.iris.resolve("/rdf-graph-store?default"))))
    _add_counts(told, whole, counts.within(readable))
    for name in readable:
        told.add((whole, VOID.subset, URIRef(name)))
        _add_counts(told, URIRef(name), counts.within([name]))
    return told


def _add_counts(told: Graph, node: URIRef, counted: GraphStatistics) -> None:
    told.add((node, RDF.type, VOID.Dataset))
    told.add((node, VOID.triples, Literal(counted.quads)))
    told.add((node, VOID.distinctSubjects, Literal(counted.subjects)))
    told.add((node, VOID.properties, Literal(len(counted.predicates))))
    told.add((node, VOID.classes, Literal(len(counted.classes))))
    for predicate, number in counted.predicates.items():
        part = BNode()
        told.add((node, VOID.propertyPartition, part))
        told.add((part, VOID.property, URIRef(predicate)))
        told.add((part, VOID.triples, Literal(number)))
    for kind, number in counted.classes.items():
        part = BNode()
        told.add((node, VOID.classPartition, part))
        told.add((part, VOID["class"], URIRef(kind)))
        told.add((part, VOID.entities, Literal(number)))
