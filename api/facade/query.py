"""Requests as SPARQL text: which entities match, and the values of the entities on a page.

The order of IRIs is made by us, not by ORDER BY: Oxigraph reads both strings from disk at each comparison,
and takes 950 ms to sort 14,000 IRIs where sending them all takes 50 ms (pyoxigraph 0.5.13).
"""

from collections.abc import Iterable, Sequence

from api.facade import search
from api.facade.filters import Filter
from api.facade.parameters import Listing, named, validity
from graph.iris import Iris
from graph.resources import Property, ResourceType
from graph.sparql import terms

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def matching(resource: ResourceType, listing: Listing, iris: Iris) -> str:
    """Every entity of the collection that the filters let through, as ?item."""
    return "SELECT DISTINCT ?item WHERE {\n  " + "\n  ".join(_matching(resource, listing, iris)) + "\n}"


def values(entities: Iterable[str], properties: Sequence[Property]) -> str:
    """?item ?property ?value of the entities named, ?backwards for inverse paths, ?label if there is one.

    FILTER, not VALUES, chooses the properties: with two VALUES Oxigraph reads the whole store (1.1 s, not
    30 ms; pyoxigraph 0.5.13).
    """
    chosen = f"VALUES ?item {{ {' '.join(map(terms.iri, entities))} }}"
    forwards = dict.fromkeys([RDF_TYPE, *(one.path for one in properties if not one.inverse)])
    backwards = dict.fromkeys(one.path for one in properties if one.inverse)
    parts = [f"{chosen} ?item ?property ?value . {_one_of(forwards)}"]
    if backwards:
        parts.append(f"{chosen} ?value ?property ?item . {_one_of(backwards)} BIND(true AS ?backwards)")
    union = "\n  UNION ".join(f"{{ {part} }}" for part in parts)
    label = f"OPTIONAL {{ ?value {terms.iri(RDFS_LABEL)} ?label }}"
    return f"SELECT DISTINCT ?item ?property ?value ?backwards ?label WHERE {{\n  {union}\n  {label}\n}}"


def _one_of(paths: Iterable[str]) -> str:
    return f"FILTER(?property IN ({', '.join(map(terms.iri, paths))}))"


def _matching(resource: ResourceType, listing: Listing, iris: Iris) -> Iterable[str]:
    for number, one in enumerate(listing.filters):
        yield _filter(one, f"?f{number}")
    yield f"?item {terms.iri(RDF_TYPE)} {terms.iri(resource.target_class)} ."
    if listing.as_of is not None and (days := validity(resource, iris)) is not None:
        day = terms.literal(listing.as_of, terms.XSD + "date")
        first, last = (terms.iri(one.path) for one in days)
        yield f"?item {first} ?first . FILTER(?first <= {day})"
        yield f"OPTIONAL {{ ?item {last} ?last }} FILTER(!BOUND(?last) || ?last >= {day})"
    if listing.search is not None and (name := named(resource)) is not None:
        found = terms.literal(search.pattern(listing.search))
        yield f'?item {terms.iri(name.path)} ?name . FILTER(REGEX(STR(?name), {found}, "i"))'


def _filter(one: Filter, variable: str) -> str:
    subject, value = (variable, "?item") if one.property.inverse else ("?item", variable)
    triple = f"{subject} {terms.iri(one.property.path)} {value} ."
    if one.by_value:
        return f"{triple} FILTER({variable} IN ({', '.join(one.terms)}))"
    if len(one.terms) > 1:
        return f"VALUES {variable} {{ {' '.join(one.terms)} }} {triple}"
    return triple.replace(variable, one.terms[0])
