"""`FILTER(?x = <thing>)`, as who knows SQL writes it: as VALUES, which Oxigraph looks up.

Oxigraph 0.5.13 joins everything and then compares. Dossiers of the commune with a code that a FILTER names:
0.27 s of processor as written, 0.0008 rewritten, of 0.7 M quads (decision 0028:
`badly-ordered-code-in-filter`).
"""

from collections.abc import Iterable

from graph.algebra.plan import Call, Constant, Expression, Filter, Inline, Join, Pattern, Var
from graph.columns.schema import XSD_STRING
from graph.sparql.rewrites.conditions import conjuncts, filtered
from graph.sparql.rewrites.variables import certain


def equality(pattern: Pattern) -> Pattern | None:
    """A variable that every solution binds and that must equal one of some terms is joined with these.

    Only IRIs and plain strings: equal ones are the same term (§17.4.1.7), equal numbers need not be.
    """
    match pattern:
        case Filter(inner, condition):
            bound, tables, others = certain(inner), [], []
            for one in conjuncts(condition):
                table = _table(one)
                if table is not None and table.variables[0].name in bound:
                    tables.append(table)
                else:
                    others.append(one)
            if not tables:
                return None
            for table in tables:
                inner = Join(table, inner)
            return filtered(inner, others)
        case _:
            return None


def _table(condition: Expression) -> Inline | None:
    match condition:
        case Call("=" | "SAMETERM", (Var() as variable, Constant() as term)):
            terms: Iterable[Expression] = (term,)
        case Call("=" | "SAMETERM", (Constant() as term, Var() as variable)):
            terms = (term,)
        case Call("IN", (Var() as variable, *members)) if members:
            terms = members
        case _:
            return None
    # A term that is there twice would count its solutions twice.
    rows = tuple((one,) for one in dict.fromkeys(terms) if isinstance(one, Constant) and _is_itself(one))
    return Inline((variable,), rows) if len(rows) == len(set(terms)) else None


def _is_itself(term: Constant) -> bool:
    return term.datatype in (None, XSD_STRING)
