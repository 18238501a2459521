"""What is searched, and the tables of an index (SQLite, with FTS5)."""

NAMES = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "ont/core#shortName",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "ont/agency#abbreviation",
)
"""Properties that hold names, the one to show first; below the base of whoever runs the service, or whole."""
CODES = (
    "ont/core#code",
    "http://www.w3.org/2004/02/skos/core#notation",
    "http://purl.org/dc/terms/identifier",
)
"""Properties that hold identifiers. A citizen's number is none of them: nobody is found by it."""

FIRST_CODE = len(NAMES) + 1
"""Places are counted from 1 through both."""

TABLES = """
CREATE TABLE graphs (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE entities (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE kinds (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, graph INTEGER NOT NULL, place INTEGER NOT NULL,
    language TEXT, value TEXT NOT NULL, folded TEXT NOT NULL
);
CREATE TABLE types (
    entity INTEGER NOT NULL, graph INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (entity, graph, kind)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(folded, content='', detail=none, tokenize='ascii', prefix='2 3');
"""
"""`texts.place` says by which property, `folded` is `value` folded; ids are those of the columns' terms.
Folded text has but letters, digits and blanks, so that the tokenizer `ascii` parts it at the blanks."""
