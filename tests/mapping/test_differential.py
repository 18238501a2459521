"""The engine against a plain interpreter of the model: row by row, no SQL, obviously right.

Random tables of any text, one mapping that uses every kind of map: both must give the same quads, or both
must refuse the data.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns import TextQuad
from graph.columns.connection import MEMORY_MB, THREADS, connected
from graph.errors import SourceError
from ingest import mapping, sources
from ingest.mapping.model import (
    Constant,
    Mapping,
    ParentMap,
    Reference,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from tests.examples import examples

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GRAPH = "urn:graph:default"
BASE = "https://example.org/base/"
COLUMNS = {"people": ("id", "name", "lang", "place", "link"), "places": ("code", "tên", "kind")}
Row = dict[str, str | None]
Tables = dict[str, list[Row]]

DOCUMENT = r"""
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <urn:ex:> .
<#people> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a rml:RelativePathSource ; rml:path "people.csv" ; rml:null "", "NULL" ] .
<#places> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a rml:RelativePathSource ; rml:path "places.csv" ] .
<#Person> rml:logicalSource <#people> ;
  rml:subjectMap [ rml:template "https://example.org/p/{id}/{name}" ; rml:class ex:Person, ex:Agent ;
    rml:graphMap [ rml:template "urn:graph:{lang}" ] ] ;
  rml:predicateObjectMap
    [ rml:predicate ex:name, ex:label ; rml:objectMap [ rml:reference "name" ] ],
    [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ; rml:language "vi-VN" ] ;
      rml:graph ex:g, rml:defaultGraph ],
    [ rml:predicate ex:id ; rml:objectMap [ rml:reference "id" ; rml:datatype xsd:integer ] ],
    [ rml:predicate ex:typed ; rml:objectMap [ rml:reference "id" ;
      rml:datatypeMap [ rml:template "type/{lang}" ] ] ],
    [ rml:predicate ex:text ; rml:objectMap [
      rml:template "\\{{id}\\}: {name} – {id}" ; rml:termType rml:Literal ] ],
    [ rml:predicateMap [ rml:template "urn:p:{lang}" ] ; rml:object 5, "x"@en, ex:o ],
    [ rml:predicate ex:self ; rml:objectMap [ rml:parentTriplesMap <#Link> ] ],
    [ rml:predicate ex:livesIn ; rml:objectMap [ rml:parentTriplesMap <#Place> ;
      rml:joinCondition [ rml:child "place" ; rml:parent "code" ] ] ],
    [ rml:predicate ex:namesake ; rml:objectMap [ rml:parentTriplesMap <#Place> ;
      rml:joinCondition [ rml:childMap [ rml:template "{lang}-{place}" ] ;
          rml:parentMap [ rml:template "{kind}-{code}" ] ],
        [ rml:child "name" ; rml:parent "tên" ] ] ] .
<#Link> rml:logicalSource <#people> ; rml:baseIRI <https://example.net/> ;
  rml:subjectMap [ rml:template "{name}#{id}" ] ;
  rml:predicateObjectMap
    [ rml:predicate ex:uri ; rml:objectMap [ rml:template "a/{name}" ; rml:termType rml:URI ] ],
    [ rml:predicate ex:unsafe ; rml:objectMap [ rml:reference "name" ; rml:termType rml:UnsafeIRI ] ],
    [ rml:predicate ex:node ; rml:objectMap [ rml:template "{name}-{id}" ; rml:termType rml:BlankNode ] ] .
<#Place> rml:logicalSource <#places> ;
  rml:subjectMap [ rml:reference "code" ; rml:termType rml:BlankNode ; rml:class ex:Place ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "tên" ] ] .
"""
# Values of these may be refused: an IRI or a language tag straight from the data.
RISKY = r"""
<#Risky> rml:logicalSource <#people> ; rml:subjectMap [ rml:reference "link" ] ;
  rml:predicateObjectMap [ rml:predicate ex:tagged ;
    rml:objectMap [ rml:reference "name" ; rml:languageMap [ rml:reference "lang" ] ] ],
   [ rml:predicate ex:uri ; rml:objectMap [ rml:template "{link}:x" ; rml:termType rml:URI ] ] .
"""


class RefusedError(Exception):
    pass


def text(expression: Reference | Template, row: Row, encode: str = "") -> str | None:
    parts = (expression,) if isinstance(expression, Reference) else expression.parts
    pieces = []
    for part in parts:
        value = row[part.text] if isinstance(part, Reference) else part
        if value is None:
            return None
        is_encoded = isinstance(expression, Template) and isinstance(part, Reference) and encode
        pieces.append("".join(encoded(char, encode) for char in value) if is_encoded else value)
    return "".join(pieces)


def encoded(char: str, kind: str) -> str:
    point = ord(char)
    beyond_ascii = (
        0xA0 <= point <= 0xD7FF
        or 0xF900 <= point <= 0xFDCF
        or 0xFDF0 <= point <= 0xFFEF
        or (0x10000 <= point <= 0xDFFFD and point & 0xFFFF <= 0xFFFD)
        or 0xE1000 <= point <= 0xEFFFD
    )
    is_unreserved = char.isascii() and (char.isalnum() or char in "-._~")
    return char if is_unreserved or (kind == "iri" and beyond_ascii) else quote(char, safe="")


def absolute(value: str, kind: str) -> bool:
    scheme, colon, rest = value.partition(":")
    if not colon or not scheme or not scheme.isascii() or not scheme[0].isalpha():
        return False
    if not all(char.isalnum() or char in "+.-" for char in scheme):
        return False
    position = 0
    while position < len(rest):
        char = rest[position]
        if char == "%":
            if len(rest) < position + 3 or not all(
                c in "0123456789abcdefABCDEF" for c in rest[position + 1 : position + 3]
            ):
                return False
        elif char not in ":/?#@!$&'()*+,;=" and encoded(char, kind) != char:
            return False
        position += 1
    return True


def iri(term_map: TermMap, row: Row, base: str) -> str | None:
    assert isinstance(term_map.expression, Reference | Template)
    kind = {TermType.IRI: "iri", TermType.URI: "uri"}.get(term_map.term_type, "")
    value = text(term_map.expression, row, kind)
    if value is None:
        return None
    if not kind:
        head = value.partition(":")[0] if ":" in value else ""
        is_scheme = head.isascii() and head[:1].isalpha() and all(c.isalnum() or c in "+.-" for c in head)
        return value if is_scheme else base + value
    for candidate in (value, base + value):
        if absolute(candidate, kind):
            return candidate
    raise RefusedError(value)


def term(term_map: TermMap, row: Row, base: str) -> tuple[str, str | None, str | None] | None:
    """Value, datatype, language; None where the row makes no term."""
    expression = term_map.expression
    if isinstance(expression, Constant):
        if expression.is_iri:
            return expression.value, None, None
        if expression.language:
            return expression.value, f"{RDF}langString", expression.language.lower()
        return expression.value, expression.datatype or XSD_STRING, None
    assert expression is not None
    if term_map.term_type.is_iri:
        found = iri(term_map, row, base)
        return None if found is None else (found, None, None)
    value = text(expression, row)
    if value is None:
        return None
    if term_map.term_type is TermType.BLANK_NODE:
        return f"_:{value}", None, None
    return literal(term_map, value, row, base)


def literal(term_map: TermMap, value: str, row: Row, base: str) -> tuple[str, str | None, str | None] | None:
    if term_map.language:
        tag = term(term_map.language, row, base)
        if tag is None:
            return None
        subtags = tag[0].split("-")
        good = all(1 <= len(sub) <= 8 and sub.isascii() and sub.isalnum() for sub in subtags)
        first = subtags[0]
        if not good or not (
            (first.isalpha() and len(first) in (2, 3)) or (first in "iIxX" and len(subtags) > 1)
        ):
            raise RefusedError(tag[0])
        return value, f"{RDF}langString", tag[0].lower()
    if term_map.datatype:
        datatype = term(term_map.datatype, row, base)
        return None if datatype is None else (value, datatype[0], None)
    return value, XSD_STRING, None


def interpret(rules: Mapping, tables: Tables) -> Iterator[TextQuad]:
    for triples_map in rules.triples_maps:
        for row in tables[triples_map.source]:
            yield from quads_of(rules, triples_map, row, tables)


def quads_of(rules: Mapping, triples_map: TriplesMap, row: Row, tables: Tables) -> Iterator[TextQuad]:
    base = triples_map.base
    subject = term(triples_map.subject, row, base)
    if subject is None:
        return
    for class_iri, graph in product(triples_map.classes, graphs(triples_map.graphs, row, base)):
        yield TextQuad(subject[0], f"{RDF}type", class_iri, None, None, graph)
    for pair in triples_map.predicate_objects:
        predicates = [term(item, row, base) for item in pair.predicates]
        objects: list[tuple[str, str | None, str | None] | None] = []
        for item in pair.objects:
            objects += (
                parents(rules, item, row, tables) if isinstance(item, ParentMap) else [term(item, row, base)]
            )
        where = graphs((*triples_map.graphs, *pair.graphs), row, base)
        for predicate, item, graph in product(predicates, objects, where):
            if predicate is not None and item is not None:
                yield TextQuad(subject[0], predicate[0], *item, graph)


def graphs(maps: tuple[TermMap, ...], row: Row, base: str) -> list[str]:
    if not maps:
        return [GRAPH]
    found = [term(item, row, base) for item in maps]
    return [GRAPH if item[0] == "http://w3id.org/rml/defaultGraph" else item[0] for item in found if item]


def parents(
    rules: Mapping, item: ParentMap, row: Row, tables: Tables
) -> list[tuple[str, str | None, str | None] | None]:
    parent = rules.triples_map(item.parent)
    if not item.joins:
        return [term(parent.subject, row, parent.base)]
    return [
        term(parent.subject, other, parent.base)
        for other in tables[parent.source]
        if all(
            (left := text_of(join.child, row)) is not None and left == text_of(join.parent, other)
            for join in item.joins
        )
    ]


def text_of(term_map: TermMap, row: Row) -> str | None:
    assert isinstance(term_map.expression, Reference | Template)
    return text(term_map.expression, row)


def by_value(label: str) -> str:
    """A blank node of the engine by the value it was made of."""
    scope = hashlib.sha256(GRAPH.encode()).hexdigest()[:8]
    prefix = f"_:b{scope}"
    return "_:" + unquote(label.removeprefix(prefix).replace("_", "%")) if label.startswith(prefix) else label


def engine(rules: Mapping, folder: Path) -> set[TextQuad]:
    with connected(spill=folder / "spilt", memory_mb=MEMORY_MB, threads=THREADS) as connection:
        connection.execute(
            "CREATE TABLE staged(s VARCHAR, p VARCHAR, o VARCHAR, datatype VARCHAR, language VARCHAR, "
            "g VARCHAR, source USMALLINT, row UBIGINT)"
        )
        relations = [
            sources.extract(connection, source, data_dir=folder, mapping_dir=folder)
            for source in rules.logical_sources
        ]
        plan = mapping.plan(rules, {relation.name: relation.columns for relation in relations})
        mapping.execute(plan, connection, default_graph=GRAPH, source_ids={"people": 1, "places": 2})
        rows = connection.execute("SELECT s, p, o, datatype, language, g FROM staged").fetchall()
    return {
        TextQuad(by_value(s), p, by_value(o), datatype, language, g)
        for s, p, o, datatype, language, g in rows
    }


def streamed(rules: Mapping, folder: Path) -> bytes:
    """The same as N-Quads, from files that are read without a copy."""
    with connected(spill=folder / "spilt", memory_mb=MEMORY_MB, threads=THREADS) as connection:
        relations = [
            sources.extract(connection, source, data_dir=folder, mapping_dir=folder, stored=False)
            for source in rules.logical_sources
        ]
        plan = mapping.plan(rules, {relation.name: relation.columns for relation in relations})
        return b"".join(mapping.stream(plan, connection, default_graph=GRAPH))


def write(folder: Path, tables: Tables) -> None:
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(COLUMNS[name])
            writer.writerows([row[column] for column in COLUMNS[name]] for row in rows)


def with_nulls(tables: Tables) -> Tables:
    """As the mapping says: in people an empty cell and NULL are no value, in places everything is one."""
    people = [{k: None if v in ("", "NULL") else v for k, v in row.items()} for row in tables["people"]]
    return {"people": people, "places": tables["places"]}


# Few values, so that joins meet; and any text at all, but what UTF-8 and CSV cannot hold.
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
cells = (
    st.sampled_from(["", "NULL", "1", "Đống Đa", 'say "hi"', "a,b", "x\ny", "vi", "en", "1.50"]) | anything
)
links = st.sampled_from(["", "http://example.org/a", "a/b", "urn:x:%41"]) | anything
tags = st.sampled_from(["vi", "en-GB", "", "x-a"])


def table(name: str, **special: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries({column: special.get(column, cells) for column in COLUMNS[name]})
    return st.lists(row, max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every example overwrites the tables of the one before."""
    return tmp_path_factory.mktemp("tables")


@cache
def load(document: str) -> Mapping:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.rml.ttl"
        path.write_text(document, encoding="utf-8")
        return mapping.load(path, base=BASE)


@settings(max_examples=examples(40), deadline=None)
@given(people=table("people"), places=table("places"))
def test_same_quads(
    folder: Path, parse_nquads: Callable[[bytes], set[TextQuad]], people: list[Row], places: list[Row]
) -> None:
    rules = load(DOCUMENT)
    tables: Tables = {"people": people, "places": places}
    write(folder, tables)
    expected = set(interpret(rules, with_nulls(tables)))
    assert engine(rules, folder) == expected
    lines = streamed(rules, folder)
    quads = {quad._replace(s=by_value(quad.s), o=by_value(quad.o)) for quad in parse_nquads(lines)}
    assert quads == expected
    assert lines.count(b"\n") == len(expected), "every quad is written once"


@settings(max_examples=examples(40), deadline=None)
@given(people=table("people", link=links, lang=tags | cells))
def test_same_refusals(folder: Path, people: list[Row]) -> None:
    rules = load(DOCUMENT + RISKY)
    tables: Tables = {"people": people, "places": []}
    write(folder, tables)
    try:
        expected = set(interpret(rules, with_nulls(tables)))
    except RefusedError:
        with pytest.raises(SourceError):
            engine(rules, folder)
    else:
        assert engine(rules, folder) == expected


def test_the_interpreter_gives_what_a_person_would() -> None:
    """The oracle itself gives what a person would write down."""
    rules = load(DOCUMENT)
    people: list[Row] = [{"id": "1", "name": "Đống Đa", "lang": None, "place": "p", "link": None}]
    places: list[Row] = [{"code": "p", "tên": "", "kind": ""}]
    found = set(interpret(rules, {"people": people, "places": places}))
    person = "https://example.org/p/1/Đống%20Đa"
    assert TextQuad(person, "urn:ex:name", "Đống Đa", f"{RDF}langString", "vi-vn", "urn:ex:g") in found
    assert TextQuad("_:p", "urn:ex:name", "", XSD_STRING, None, GRAPH) in found
    # Without a language there is no graph of the subject, so nothing else is said of the person.
    assert {quad.p for quad in found if quad.s == person} == {"urn:ex:name"}
