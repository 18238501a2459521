"""Term maps as SQL: the term's value as `staged` wants it, and a literal's datatype and language.

NULL in, NULL out: a term map over a missing value makes no term (RML-Core, term generation rules).
"""

import re
from dataclasses import dataclass
from enum import Enum

from graph.columns.projection import NO_TEXT
from ingest.mapping.checks import Kind
from ingest.mapping.functions.function import NO_VALUE, is_fixed
from ingest.mapping.iri import ABSOLUTE_IRI, ABSOLUTE_URI, LANGUAGE_TAG, WITH_SCHEME, is_absolute_iri
from ingest.mapping.macros import XSD
from ingest.mapping.model import Call, Constant, Join, Reference, Template, TermMap, TermType
from ingest.mapping.scan import Scan, Value
from ingest.sources import Vocabulary
from ingest.sources.relation import text_literal

RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_NUMBERS = {text_literal(f"{XSD}{name}") for name in ("integer", "decimal", "double")}


class Form(Enum):
    """What is known of a term before there is data. SAFE_IRI holds no character that an IRI forbids."""

    SAFE_IRI = "IRI"
    BLANK_NODE = "blank node"
    LITERAL = "literal"
    RESOURCE = "an IRI of any characters, or a blank node"


@dataclass(frozen=True, slots=True)
class Term:
    """SQL of a term; `datatype` and `language` are NULL for what is not a literal.

    `prefix` is the text with which every value begins; empty where that is not known.
    """

    value: str
    datatype: str = NO_TEXT
    language: str = NO_TEXT
    form: Form = Form.RESOURCE
    prefix: str = ""

    @property
    def is_literal(self) -> bool:
        return self.datatype != NO_TEXT


def term(term_map: TermMap, scan: Scan, *, required: bool = False) -> Term:
    """The SQL of `term_map` over `scan`; `required` leaves out the rows where it makes no term.

    Raises MappingError for a column that the relation does not have.
    """
    kind, expression = term_map.term_type, term_map.expression
    if expression is None:
        number = text_literal(f"x{_letters(scan.triples_map.name)}x")
        label = f"'_:r' || CAST($scope AS VARCHAR) || {number} || {scan.row}"
        return Term(label, form=Form.BLANK_NODE)
    if isinstance(expression, Constant):
        return _constant(term_map, expression, scan)
    values = _values(expression, term_map, scan)
    if required:
        for value in values:
            scan.require(value)
    if kind is TermType.LITERAL:
        text = _joined(expression, values, "")
        if isinstance(expression, Reference) and _has_other_datatype(term_map):
            text = values[0].plain or text
        return _literal(term_map, text, _natural(expression, values), scan)
    if kind is TermType.BLANK_NODE:
        label = f"'_:b' || CAST($scope AS VARCHAR) || label_safe({_joined(expression, values, '')})"
        return Term(label, form=Form.BLANK_NODE)
    return _iri(term_map, expression, values, scan)


def _has_other_datatype(term_map: TermMap) -> bool:
    """Whether the mapping makes something else of a double: 8.025E1 is no xsd:decimal, 80.25 is."""
    stated = term_map.datatype.expression if term_map.datatype else None
    return isinstance(stated, Constant) and stated.value not in (f"{XSD}double", f"{XSD}float")


def compared(join: Join, child: Scan, parent: Scan) -> tuple[str, str]:
    """The texts of a join condition's sides. Between columns of databases it holds where SQL's `=` would
    (R2RML §8): numbers by their value, texts without the spaces with which a CHAR(n) is filled up."""
    sides = (join.child, child), (join.parent, parent)
    texts = [plain_text(term_map, scan) for term_map, scan in sides]
    columns = [_column(term_map, scan) for term_map, scan in sides]
    found = [column for column in columns if column is not None]
    if len(found) == len(sides):
        kinds = {column.datatype for column in found}
        if kinds <= _NUMBERS and kinds != {text_literal(f"{XSD}integer")}:
            texts = [f"plain_number({column.plain})" for column in found]
        elif kinds == {text_literal(f"{XSD}string")}:
            texts = [f"rtrim({column.text}, ' ')" for column in found]
    return texts[0], texts[1]


