"""Requests as SPARQL text: which entities match, how many, by which value, and what is said of them."""

from collections.abc import Iterable, Sequence

from api.facade.cursor import Position
from api.facade.filters import Filter
from api.facade.offered import validity
from api.facade.operators import RANGES
from api.facade.parameters import Listing
from api.facade.sorting import Sort
from graph.iris import Iris
from graph.resources import Property, ResourceType
from graph.sparql import terms

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def page(
    resource: ResourceType,
    listing: Listing,
    after: Position | None,
    iris: Iris,
    among: Sequence[str] = (),
) -> str:
    """?item and its values ?k0, ?k1 … in the order of the listing: one more than a page holds.

    A page is found by where the one before it ended, not by how many came before (keyset). `among`: only of
    these entities.
    """
    chosen = [f"VALUES ?item {{ {' '.join(map(terms.iri, among))} }}"] if among else []
    lines = [*chosen, *_matching(resource, listing, iris)]
    for number, one in enumerate(listing.sort):
        lines.append(_key(one, number))
    if after is not None:
        lines.append(f"FILTER({_behind(listing.sort, after)})")
    keys = " ".join(f"?k{number}" for number in range(len(listing.sort)))
    order = [part for number, one in enumerate(listing.sort) for part in _order(one, f"?k{number}")]
    return (
        f"SELECT DISTINCT ?item {keys} WHERE {{\n  "
        + "\n  ".join(lines)
        + f"\n}} ORDER BY {' '.join([*order, '?item'])}"
        f" LIMIT {listing.limit + 1}"
    )


def matching(resource: ResourceType, listing: Listing, iris: Iris) -> str:
    """?item: all entities that match."""
    lines = "\n  ".join(_matching(resource, listing, iris))
    return f"SELECT DISTINCT ?item WHERE {{\n  {lines}\n}}"


def total(resource: ResourceType, listing: Listing, iris: Iris) -> str:
    """?total: how many entities match."""
    lines = "\n  ".join(_matching(resource, listing, iris))
    return f"SELECT (COUNT(DISTINCT ?item) AS ?total) WHERE {{\n  {lines}\n}}"


def facet(resource: ResourceType, listing: Listing, one: Property, most: int, iris: Iris) -> str:
    """?value and ?total: the values of a field among the entities that match, the most frequent first."""
    lines = "\n  ".join([*_matching(resource, listing, iris), _triple(one, "?item", "?value")])
    return (
        f"SELECT ?value (COUNT(DISTINCT ?item) AS ?total) WHERE {{\n  {lines}\n}} "
        f"GROUP BY ?value ORDER BY DESC(?total) ?value LIMIT {most}"
    )


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


def one(entity: str, properties: Sequence[Property]) -> str:
    """All that is said of a single entity, and what is said with the keys that are read backwards; as
    `values`, without ?item.

    It is named, not bound, so that Oxigraph looks it up; and nothing is filtered: FILTER costs more than what
    it leaves out (13 ms of processor instead of 42; `python -m bench.facade`, 0.7 M quads in 24 graphs).
    """
    subject = terms.iri(entity)
    parts = [f"{{ {subject} ?property ?value }}"]
    for path in dict.fromkeys(each.path for each in properties if each.inverse):
        predicate = terms.iri(path)
        parts.append(
            f"{{ ?value {predicate} {subject} BIND({predicate} AS ?property) BIND(true AS ?backwards) }}"
        )
    label = f"OPTIONAL {{ ?value {terms.iri(RDFS_LABEL)} ?label }}"
    return f"SELECT ?property ?value ?backwards ?label WHERE {{ {' UNION '.join(parts)} {label} }}"


def _one_of(paths: Iterable[str]) -> str:
    return f"FILTER(?property IN ({', '.join(map(terms.iri, paths))}))"


def _matching(resource: ResourceType, listing: Listing, iris: Iris) -> Iterable[str]:
    filtered = "?origin" if listing.succession else "?item"
    for number, one in enumerate(listing.filters):
        yield from _filter(one, filtered, f"?f{number}")
    if listing.succession:
        followed = terms.iri(iris.ontology("core", "succeededBy"))
        yield f"{{ ?origin {followed}* ?item }} UNION {{ ?item {followed}+ ?origin }}"
    yield f"?item {terms.iri(RDF_TYPE)} {terms.iri(resource.target_class)} ."
    if listing.valid_on is not None and (days := validity(resource, iris)) is not None:
        day = terms.literal(listing.valid_on, terms.XSD + "date")
        first, last = (terms.iri(one.path) for one in days)
        yield f"?item {first} ?first . FILTER(?first <= {day})"
        yield f"OPTIONAL {{ ?item {last} ?last }} FILTER(!BOUND(?last) || ?last >= {day})"


def _filter(one: Filter, subject: str, end: str) -> Iterable[str]:
    """The steps of the path, then the condition on `end`, its last value."""
    steps = []
    for number, step in enumerate(one.path):
        value = end if number == len(one.path) - 1 else f"{end}_{number}"
        steps.append((step, subject, value))
        subject = value
    pattern = " ".join(_triple(*step) for step in steps)
    match one.comparison:
        case "presence":
            yield f"FILTER{'' if one.terms == ('true',) else ' NOT'} EXISTS {{ {pattern} }}"
        case "pattern":
            found = " || ".join(f'REGEX(STR({end}), {term}, "i")' for term in one.terms)
            yield f"{pattern} FILTER({found})"
        case "text":
            yield f"{pattern} FILTER(STR({end}) IN ({', '.join(one.terms)}))"
        case "value":
            sign = RANGES.get(one.operator, "=")
            yield f"{pattern} FILTER({' || '.join(f'{end} {sign} {term}' for term in one.terms)})"
        case _ if len(one.terms) > 1:
            yield f"VALUES {end} {{ {' '.join(one.terms)} }} {pattern}"
        case _:
            *inner, last = steps
            yield " ".join(_triple(*step) for step in [*inner, (last[0], last[1], one.terms[0])])


def _triple(one: Property, subject: str, value: str) -> str:
    start, end = (value, subject) if one.inverse else (subject, value)
    return f"{start} {terms.iri(one.path)} {end} ."


def _key(one: Sort, number: int) -> str:
    value = f"?k{number}"
    if one.field.kind == "langString":
        inner = f"?t{number}"
        chosen = f'{_triple(one.field, "?item", inner)} FILTER(LANG({inner}) = "{one.language}")'
        return f"OPTIONAL {{ {chosen} }} BIND(STR({inner}) AS {value})"
    if one.is_by_value:
        return f"OPTIONAL {{ {_triple(one.field, '?item', value)} }}"
    inner = f"?t{number}"
    return f"OPTIONAL {{ {_triple(one.field, '?item', inner)} }} BIND(STR({inner}) AS {value})"


def _order(one: Sort, value: str) -> tuple[str, str]:
    """SPARQL sorts what is unbound first (§15.1): a key of its own puts it last."""
    return f"DESC(BOUND({value}))", f"DESC({value})" if one.descending else value


def _behind(sort: Sequence[Sort], after: Position) -> str:
    """That a solution comes after a position: by the first key, or equal there and by the next."""
    condition = f"STR(?item) > {terms.literal(after.iri)}"
    for number, (one, last) in reversed([*enumerate(zip(sort, after.values, strict=True))]):
        value = f"?k{number}"
        if last is None:
            condition = f"!BOUND({value}) && ({condition})"
            continue
        term = one.term(last)
        sign = "<" if one.descending else ">"
        condition = f"!BOUND({value}) || {value} {sign} {term} || ({value} = {term} && ({condition}))"
    return condition
