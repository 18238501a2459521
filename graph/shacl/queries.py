"""SPARQL-based constraints and constraint components out of a shapes graph (SHACL §5, §6)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from threading import Lock

from pyparsing import ParseException, ParseResults
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from graph.shacl.faults import ill_formed, ordered
from graph.shacl.model import Query
from graph.shacl.results import path_text
from graph.stores.oxigraph import syntax_fault
from graph.text import Text

_PATH = re.compile(r"[?$]PATH\b")
_NO_KEYWORD = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]*> | \#[^\n]* | [\w.-]*:[\w.:%-]*
    | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""",
    re.VERBOSE | re.DOTALL,
)
"""IRIs, comments, prefixed names and strings (SPARQL 1.1 §19.8), in which a word is no keyword."""
_BINDS = re.compile(r"\bAS\s*[?$](\w+)", re.IGNORECASE)
PARSER = Lock()
"""Held while rdflib's parser may be at work. pyparsing tries out, the first time, how its parse actions are
called; two threads that do so at once get a TypeError of its own (pyparsing 3.3, `_trim_arity`)."""
_FORBIDDEN = {
    "MinusGraphPattern": "MINUS",
    "ServiceGraphPattern": "SERVICE",
    "InlineData": "VALUES",
}
_FORBIDDEN_WORD = re.compile(rf"\b(?:{'|'.join(_FORBIDDEN.values())})\b", re.IGNORECASE)
_SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a component (§6.2.1); `name` is the variable that stands for it."""

    predicate: URIRef
    name: str
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Component:
    """A SPARQL-based constraint component (§6.2) with its validators by what they are for."""

    iri: URIRef
    parameters: tuple[Parameter, ...]
    validators: Mapping[str, Node]


def constraints(shapes: Graph, shape: Node) -> Iterator[Query]:
    """The constraints of a shape's `sh:sparql` (§5.1)."""
    for source in ordered(shapes.objects(shape, SH.sparql)):
        if str(shapes.value(source, SH.deactivated)) in ("true", "1"):
            continue
        selects = list(shapes.objects(source, SH.select))
        if len(selects) != 1:
            raise ill_formed(
                shape, "sh:sparql phải có đúng một sh:select.", "sh:sparql has exactly one sh:select."
            )
        text = _text(shapes, shape, source, str(selects[0]))
        _check(shape, text, {"this", "currentShape", "shapesGraph"})
        messages = _messages(shapes, source) or _messages(shapes, shape)
        yield Query(SH.SPARQLConstraintComponent, source, text, False, messages)


def components(shapes: Graph) -> tuple[Component, ...]:
    """The components that a shapes graph declares (§6.2)."""
    kinds = set(shapes.transitive_subjects(RDFS.subClassOf, SH.ConstraintComponent))
    found = {one for kind in kinds for one in shapes.subjects(RDF.type, kind)}
    return tuple(
        _component(shapes, one)
        for one in ordered(found)
        if isinstance(one, URIRef) and (one, SH.parameter, None) in shapes
    )


def _component(shapes: Graph, iri: URIRef) -> Component:
    parameters = []
    for node in shapes.objects(iri, SH.parameter):
        predicate = shapes.value(node, SH.path)
        if not isinstance(predicate, URIRef):
            raise ill_formed(
                iri, "sh:parameter phải có sh:path là IRI.", "a sh:parameter has an IRI as its sh:path."
            )
        name = re.split(r"[#/:]", str(predicate))[-1]
        optional = str(shapes.value(node, SH.optional)) in ("true", "1")
        parameters.append(Parameter(predicate, name, optional))
    validators = {
        str(purpose): value
        for purpose in (SH.validator, SH.nodeValidator, SH.propertyValidator)
        if (value := shapes.value(iri, purpose)) is not None
    }
    return Component(iri, tuple(sorted(parameters, key=lambda one: one.name)), validators)


def uses(shapes: Graph, shape: Node, known: tuple[Component, ...], path: Node | None) -> Iterator[Query]:
    """A shape's constraints by the components whose required parameters it has (§6.1, §6.3)."""
    for component in known:
        given = {one: list(shapes.objects(shape, one.predicate)) for one in component.parameters}
        if any(not values and not one.is_optional for one, values in given.items()):
            continue
        if all(not values for values in given.values()):
            continue
        purpose = SH.nodeValidator if path is None else SH.propertyValidator
        validator = component.validators.get(str(purpose)) or component.validators.get(str(SH.validator))
        if validator is None:
            continue
        present = {one: values for one, values in given.items() if values}
        for values in product(*present.values()):
            bound = {one.name: value for one, value in zip(present, values, strict=True)}
            yield _use(shapes, shape, component, validator, bound)