def _column(term_map: TermMap, scan: Scan) -> Value | None:
    """The column of a database that a side of a join is, in the vocabularies that R2RML's joins are from."""
    is_database = scan.source.connection is not None and scan.source.vocabulary is not Vocabulary.RML
    if not is_database or not isinstance(term_map.expression, Reference):
        return None
    return scan.value(term_map.expression, term_map.place)


def plain_text(term_map: TermMap, scan: Scan) -> str:
    """The text of an expression, without a term type: what join conditions compare."""
    expression = term_map.expression
    if isinstance(expression, Constant):
        return text_literal(expression.value)
    if expression is None:
        return NO_TEXT
    return _joined(expression, _values(expression, term_map, scan), "")


def _values(expression: Reference | Template | Call, term_map: TermMap, scan: Scan) -> list[Value]:
    """One value for each part that is a reference; the same reference is the same value."""
    if isinstance(expression, Call):
        return [_called(expression, term_map, scan, 0)]
    parts = (expression,) if isinstance(expression, Reference) else expression.parts
    found: dict[str, Value] = {}
    values = []
    for part in parts:
        if isinstance(part, Reference):
            if part.text not in found:
                found[part.text] = scan.value(part, term_map.place)
            values.append(found[part.text])
    return values


def _called(call: Call, term_map: TermMap, scan: Scan, depth: int) -> Value:
    """The SQL of a call. An argument that is a call itself is computed once, whatever the function does with
    it: `depth` numbers the names that stand for such arguments."""
    arguments, named = [], []
    for number, argument in enumerate(call.arguments):
        if argument is None:
            arguments.append(NO_VALUE)
        elif isinstance(argument.expression, Call):
            name = f"argument_{depth}_{number}"
            named.append((name, _called(argument.expression, term_map, scan, depth + 1).text))
            arguments.append(name)
        else:
            arguments.append(_argument(argument, scan))
    shown = next((one for one in arguments if not is_fixed(one) and one != NO_VALUE), "''")
    number = scan.checks.add(
        "function", scan.triples_map, scan.source, call.text, term_map.place, call.function.remedy
    )
    text = call.function.call(tuple(arguments), f"data_error({number}, {scan.row}, {shown})")
    for name, value in named:
        text = f"list_transform([{value}], lambda {name}: {text})[1]"
    return Value(text, text_literal(f"{XSD}{call.function.datatype}"))


def _argument(term_map: TermMap, scan: Scan) -> str:
    expression = term_map.expression
    if isinstance(expression, Constant):
        return text_literal(expression.value)
    if expression is None:
        return NO_VALUE
    is_encoded = term_map.term_type is TermType.IRI and isinstance(expression, Template)
    return _joined(expression, _values(expression, term_map, scan), "iri_safe" if is_encoded else "")


def _joined(expression: Reference | Template | Call, values: list[Value], encode: str) -> str:
    """The text of a reference or template, each value through the SQL function `encode`, if any."""
    texts = iter(f"{encode}({value.text})" if encode else value.text for value in values)
    if isinstance(expression, Reference | Call):
        return next(texts)
    pieces = [next(texts) if isinstance(part, Reference) else text_literal(part) for part in expression.parts]
    return f"({' || '.join(pieces)})" if pieces else "''"


def _natural(expression: Reference | Template | Call, values: list[Value]) -> str:
    return values[0].datatype if isinstance(expression, Reference | Call) else text_literal(f"{XSD}string")


def _constant(term_map: TermMap, constant: Constant, scan: Scan) -> Term:
    value = text_literal(constant.value)
    if constant.is_iri:
        return Term(value, prefix=constant.value)
    if term_map.language is None and constant.language:
        language = text_literal(constant.language.lower())
        return Term(value, text_literal(RDF_LANG_STRING), language, Form.LITERAL)
    return _literal(term_map, value, text_literal(constant.datatype or f"{XSD}string"), scan)


