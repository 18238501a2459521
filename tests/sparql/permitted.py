"""Data that not everybody may see, queries of all forms, and what those who may see a part are told."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyoxigraph as ox

from graph.algebra import Unsupported
from graph.columns import Columns, TextQuad
from graph.formats import GRAPHS as GRAPH_FORMATS
from graph.sparql.columns_store import ColumnsStore
from tests.algebra.graphs import node, opened, term
from tests.algebra.queries import PARTS, Generator

BASE = "https://lienthong.gov.vn/"
XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
GRAPHS = tuple(
    f"{BASE}graph/{name}" for name in ("a/open", "a/shared", "a/restricted", "b/open", "b/restricted")
)
ABSENT = f"{BASE}graph/c/restricted"
SECRET = "urn:secret"
"""A predicate, a class and a node that stand in a restricted graph alone."""
JSON, NTRIPLES = "application/sparql-results+json", GRAPH_FORMATS[1].media_type
DEPTHS = (0, 1, 1, 2)
MOST = 200_000
"""Bytes of an answer: cross products of what is small are not."""


def world(seed: int) -> list[TextQuad]:
    """Small and adversarial: every kind of term in every graph, no triple in two of them."""
    made, chosen = Random(seed), {}
    generator = Generator(seed)
    for quad in (one for _ in range(6) for one in generator.graph()):
        chosen[quad[:5]] = quad._replace(g=made.choice(GRAPHS))
    quads = list(chosen.values())
    for number, graph in enumerate(GRAPHS):
        name, about = f"Mật danh {number}", f"urn:n{number}"
        quads.append(TextQuad(about, LABEL, name, f"{XSD}string", None, graph))
        quads.append(TextQuad("urn:a", "urn:r", about, None, None, graph))
        quads.append(TextQuad(about, "urn:v", f"{number}.50", f"{XSD}decimal", None, graph))
    hidden = GRAPHS[2]
    quads.append(TextQuad(SECRET, SECRET, "007", f"{XSD}integer", None, hidden))
    quads.append(TextQuad(SECRET, "urn:p", "urn:b", None, None, hidden))
    quads.append(TextQuad("urn:b", "urn:q", SECRET, None, None, hidden))
    return quads


@dataclass(frozen=True, slots=True)
class Question:
    """`graphs` are those that query or request name as its dataset; `limit`: of a page in no order."""

    text: str
    parameters: tuple[tuple[str, str], ...] = ()
    graphs: frozenset[str] = frozenset()
    limit: int | None = None


class Questions(Generator):
    """Queries of all forms. As its parent's patterns, with graphs, paths and the forms around them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, (*PARTS, *["GRAPH"] * 8, *["PATH"] * 3, "SECRET"))

    def _part(self, depth: int) -> str:
        match part := super()._part(depth):
            case str() if part.startswith("GRAPH "):
                graph = self._pick("?g", "?g", "?a", *(f"<{one}>" for one in (*GRAPHS, ABSENT)))
                return f"GRAPH {graph} {part[part.index('{') :]}"
            case str() if part.startswith("PATH "):
                path = self._path(2)
                return f"{self._pick('?a', f'<{SECRET}>', '<urn:a>')} {path} {self._pick('?b', '<urn:b>')} ."
            case str() if part.startswith("SECRET "):
                return self._pick(
                    f"?a <{SECRET}> ?b .",
                    f"?a ?p <{SECRET}> .",
                    f"<{SECRET}> ?p ?b .",
                    f"FILTER EXISTS {{ <{SECRET}> ?p ?o }}",
                    f"BIND(EXISTS {{ ?a ?p <{SECRET}> }} AS {self._fresh()})",
                )
            case _:
                return part

    def question(self) -> Question:
        named = self._random.sample((*GRAPHS, ABSENT), self._random.choice((0, 0, 0, 1, 2)))
        where = self._group(self._random.choice(DEPTHS))
        if not named:
            return self._formed("", where, (), frozenset())
        if self._one_in(3):
            names = [self._pick("default-graph-uri", "named-graph-uri") for _ in named]
            return self._formed("", where, tuple(zip(names, named, strict=True)), frozenset(named))
        clauses = " ".join(f"{self._pick('FROM', 'FROM NAMED')} <{graph}>" for graph in named)
        return self._formed(clauses, where, (), frozenset(named))

    def _formed(
        self, clauses: str, where: str, parameters: tuple[tuple[str, str], ...], graphs: frozenset[str]
    ) -> Question:
        limit = None
        match self._random.randrange(12):
            case 0:
                text = f"ASK {clauses} {where}"
            case 1:
                text = (
                    f"CONSTRUCT {{ ?a <urn:made> ?b . ?b <urn:of> [ <urn:in> ?c ] }} {clauses} WHERE {where}"
                )
            case 2:
                text = f"DESCRIBE {self._pick('?a', '<urn:a>', f'<{SECRET}>')} {clauses} WHERE {where}"
            case 3:
                text = f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?a) AS ?m) {clauses} WHERE {where}"
            case 4:
                text = (
                    f"SELECT ?a (COUNT(?b) AS ?n) (MAX(?b) AS ?m) {clauses} WHERE {where}"
                    " GROUP BY ?a HAVING (COUNT(*) > 1)"
                )
            case 5:
                text = f"SELECT DISTINCT ?a ?g {clauses} WHERE {where}"
            case 6:
                limit = self._random.randrange(4)
                text = f"SELECT * {clauses} WHERE {where} LIMIT {limit}"
            case 7:
                text = self._pick(*_WHOLE).replace("CLAUSES", clauses)
            case 8 if self._one_in(3):
                text = f"SELECT * {clauses} WHERE {where} }}"
            case _:
                text = f"SELECT * {clauses} WHERE {where}"
        return Question(text, parameters, graphs, limit)


