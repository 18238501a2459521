"""Calls of functions in the document: RML-FNML's executions, and those of the older vocabulary.

rml:functionExecution [ rml:function F ; rml:input [ rml:parameter P ; rml:inputValueMap [ … ] ] ]
fnml:functionValue [ rr:predicateObjectMap [ rr:predicate fno:executes ; rr:object F ] ,
    [ rr:predicate P ; rr:objectMap [ … ] ] ]
"""

from typing import Protocol

from rdflib import XSD, URIRef
from rdflib.term import Node

from graph.errors import MappingError
from graph.text import Text
from ingest.mapping import functions
from ingest.mapping.document import Document
from ingest.mapping.functions import Function
from ingest.mapping.model import Call, Constant, TermMap, TermType
from ingest.mapping.vocabulary import FNO, RML


class Reader(Protocol):
    """What reads the maps of arguments."""

    def maps(self, node: Node, long: URIRef, short: URIRef) -> list[TermMap]: ...


Given = list[tuple[str, TermMap]]


def read_call(document: Document, node: Node, reader: Reader, base: str) -> Call:
    """Raises MappingError for a function or parameter that is not known, missing or given twice."""
    if document.objects(node, RML.predicateObjectMap):
        called, given = _older(document, node, reader)
    else:
        called = _texts(reader.maps(node, RML.functionMap, RML.function))
        given = [
            (parameter, value)
            for item in document.objects(node, RML.input)
            for parameter in _texts(reader.maps(item, RML.parameterMap, RML.parameter))
            for value in reader.maps(item, RML.inputValueMap, RML.inputValue)
        ]
    if len(called) != 1:
        raise _wrong(
            document,
            node,
            Text(
                f"Cần đúng một rml:function, có {len(called)}.",
                f"One rml:function is needed, not {len(called)}.",
            ),
            [],
        )
    function = functions.find(called[0], base)
    if function is None:
        raise _wrong(
            document,
            node,
            Text(f"Không có hàm {called[0]}.", f"There is no function {called[0]}."),
            functions.nearest(called[0], base),
        )
    return Call(function, _arguments(document, node, function, given, base))


def only_if(condition: Call, made: TermMap) -> TermMap:
    """The same term, made only of rows for which the condition is true."""
    asked = TermMap(condition, TermType.LITERAL, made.place)
    value = TermMap(made.expression, made.term_type, made.place)
    language, datatype = made.language, made.datatype
    constant = made.expression
    if isinstance(constant, Constant) and not constant.is_iri and language is None and datatype is None:
        if constant.language is not None:
            language = TermMap(Constant(constant.language, False), TermType.LITERAL, made.place)
        else:
            own = constant.datatype or f"{XSD}string"
            datatype = TermMap(Constant(own, True), TermType.IRI, made.place)
    only = next(one for one in functions.LIBRARY if one.name == "onlyIf")
    return TermMap(Call(only, (asked, value)), made.term_type, made.place, language, datatype)


def _older(document: Document, node: Node, reader: Reader) -> tuple[list[str], Given]:
    called: list[str] = []
    given: Given = []
    for pair in document.objects(node, RML.predicateObjectMap):
        predicates = _texts(reader.maps(pair, RML.predicateMap, RML.predicate))
        values = reader.maps(pair, RML.objectMap, RML.object)
        if str(FNO.executes) in predicates:
            called += _texts(values)
        else:
            given += [(predicate, value) for predicate in predicates for value in values]
    return called, given


def _arguments(
    document: Document, node: Node, function: Function, given: Given, base: str
) -> tuple[TermMap | None, ...]:
    found: dict[str, TermMap] = {}
    names = [one.name for one in function.parameters]
    for iri, argument in given:
        known = functions.parameter(function, iri, base)
        if known is None:
            message = Text(
                f"Hàm {function.name} không có tham số {iri}.", f"{function.name} has no parameter {iri}."
            )
            raise _wrong(document, node, message, names)
        if known.name in found:
            message = Text(
                f"Tham số {known.name} của {function.name} được cho hai lần.",
                f"The parameter {known.name} of {function.name} is given twice.",
            )
            raise _wrong(document, node, message, names)
        found[known.name] = argument
    arguments: list[TermMap | None] = []
    for one in function.parameters:
        value = found.get(one.name)
        if value is None and one.default is not None:
            value = TermMap(Constant(one.default, False), TermType.LITERAL, document.place(node))
        if value is None and not one.optional:
            message = Text(
                f"Hàm {function.name} thiếu tham số {one.name}.",
                f"The parameter {one.name} of {function.name} is missing.",
            )
            raise _wrong(document, node, message, names)
        arguments.append(value)
    return tuple(arguments)


def _texts(maps: list[TermMap]) -> list[str]:
    """Of constants; what a row would have to say is nothing that can be compiled."""
    return [one.expression.value for one in maps if isinstance(one.expression, Constant)]


def _wrong(document: Document, node: Node, message: Text, known: list[str]) -> MappingError:
    listed = ", ".join(known) or "–"
    return MappingError(message, hint=Text(f"Có: {listed}", f"Known: {listed}"), place=document.place(node))