def _literal(term_map: TermMap, value: str, natural: str, scan: Scan) -> Term:
    """A literal whose language or datatype comes from the data is made only where both are there."""
    modifier = term_map.language or term_map.datatype
    if modifier is None:
        return Term(value, natural, form=Form.LITERAL)
    found = _language(modifier, scan) if term_map.language else term(modifier, scan).value
    if not isinstance(modifier.expression, Constant):
        # Without a value nothing is asked of the data: a bad language tag beside an empty cell is no error.
        found = f"CASE WHEN {value} IS NOT NULL THEN {found} END"
        value = f"CASE WHEN {found} IS NOT NULL THEN {value} END"
    if term_map.language:
        return Term(value, text_literal(RDF_LANG_STRING), found, Form.LITERAL)
    return Term(value, found, form=Form.LITERAL)


def _language(term_map: TermMap, scan: Scan) -> str:
    if isinstance(term_map.expression, Constant):
        return text_literal(term_map.expression.value.lower())
    text = term(term_map, scan).value
    check = _check("language", term_map, scan)
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_full_match({text}, {text_literal(LANGUAGE_TAG)}) THEN lower({text}) "
        f"ELSE data_error({check}, {scan.row}, {text}) END"
    )


def _iri(term_map: TermMap, expression: Reference | Template | Call, values: list[Value], scan: Scan) -> Term:
    kind, base = term_map.term_type, scan.triples_map.base
    encode = ""
    if isinstance(expression, Template):
        encode = {TermType.IRI: "iri_safe", TermType.URI: "url_encode"}.get(kind, "")
        if encode and (known := _known_absolute(expression)) is not None:
            begins = ("" if known else base) + _leading(expression)
            text = _joined(expression, values, encode)
            value = text if known else f"{text_literal(base)} || {text}"
            return Term(value, form=Form.SAFE_IRI, prefix=begins)
    text = _joined(expression, values, encode)
    appended = f"{text_literal(base)} || {text}"
    if kind in (TermType.UNSAFE_IRI, TermType.UNSAFE_URI):
        # (?s): a dot is any character, newlines too.
        scheme = text_literal(f"(?s){WITH_SCHEME}")
        return Term(f"CASE WHEN regexp_full_match({text}, {scheme}) THEN {text} ELSE {appended} END")
    pattern = text_literal(ABSOLUTE_URI if kind is TermType.URI else ABSOLUTE_IRI)
    check = _check("uri" if kind is TermType.URI else "iri", term_map, scan)
    checked = (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_full_match({text}, {pattern}) THEN {text} "
        f"WHEN regexp_full_match({appended}, {pattern}) THEN {appended} "
        f"ELSE data_error({check}, {scan.row}, {text}) END"
    )
    return Term(checked, form=Form.SAFE_IRI)


def _leading(template: Template) -> str:
    first = template.parts[0] if template.parts else ""
    return first if isinstance(first, str) else ""


def _known_absolute(template: Template) -> bool | None:
    """True: absolute whatever the values are; False: relative, and valid behind a base; None: it depends.

    Encoded values hold no character that an IRI forbids and no colon, so the fixed parts decide.
    """
    first = template.parts[0] if template.parts else ""
    filled = "".join(part if isinstance(part, str) else "x" for part in template.parts)
    if isinstance(first, str) and re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", first):
        return True if is_absolute_iri(filled) else None
    if ":" not in filled and is_absolute_iri(f"http://example.org/{filled}"):
        return False
    return None


def _check(kind: Kind, term_map: TermMap, scan: Scan) -> int:
    expression = term_map.expression
    shown = expression.text if isinstance(expression, Reference | Template | Call) else ""
    return scan.checks.add(kind, scan.triples_map, scan.source, shown, term_map.place)


def _letters(name: str) -> str:
    """A triples map's name as part of a blank node label."""
    return "".join(char if char.isascii() and char.isalnum() else f"_{ord(char):06X}" for char in name)
