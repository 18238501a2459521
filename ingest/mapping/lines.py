"""A plan's quads as lines of N-Quads, as SQL.

Every row of a statement becomes one text, all its lines end to end: no row is multiplied, no text is
written that is not part of the result. A join is a text for each key of the parent, with a mark where the
subject goes.
"""

from collections.abc import Iterator, Mapping, Sequence

from graph.columns.escaping import iri, iri_text, lexical_form, lexical_form_text
from graph.columns.projection import fixed
from ingest.mapping.macros import XSD
from ingest.mapping.meeting import Made
from ingest.mapping.statement import DEFAULT_GRAPH, Parent, Quad, Statement, present
from ingest.mapping.terms import RDF_LANG_STRING, Form, Term
from ingest.sources.relation import text_literal

# Where the subject goes in a line of a join's text: no IRI and no label of a blank node holds it.
_MARK = "chr(0)"
_END = " .\n"


def rows_of_lines(statement: Statement, quads: Sequence[Quad], fans: Mapping[Parent, int]) -> str:
    """One text of lines for each row; `fans` is how many objects a key has at most in the parents."""
    parts, joins = [], []
    for number, quad in enumerate(quads):
        if quad.parent is None:
            parts.append(_line(quad, quad.object))
        elif fans[quad.parent] <= 1:
            joins.append(_left_join(quad.parent, number, "o"))
            item = Term(f"j{number}.o", form=quad.object.form)
            parts.append(_line(Quad(quad.predicate, item, quad.graph), item))
        else:
            joins.append(_left_join(quad.parent, number, f"{_tails(quad)} AS tails", grouped=True))
            parts.append(f"replace(j{number}.tails, {_MARK}, st)")
    return _select(statement, f"concat({', '.join(parts)})", "".join(joins))


def distinct_lines(group: Sequence[Made]) -> str:
    """The lines of quads that may meet, each once."""
    selects = " UNION ALL\n".join(_one(made.statement, made.quad) for made in group)
    return f"SELECT DISTINCT line FROM (\n{selects}\n)"


def can_fold(quad: Quad) -> bool:
    """Whether a quad's line can be part of its row's text: a join's predicate and graph must be fixed."""
    return quad.parent is None or not quad.varying


def _one(statement: Statement, quad: Quad) -> str:
    joined = f"\n  JOIN ({quad.parent.select}) ON {quad.parent.condition}" if quad.parent else ""
    parts = ", ".join(_pieces(quad, quad.object))
    return f"{_select(statement, f'concat({parts})', joined)} WHERE {present(quad.varying)}"


def _select(statement: Statement, line: str, joins: str) -> str:
    subject = " || ".join(_sql(_text(statement.subject)))
    return (
        f"SELECT {line} AS line\n"
        f"  FROM (SELECT {subject} AS st, * FROM ({statement.rows})) AS rows_made{joins}"
    )


def _line(quad: Quad, item: Term) -> str:
    varying = quad.varying
    line = f"concat({', '.join(_pieces(quad, item))})"
    return f"CASE WHEN {present(varying)} THEN {line} END" if varying else line


def _pieces(quad: Quad, item: Term) -> list[str]:
    """SQL of the parts of a line, behind the subject `st`."""
    return ["st", *_sql([" ", *_text(quad.predicate), " ", *_text(item), *_graph(quad), _END])]


def _tails(quad: Quad) -> str:
    tail = _sql([" ", *_text(quad.predicate), " ", *_text(quad.object), *_graph(quad), _END])
    return f"string_agg(concat({_MARK}, {', '.join(tail)}), '')"


def _left_join(parent: Parent, number: int, selected: str, *, grouped: bool = False) -> str:
    keys = ", ".join(parent.columns)
    by = f" GROUP BY {keys}" if grouped else ""
    on = " AND ".join(
        f"{key} = j{number}.{column}" for key, column in zip(parent.keys, parent.columns, strict=True)
    )
    return f"\n  LEFT JOIN (SELECT {keys}, {selected} FROM ({parent.select}){by}) AS j{number} ON {on}"


def _graph(quad: Quad) -> list[str | Term]:
    if quad.graph.value == DEFAULT_GRAPH:
        return [Term("$graph_text")]
    return [" ", *_text(quad.graph)]


def _text(term: Term) -> list[str | Term]:
    """A term as N-Quads writes it: fixed texts, and SQL (as a Term) between them."""
    value = fixed(term.value)
    if term.is_literal:
        inner: str | Term = Term(lexical_form(term.value)) if value is None else lexical_form_text(value)
        return ['"', inner, '"', *_suffix(term)]
    if value is not None:
        return [value if value.startswith("_:") else iri_text(value)]
    if term.form is Form.SAFE_IRI:
        return ["<", Term(term.value), ">"]
    if term.form is Form.BLANK_NODE:
        return [Term(term.value)]
    return [Term(f"CASE WHEN starts_with({term.value}, '_:') THEN {term.value} ELSE {iri(term.value)} END")]


def _suffix(term: Term) -> list[str | Term]:
    datatype, language = fixed(term.datatype), fixed(term.language)
    if datatype == f"{XSD}string":
        return []
    if datatype == RDF_LANG_STRING:
        return ["@", Term(term.language) if language is None else language]
    if datatype is not None:
        return ["^^", iri_text(datatype)]
    string = text_literal(f"{XSD}string")
    return [Term(f"CASE WHEN {term.datatype} = {string} THEN '' ELSE '^^' || {iri(term.datatype)} END")]


def _sql(parts: Sequence[str | Term]) -> list[str]:
    """Neighbouring fixed texts become one."""
    return list(_merged(parts))


def _merged(parts: Sequence[str | Term]) -> Iterator[str]:
    waiting = ""
    for part in parts:
        if isinstance(part, str):
            waiting += part
            continue
        if waiting:
            yield text_literal(waiting)
            waiting = ""
        yield f"({part.value})"
    if waiting:
        yield text_literal(waiting)
