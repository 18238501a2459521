"""Addresses of the pages that are made of an IRI: of a term, of what links to it, of a question about it."""

from urllib.parse import quote, urlencode

from rdflib import RDFS

from api.pages.links import Links
from graph.sparql import terms

BROWSER = "/ontology"
INCOMING = "/incoming"


def term_address(links: Links, iri: str) -> str | None:
    """The page of a class or property of ours: a fragment (`ont/place#Commune`) does not reach the server.

    None for what is no term of a module.
    """
    path = links.iris.path(iri) or ""
    module, hash_sign, term = path.removeprefix("ont/").partition("#")
    if not path.startswith("ont/") or not hash_sign or not term:
        return None
    return links.local(f"{BROWSER}/{quote(module)}/{quote(term)}")


def incoming_address(links: Links, iri: str, by: str | None = None, after: str | None = None) -> str:
    """Where those are listed that link to an IRI: all, or by one property, from behind one on."""
    given = {"of": iri, "by": by, "after": after}
    asked = urlencode({name: value for name, value in given.items() if value is not None})
    return links.local(f"{INCOMING}?{asked}")


def asking(links: Links, query: str) -> str:
    """The first page with a query in its editor, and its results."""
    return links.local(f"/?{urlencode({'query': query})}")


def download(query: str, format_: str) -> str:
    return f"/sparql?{urlencode({'query': query, 'format': format_})}"


def about(iri: str, language: str) -> str:
    """A query for all that is said of an IRI, with the names of what it points to."""
    return (
        f"SELECT ?property ?value ?name WHERE {{\n  {terms.iri(iri)} ?property ?value .\n"
        f"{_named('value', language)}}}\nORDER BY ?property ?value"
    )


def instances(iri: str, language: str) -> str:
    """A query for the entities of a class."""
    return (
        f"SELECT ?entity ?name WHERE {{\n  ?entity a {terms.iri(iri)} .\n{_named('entity', language)}}}\n"
        "ORDER BY ?entity\nLIMIT 1000"
    )


def uses(iri: str, language: str) -> str:
    """A query for who has a property, and its values."""
    return (
        f"SELECT ?entity ?name ?value WHERE {{\n  ?entity {terms.iri(iri)} ?value .\n"
        f"{_named('entity', language)}}}\nORDER BY ?entity\nLIMIT 1000"
    )


def _named(variable: str, language: str) -> str:
    return (
        f"  OPTIONAL {{ ?{variable} {terms.iri(str(RDFS.label))} ?name . "
        f'FILTER(LANG(?name) = "{language}") }}\n'
    )
