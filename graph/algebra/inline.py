"""VALUES → a relation of computed terms (SPARQL 1.1 §10)."""

from collections.abc import Iterable, Iterator

from graph.algebra.context import ABSENT, Context, text
from graph.algebra.expressions import of_constant
from graph.algebra.holding import Holds, either
from graph.algebra.plan import Constant, Var
from graph.algebra.relation import Column, Kind, Relation
from graph.algebra.values import STRUCT, holds_of


def inline(
    context: Context, variables: tuple[Var, ...], rows: tuple[tuple[Constant | None, ...], ...]
) -> Relation:
    given = [[row[place] for row in rows] for place in range(len(variables))]
    names = [context.column(variable.name) for variable in variables]
    columns = {
        variable.name: Column(Kind.STRUCT, certain=None not in column, holds=_holds(column))
        for variable, column in zip(variables, given, strict=True)
    }
    if not rows:
        nothing = ", ".join(f"NULL::{STRUCT} AS {name}" for name in names) or "1 AS nothing"
        return Relation(f"SELECT {nothing} WHERE FALSE", columns)
    if not names:
        return Relation(" UNION ALL ".join(["SELECT 1 AS nothing"] * len(rows)), columns)
    written = ", ".join("(" + ", ".join(_cells(context, row)) + ")" for row in rows)
    both = ", ".join(part for name in names for part in (name, f"{name}_id"))
    sql = f"SELECT {both} FROM (VALUES {written}) q({both})"
    return Relation(sql, columns, identified=frozenset(variable.name for variable in variables))


def _cells(context: Context, row: tuple[Constant | None, ...]) -> Iterator[str]:
    """Each term, and its id."""
    for one in row:
        yield _term(one)
        yield "NULL::UINTEGER" if one is None else f"nullif({context.id_of(one)}, {ABSENT})::UINTEGER"


def _holds(column: Iterable[Constant | None]) -> Holds:
    return either(*(holds_of(of_constant(one)) for one in column if one is not None))


def _term(constant: Constant | None) -> str:
    if constant is None:
        return f"NULL::{STRUCT}"
    datatype = "NULL::VARCHAR" if constant.datatype is None else text(constant.datatype)
    language = "NULL::VARCHAR" if constant.language is None else text(constant.language)
    return f"struct_pack(v := {text(constant.value)}, d := {datatype}, l := {language})"