def _use(
    shapes: Graph, shape: Node, component: Component, validator: Node, bound: Mapping[str, Node]
) -> Query:
    ask, select = shapes.value(validator, SH.ask), shapes.value(validator, SH.select)
    text = _text(shapes, shape, validator, str(select if ask is None else ask))
    value = {"value"} if ask is not None else set()
    names = {one.name for one in component.parameters}
    _check(shape, text, {"this", "currentShape", "shapesGraph"} | value | names)
    messages = _messages(shapes, shape) or _messages(shapes, validator)
    return Query(component.iri, None, text, ask is not None, messages, bound)


def _text(shapes: Graph, shape: Node, source: Node, query: str) -> str:
    """The query with its prefixes before it (§5.2.1) and, in a property shape, its path for `$PATH`."""
    path = shapes.value(shape, SH.path)
    if path is not None:
        written = f"<{path}>" if isinstance(path, URIRef) else path_text(shapes, path)
        query = _PATH.sub(lambda found: written, query)
    lines = [f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in _prefixes(shapes, source)]
    return "".join(lines) + query


def _prefixes(shapes: Graph, source: Node) -> list[tuple[str, str]]:
    found = set()
    for ontology in shapes.objects(source, SH.prefixes):
        for one in {ontology, *shapes.transitive_objects(ontology, OWL.imports)}:
            for declared in shapes.objects(one, SH.declare):
                found.add((str(shapes.value(declared, SH.prefix)), str(shapes.value(declared, SH.namespace))))
    return sorted(found)


def _messages(shapes: Graph, node: Node) -> tuple[Literal, ...]:
    return tuple(sorted(one for one in shapes.objects(node, SH.message) if isinstance(one, Literal)))


def _check(shape: Node, text: str, bound: set[str]) -> None:
    """What pre-binding does not allow (Appendix B): MINUS, VALUES, SERVICE, a bound variable bound again, a
    sub-query that does not pass on what it uses."""
    fault = _fault(text, frozenset(bound))
    if fault is not None:
        raise ill_formed(shape, fault.vi, fault.en)


def _is_plain(text: str, bound: frozenset[str]) -> bool:
    """Whether a query is SPARQL and nothing in it can be what pre-binding does not allow.

    rdflib's parser takes 30 ms for each of our queries, which was most of what a process took to read the
    shapes; those about nothing in the data are never compiled. `\\u…` may spell a keyword (§19.2).
    """
    words = _NO_KEYWORD.sub(" ", text)
    if re.search(r"\\u", text, re.IGNORECASE) or _FORBIDDEN_WORD.search(words):
        return False
    is_alone = len(_SELECT.findall(words)) <= 1
    return is_alone and bound.isdisjoint(_BINDS.findall(words)) and not syntax_fault(text)


@cache
def _fault(text: str, bound: frozenset[str]) -> Text | None:
    """Every validator of a process reads the same shapes."""
    if _is_plain(text, bound):
        return None
    try:
        with PARSER:
            parsed = parseQuery(text)
    except ParseException as wrong:
        return Text(f"truy vấn SPARQL sai: {wrong}", f"its SPARQL query is wrong: {wrong}")
    for node, is_sub_query in _walk(parsed[1]):
        if node.name in _FORBIDDEN:
            word = _FORBIDDEN[node.name]
            return Text(f"truy vấn của nó không được dùng {word}.", f"its query must not use {word}.")
        if node.name == "Bind" and str(node.var) in bound:
            return _again(str(node.var))
        for one in node.projection or () if node.name in ("SelectQuery", "SubSelect") else ():
            if one.evar is not None and str(one.evar) in bound:
                return _again(str(one.evar))
        if is_sub_query and "this" not in {str(one.var or one.evar) for one in node.projection or ()}:
            return Text("truy vấn con của nó phải trả về $this.", "its sub-query has to pass on $this.")
    _PARSED[text] = parsed
    return None


_PARSED: dict[str, ParseResults] = {}


def take_parsed(text: str) -> ParseResults | None:
    """What rdflib's parser made of a query that was checked, once: whoever compiles it changes it."""
    return _PARSED.pop(text, None)


def _again(name: str) -> Text:
    return Text(f"truy vấn gán lại biến ${name}.", f"its query binds ${name} again.")


def _walk(node: object) -> Iterator[tuple[CompValue, bool]]:
    if isinstance(node, CompValue):
        yield node, node.name == "SubSelect"
        for part in node.values():
            yield from _walk(part)
    elif not isinstance(node, str) and hasattr(node, "__iter__"):
        for part in node:
            yield from _walk(part)