_WHOLE = (
    "SELECT * CLAUSES { ?s ?p ?o }",
    "SELECT * CLAUSES { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) CLAUSES { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT DISTINCT ?g CLAUSES { GRAPH ?g {} }",
    "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) CLAUSES { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(*) AS ?n) CLAUSES { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
    f"SELECT ?x CLAUSES {{ <{SECRET}> (<urn:p>|<urn:q>|!<urn:none>)* ?x }}",
    "CONSTRUCT CLAUSES WHERE { ?s ?p ?o }",
    f"DESCRIBE <{SECRET}> CLAUSES",
    f"ASK CLAUSES {{ ?s ?p <{SECRET}> }}",
    "SELECT * CLAUSES { ?s <urn:v> ?v FILTER(?v + 1 > 2) MINUS { GRAPH ?g { ?s <urn:r> ?o } } }",
    "SELECT (SUM(?v) AS ?n) (AVG(?v) AS ?m) CLAUSES { ?s <urn:v> ?v }",
)

Said = tuple[str, object]
"""An answer as it is compared: its kind, and solutions, boolean, graph or refusal."""


def said(document: bytes, media_type: str) -> Said:
    if media_type != JSON:
        graph = ox.Dataset(ox.Quad(*triple) for triple in ox.parse(document, ox.RdfFormat.N_TRIPLES))
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return "graph", frozenset(map(str, graph))
    read = json.loads(document)
    if "boolean" in read:
        return "boolean", read["boolean"]
    return "solutions", Counter(map(_solution, read["results"]["bindings"]))


def _solution(binding: Mapping[str, Mapping[str, str]]) -> str:
    """There is one blank node in the data: those that are made have no names that could be compared."""
    cells = {
        name: dict(cell) | ({"value": "_"} if cell["type"] == "bnode" else {})
        for name, cell in binding.items()
    }
    return json.dumps(cells, sort_keys=True)


class Seen:
    """What somebody may see and nothing else, in an Oxigraph store and in columns."""

    def __init__(self, folder: Path, quads: Iterable[TextQuad], graphs: frozenset[str]) -> None:
        self.graphs = graphs
        self.quads = [quad for quad in quads if quad.g in graphs]
        self._store = ox.Store()
        for s, p, o, datatype, language, g in self.quads:
            self._store.add(ox.Quad(node(s), ox.NamedNode(p), term(o, datatype, language), ox.NamedNode(g)))
        self._columns: Columns = opened(folder / "columns.duckdb", self.quads, is_wide=True)
        self._over_columns = ColumnsStore(self._columns)

    def close(self) -> None:
        self._columns.close()

    def by_oxigraph(self, question: Question) -> Said:
        """Oxigraph's own reading of the query's dataset; all graphs, merged, where it names none."""
        chosen: dict[str, object] = {"use_default_graph_as_union": not question.graphs}
        if question.parameters:
            chosen = {
                f"{kind}_graph{'s' if kind == 'named' else ''}": [
                    ox.NamedNode(graph) for name, graph in question.parameters if name.startswith(kind)
                ]
                for kind in ("default", "named")
            }
        found = self._store.query(question.text, **chosen)  # type: ignore[arg-type] – as Oxigraph names them
        if isinstance(found, ox.QueryTriples):
            return said(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", NTRIPLES)
        return said(found.serialize(format=ox.QueryResultsFormat.JSON) or b"", JSON)

    def by_columns(self, question: Question) -> Said:
        """What columns answer where they have nothing else, or why they do not."""
        default, named = self._dataset(question)
        is_graph = re.match(r"\s*(CONSTRUCT|DESCRIBE)", question.text) is not None
        media_type = NTRIPLES if is_graph else JSON
        try:
            document = self._over_columns.query(
                question.text,
                default_graph=default,
                named_graphs=named,
                media_type=media_type,
                max_bytes=MOST * 10,
                base=f"{BASE}sparql",
            )
        except Unsupported as refused:
            return "unsupported", refused.reason
        return said(document, media_type)

    def _dataset(self, question: Question) -> tuple[list[str], list[str]]:
        if not question.graphs:
            return sorted(self.graphs), sorted(self.graphs)
        if question.parameters:
            default, named = (
                [graph for name, graph in question.parameters if name.startswith(kind)]
                for kind in ("default", "named")
            )
            return default, named
        clauses = re.findall(r"FROM (NAMED )?<([^>]*)>", question.text)
        return [graph for is_named, graph in clauses if not is_named], [g for n, g in clauses if n]
