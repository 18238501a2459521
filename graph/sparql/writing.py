"""Answers written by DuckDB itself: each solution becomes one text, and the texts, end to end, the answer.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV; N-Triples for graphs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from graph.algebra.compiling import SOLUTION, Parts, Writing
from graph.algebra.plan import Constant, Node, Path, Query, Triple, Unsupported, Var
from graph.columns.connection import quote
from graph.columns.escaping import iri, lexical_form
from graph.columns.kinds import BLANK, IRI
from graph.columns.schema import LANG_STRING, XSD_STRING

_BLANK = 3
"""Where the label begins in `_:label`."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a format writes solutions: what stands before, between and after them, and SQL for one of them,
    which begins with what stands between."""

    before: Callable[[Sequence[str]], str]
    line: Writing
    between: str
    after: str
    boolean: Callable[[bool], str]


def triples(query: Query, parts: Mapping[str, Parts]) -> str:
    """SELECT list of a CONSTRUCT: its triples as lines of N-Triples, NULL for what is no triple (§16.2)."""
    nodes = (node for one in query.template for node in (one.s, one.o))
    blank = dict.fromkeys(node.name for node in nodes if isinstance(node, Var) and node.name.startswith("_:"))
    # Labels of the data may look alike: what begins with `t` is the template's.
    labels = {name: f"('_:t' || {SOLUTION} || 'x{number}')" for number, name in enumerate(blank)}
    lines = ", ".join(_line(one, parts, labels) for one in query.template)
    return f"unnest([{lines}]) AS line" if lines else "NULL::VARCHAR AS line"


def _line(triple: Triple, parts: Mapping[str, Parts], labels: Mapping[str, str]) -> str:
    standing = ((triple.s, "resource"), (triple.p, "iri"), (triple.o, "term"))
    s, p, o = (_node(node, parts, labels, allowed) for node, allowed in standing)
    return f"({s} || ' ' || {p} || ' ' || {o} || ' .' || chr(10))"


def _node(node: Node | Path, parts: Mapping[str, Parts], labels: Mapping[str, str], allowed: str) -> str:
    """SQL of a term in N-Triples; NULL where it is unbound or may not stand there."""
    if isinstance(node, Constant):
        return _constant(node)
    if not isinstance(node, Var):
        raise Unsupported("a template has no paths (§19.8, ConstructTriples)")
    if node.name in labels:
        return labels[node.name]
    one = parts[node.name]
    text = _turtle(one)
    if allowed == "term":
        return text
    only = f"{one.datatype} IS NULL"
    if allowed == "iri":
        only += f" AND NOT starts_with({one.value}, '_:')"
    return f"CASE WHEN {only} THEN {text} END"


def _constant(constant: Constant) -> str:
    datatype, language = (
        "NULL::VARCHAR" if one is None else quote(one) for one in (constant.datatype, constant.language)
    )
    return _turtle(Parts(quote(constant.value), datatype, language))


def _turtle(parts: Parts) -> str:
    """SQL of a term as N-Triples and TSV write it."""
    value, datatype, language = parts.value, parts.datatype, parts.language
    kind = (
        f"CASE {datatype} WHEN {quote(XSD_STRING)} THEN '' WHEN {quote(LANG_STRING)} THEN '@' || {language}"
        f" ELSE '^^' || {iri(datatype)} END"
    )
    return (
        f"""CASE WHEN ({datatype}) IS NOT NULL THEN '"' || ({lexical_form(value)}) || '"' || {kind}"""
        f" WHEN starts_with({value}, '_:') THEN {value} ELSE {iri(value)} END"
    )


def _json_line(query: Query, parts: Mapping[str, Parts]) -> str:
    if not parts:
        return "',{}'"
    # NULL where a variable is unbound, which concat_ws leaves out.
    starts = [quote(f'{_text(name)}:{{"type":"') for name in parts]
    cells = [f"{start} || {_json(one)} || '}}'" for start, one in zip(starts, parts.values(), strict=True)]
    return f"',{{' || concat_ws(',', {', '.join(cells)}) || '}}'"


def _json(parts: Parts) -> str:
    """SQL of a term from where its type begins. Planning takes longer the more SQL there is."""
    value, datatype = parts.value, parts.datatype
    text = f"to_json({value})::VARCHAR"
    blank = f"""'bnode","value":' || to_json(substr({value}, {_BLANK}))::VARCHAR"""
    if parts.known == XSD_STRING:
        return f"""'literal","value":' || {text}"""
    if parts.known == LANG_STRING:
        return f"""'literal","value":' || {text} || ',"xml:lang":"' || {parts.language} || '"'"""
    if parts.known == IRI:
        return f"""'uri","value":' || {text}"""
    if parts.known == BLANK:
        return blank
    if parts.known is not None:
        rest = quote(f'","datatype":{_text(parts.known)}')
        return f"""'literal","value":"' || {value} || {rest}"""
    suffix = (
        f"CASE {datatype} WHEN {quote(XSD_STRING)} THEN '' WHEN {quote(LANG_STRING)}"
        f""" THEN ',"xml:lang":"' || {parts.language} || '"' ELSE ',"datatype":"' || {datatype} || '"' END"""
    )
    return (
        f"""CASE WHEN {datatype} IS NOT NULL THEN 'literal","value":' || {text} || {suffix}"""
        f""" WHEN starts_with({value}, '_:') THEN {blank} ELSE 'uri","value":' || {text} END"""
    )


def _xml_line(query: Query, parts: Mapping[str, Parts]) -> str:
    cells = []
    for name, one in parts.items():
        value, datatype, language = one.value, one.datatype, one.language
        text = _xml(value)
        kind = (
            f"CASE {datatype} WHEN {quote(XSD_STRING)} THEN '' WHEN {quote(LANG_STRING)}"
            f""" THEN ' xml:lang="' || {language} || '"' ELSE ' datatype="' || {_xml(datatype)} || '"' END"""
        )
        term = (
            f"CASE WHEN ({datatype}) IS NOT NULL"
            f" THEN '<literal' || {kind} || '>' || {text} || '</literal>'"
            f" WHEN starts_with({value}, '_:')"
            f" THEN '<bnode>' || {_xml(f'substr({value}, {_BLANK})')} || '</bnode>'"
            f" ELSE '<uri>' || {text} || '</uri>' END"
        )
        cells.append(f"{quote(f'<binding name={quoteattr(name)}>')} || {term} || '</binding>'")
    inner = f"concat({', '.join(cells)})" if cells else "''"
    return f"'<result>' || {inner} || '</result>'"


def _xml(text: str) -> str:
    """SQL of `text` in XML; a carriage return would be read as a line feed."""
    for sign, entity in (("'&'", "&amp;"), ("'<'", "&lt;"), ("'>'", "&gt;"), ("'\"'", "&quot;")):
        text = f"replace({text}, {sign}, '{entity}')"
    return f"replace({text}, chr(13), '&#13;')"


def _csv_line(query: Query, parts: Mapping[str, Parts]) -> str:
    cells = [
        f"CASE WHEN regexp_matches({one.value}, '[\",\\r\\n]')"
        f" THEN '\"' || replace({one.value}, '\"', '\"\"') || '\"' ELSE coalesce({one.value}, '') END"
        for one in parts.values()
    ]
    return _separated(cells, "','") + " || chr(13) || chr(10)"


def _tsv_line(query: Query, parts: Mapping[str, Parts]) -> str:
    cells = [f"coalesce(replace({_turtle(one)}, chr(9), '\\t'), '')" for one in parts.values()]
    return _separated(cells, "chr(9)") + " || chr(10)"


def _separated(cells: Sequence[str], separator: str) -> str:
    return f" || {separator} || ".join(cells) or "''"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _json_head(names: Sequence[str]) -> str:
    return f'{{"head":{{"vars":[{",".join(map(_text, names))}]}},"results":{{"bindings":['


def _xml_head(names: Sequence[str]) -> str:
    variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    return f"{_XML}<head>{variables}</head><results>"


_XML = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
WORDINGS = {
    "application/sparql-results+json": Wording(
        _json_head, _json_line, ",", "]}}", lambda yes: f'{{"head":{{}},"boolean":{str(yes).lower()}}}'
    ),
    "application/sparql-results+xml": Wording(
        _xml_head,
        _xml_line,
        "",
        "</results></sparql>",
        lambda yes: f"{_XML}<head></head><boolean>{str(yes).lower()}</boolean></sparql>",
    ),
    "text/csv": Wording(
        lambda names: ",".join(names) + "\r\n", _csv_line, "", "", lambda yes: str(yes).lower()
    ),
    "text/tab-separated-values": Wording(
        lambda names: "\t".join(f"?{name}" for name in names) + "\n",
        _tsv_line,
        "",
        "",
        lambda yes: str(yes).lower(),
    ),
}
