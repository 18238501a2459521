"""Term maps of the document: constant, reference or template; term type; language and datatype."""

from collections.abc import Collection

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.document import Document
from ingest.mapping.function_calls import only_if, read_call
from ingest.mapping.iri import is_absolute_iri, is_language_tag
from ingest.mapping.model import Constant, Expression, Reference, TermMap, TermType
from ingest.mapping.template import TemplateError, parse_template
from ingest.mapping.vocabulary import RML

_IRIS = frozenset({TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI})
_ALLOWED = {
    RML.subjectMap: _IRIS | {TermType.BLANK_NODE},
    RML.predicateMap: _IRIS,
    RML.objectMap: _IRIS | {TermType.BLANK_NODE, TermType.LITERAL},
    RML.graphMap: _IRIS,
    RML.datatypeMap: _IRIS,
    RML.languageMap: frozenset({TermType.LITERAL}),
    RML.childMap: frozenset({TermType.LITERAL}),
    RML.parentMap: frozenset({TermType.LITERAL}),
    RML.inputValueMap: _IRIS | {TermType.LITERAL},
    RML.parameterMap: _IRIS,
    RML.functionMap: _IRIS,
}
_CALLS = (RML.functionExecution, RML.functionValue)
_EXPRESSIONS = (RML.constant, RML.reference, RML.template, *_CALLS)


class TermMaps:
    """Reads term maps; every error is a MappingError with the line of its triples map."""

    def __init__(self, document: Document, base: str) -> None:
        self._document = document
        self._base = base

    def has_expression(self, node: Node) -> bool:
        """Whether `node` says of itself how its term is made."""
        return any(self._document.objects(node, *_EXPRESSIONS))

    def maps(
        self, node: Node, long: URIRef, short: URIRef, *, without: Collection[Node] = ()
    ) -> list[TermMap]:
        """The term maps of `node`, written long (`rml:objectMap`) or as a shortcut (`rml:object`)."""
        found = [self._read(item, long) for item in self._document.objects(node, long) if item not in without]
        for item in self._document.objects(node, short):
            place = self._document.place(node, str(item))
            found.append(self._constant_map(self._constant(item, place), None, long, place))
        return found

    def expressions(self, node: Node, side: str) -> list[TermMap]:
        """Expression maps of a join's `side`; the shortcut is a reference, not a constant (RML-Core §8)."""
        long = RML[f"{side}Map"]
        found = [self._read(item, long) for item in self._document.objects(node, long)]
        for item in self._document.objects(node, RML[side]):
            place = self._document.place(node, str(item))
            found.append(TermMap(Reference(str(item)), TermType.LITERAL, place))
        return found

    def _read(self, node: Node, position: URIRef) -> TermMap:
        made = self._unconditional(node, position)
        condition = self._document.object(node, RML.condition)
        if condition is None:
            return made
        if made.expression is None:
            raise MappingError(
                Text("Điều kiện cần một biểu thức.", "A condition needs an expression."), place=made.place
            )
        call = read_call(self._document, condition, self, self._base)
        return only_if(call, made)

    def _unconditional(self, node: Node, position: URIRef) -> TermMap:
        """The term map without its condition."""
        document = self._document
        place = document.place(node)
        written = [(kind, item) for kind in _EXPRESSIONS for item in document.objects(node, kind)]
        term_type = self._term_type(node, place)
        if len(written) > 1 or (not written and term_type is not TermType.BLANK_NODE):
            raise MappingError(
                Text(
                    f"Cần đúng một biểu thức, có {len(written)}.",
                    f"Exactly one expression is needed, there are {len(written)}.",
                ),
                hint=Text(
                    "Dùng rml:reference, rml:template, rml:constant hoặc rml:functionExecution.",
                    "Use rml:reference, rml:template, rml:constant or rml:functionExecution.",
                ),
                place=place,
            )
        language = self._only(node, RML.languageMap, RML.language)
        datatype = self._only(node, RML.datatypeMap, RML.datatype)
        if language and datatype:
            raise MappingError(
                Text("Có cả ngôn ngữ và kiểu dữ liệu.", "There are both a language and a datatype."),
                hint=Text("Chỉ giữ một.", "Keep one of them."),
                place=place,
            )
        kind, item = written[0] if written else (None, None)
        if kind == RML.constant and item is not None:
            place = document.place(node, str(item))
            return self._constant_map(
                self._constant(item, place), term_type, position, place, language, datatype
            )
        expression = None if item is None else self._expression(kind, item, node)
        if term_type is None:
            is_literal = kind == RML.reference or kind in _CALLS or bool(language or datatype)
            term_type = _default(position, is_literal)
        place = place if item is None or kind in _CALLS else document.place(node, str(item))
        _check_position(term_type, position, place)
        _check_modifiers(term_type, language, datatype, place)
        return TermMap(expression, term_type, place, language, datatype)

    def _expression(self, kind: URIRef | None, item: Node, node: Node) -> Expression:
        if kind in _CALLS:
            return read_call(self._document, item, self, self._base)
        text = str(item)
        if kind == RML.reference:
            return Reference(text)
        try:
            return parse_template(text)
        except TemplateError as wrong:
            raise MappingError(
                Text(
                    f"Mẫu sai ở ký tự {wrong.position}: {wrong.vi} — {text}",
                    f"Bad template at character {wrong.position}: {wrong.en} — {text}",
                ),
                hint=Text(
                    'Viết tham chiếu trong {…}; ngoặc nhọn thường viết là "\\\\{" trong Turtle.',
                    'Write references in {…}; a plain brace is "\\\\{" in Turtle.',
                ),
                place=self._document.place(node, text.split("\\")[0]),
            ) from wrong

    def _constant_map(
        self,
        constant: Constant,
        term_type: TermType | None,
        position: URIRef,
        place: Place,
        language: TermMap | None = None,
        datatype: TermMap | None = None,
    ) -> TermMap:
        """A constant's term type is its own; one that contradicts it is refused."""
        own = TermType.IRI if constant.is_iri else TermType.LITERAL
        if term_type is TermType.BLANK_NODE or (term_type and term_type.is_iri != constant.is_iri):
            raise MappingError(
                Text(
                    f"Hằng {constant.value} không thể là rml:{term_type}.",
                    f"The constant {constant.value} cannot be an rml:{term_type}.",
                ),
                hint=Text("Bỏ rml:termType.", "Leave out rml:termType."),
                place=place,
            )
        _check_position(own, position, place, is_constant=True)
        _check_modifiers(own, language, datatype, place)
        if position == RML.languageMap and not is_language_tag(constant.value):
            raise MappingError(
                Text(
                    f"«{constant.value}» không phải thẻ ngôn ngữ.", f"“{constant.value}” is no language tag."
                ),
                hint=Text("Ví dụ: vi, en, zh-Hant (BCP 47).", "For example: vi, en, zh-Hant (BCP 47)."),
                place=place,
            )
        return TermMap(constant, own, place, language, datatype)

    def _constant(self, item: Node, place: Place) -> Constant:
        if isinstance(item, Literal):
            datatype = None if item.datatype is None else str(item.datatype)
            return Constant(str(item), False, datatype, item.language)
        if isinstance(item, BNode) or not is_absolute_iri(str(item)):
            raise MappingError(
                Text(f"Hằng {item} không phải IRI hợp lệ.", f"The constant {item} is not a valid IRI."),
                hint=Text("Nút trống không thể là hằng.", "A blank node cannot be a constant."),
                place=place,
            )
        return Constant(str(item), True)

    def _only(self, node: Node, long: URIRef, short: URIRef) -> TermMap | None:
        found = self.maps(node, long, short)
        if len(found) > 1:
            local = short.rsplit("/", 1)[-1]
            raise MappingError(
                Text(f"Có {len(found)} rml:{local}.", f"There are {len(found)} rml:{local}."),
                hint=Text("Chỉ được có một.", "Only one is allowed."),
                place=self._document.place(node),
            )
        return found[0] if found else None

    def _term_type(self, node: Node, place: Place) -> TermType | None:
        written = self._document.object(node, RML.termType)
        if written is None:
            return None
        local = str(written).removeprefix(str(RML))
        if local not in set(TermType):
            known = ", ".join(f"rml:{kind}" for kind in TermType)
            raise MappingError(
                Text(f"Không có rml:termType {written}.", f"There is no rml:termType {written}."),
                hint=Text(f"Dùng: {known}", f"Use: {known}"),
                place=place,
            )
        return TermType(local)


def _default(position: URIRef, is_literal: bool) -> TermType:
    # The argument of a function is a text, unless its term type says that it is an IRI.
    if (
        position == RML.inputValueMap
        or TermType.IRI not in _ALLOWED[position]
        or (is_literal and position == RML.objectMap)
    ):
        return TermType.LITERAL
    return TermType.IRI


def _check_modifiers(
    term_type: TermType, language: TermMap | None, datatype: TermMap | None, place: Place
) -> None:
    """Only literals have a language or a datatype (R2RML §7.5, §7.6), and rdf:langString needs a language."""
    if term_type is not TermType.LITERAL and (language or datatype):
        named = "language" if language else "datatype"
        raise MappingError(
            Text(f"rml:{term_type} không có rml:{named}.", f"An rml:{term_type} has no rml:{named}."),
            hint=Text(f"Bỏ rml:{named}, hoặc dùng rml:Literal.", "Leave it out, or use rml:Literal."),
            place=place,
        )
    stated = datatype.expression if datatype else None
    if isinstance(stated, Constant) and stated.value == str(RDF.langString):
        raise MappingError(
            Text("rdf:langString cần một ngôn ngữ.", "rdf:langString needs a language."),
            hint=Text("Thay rml:datatype bằng rml:language.", "Write rml:language in place of rml:datatype."),
            place=place,
        )


def _check_position(
    term_type: TermType, position: URIRef, place: Place, *, is_constant: bool = False
) -> None:
    if term_type in _ALLOWED[position] or (is_constant and position in (RML.childMap, RML.parentMap)):
        return
    local = position.rsplit("/", 1)[-1]
    allowed = ", ".join(f"rml:{kind}" for kind in TermType if kind in _ALLOWED[position])
    raise MappingError(
        Text(f"rml:{local} không thể là rml:{term_type}.", f"An rml:{local} cannot be an rml:{term_type}."),
        hint=Text(f"Được dùng: {allowed}", f"Allowed: {allowed}"),
        place=place,
    )
