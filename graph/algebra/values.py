"""What SQL knows of the value of an expression: its type, as far as the query tells, and its parts.

NULL is an error or an unbound variable everywhere; SQL's three-valued logic is then that of SPARQL §17.2.
"""

from dataclasses import dataclass

from graph.algebra.context import text
from graph.algebra.holding import RESOURCES, Holds
from graph.algebra.plan import Constant
from graph.columns.kinds import IRI, STRINGS
from graph.columns.schema import LANG_STRING, XSD, XSD_STRING

DECIMAL = "DECIMAL(38,18)"
"""Eighteen digits behind the point, as SPARQL asks at least and as Oxigraph keeps; twenty before it."""

NULL = "NULL"


@dataclass(frozen=True, slots=True)
class Boolean:
    sql: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string; `language` is SQL that may be NULL, None where there is never a language."""

    sql: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI or a blank node."""

    sql: str


@dataclass(frozen=True, slots=True)
class Integer:
    """HUGEINT."""

    sql: str


@dataclass(frozen=True, slots=True)
class Decimal:
    sql: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number whose type is known row by row: `rank` is 0 for integer, 1 for decimal, 2 for float, 3 for
    double, NULL for none. `exact` is a decimal for ranks 0 and 1, `double` a DOUBLE for all ranks.

    `faithful`: two such doubles differ only as the numbers do, so they may be compared instead. `known`: the
    rank, where it is that of every row; `narrow` is then the number as one of that type, if there is one.
    """

    rank: str
    exact: str
    double: str
    faithful: bool = False
    known: int | None = None
    narrow: Integer | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Any term. `number` and `instant` are as in the dictionary; `id` where the term is from there;
    `constant` where the query writes it; `rank` and `category` where they are computed already; `holds`
    what it can be; `exact` is every number that it is, where it is an integer or a decimal if any."""

    value: str
    datatype: str
    language: str
    number: str
    instant: str
    id: str | None = None
    constant: Constant | None = None
    rank: str | None = None
    category: str | None = None
    holds: Holds = None
    exact: str | None = None


Value = Boolean | Text | Iri | Integer | Decimal | Number | Term

NEVER = Term("NULL::VARCHAR", "NULL::VARCHAR", "NULL::VARCHAR", "NULL::DOUBLE", "NULL::TIMESTAMP")
"""No value: always an error."""


def holds_of(value: Value) -> Holds:
    """What a value can be, where it is one."""
    match value:
        case Iri(sql) if sql.startswith("'") and not sql.startswith("'_:"):
            return frozenset((IRI,))
        case Boolean():
            return frozenset((f"{XSD}boolean",))
        case Text(_, None):
            return frozenset((XSD_STRING,))
        case Text():
            return STRINGS
        case Iri():
            return RESOURCES
        case Integer():
            return frozenset((f"{XSD}integer",))
        case Decimal():
            return frozenset((f"{XSD}decimal",))
        case Number(known=rank):
            return frozenset(XSD + name for name in (_RANKED if rank is None else [_RANKED[rank]]))
        case Term():
            return value.holds


_RANKED = ("integer", "decimal", "float", "double")


def lexical(value: Value) -> str:
    """SQL: the lexical form of a literal, the text of an IRI."""
    match value:
        case Boolean(sql):
            return f"CASE WHEN {sql} THEN 'true' WHEN NOT {sql} THEN 'false' END"
        case Text() | Iri():
            return value.sql
        case Integer(sql):
            return f"({sql})::VARCHAR"
        case Decimal(sql):
            return decimal_lexical(sql)
        case Number(rank, exact, double):
            single, whole = floating_lexical(f"({double})::FLOAT"), floating_lexical(double)
            return (
                f"CASE WHEN {rank} <= 1 THEN {decimal_lexical(exact)}"
                f" WHEN {rank} = 2 THEN {single} WHEN {rank} = 3 THEN {whole} END"
            )
        case Term():
            return value.value


def datatype(value: Value) -> str:
    """SQL: the IRI of the datatype; NULL for no literal."""
    match value:
        case Boolean(sql):
            return _when(sql, f"{XSD}boolean")
        case Text(sql, None):
            return _when(sql, XSD_STRING)
        case Text(sql, language):
            return (
                f"CASE WHEN {sql} IS NOT NULL THEN"
                f" CASE WHEN {language} IS NULL THEN {text(XSD_STRING)} ELSE {text(LANG_STRING)} END END"
            )
        case Iri():
            return f"{NULL}::VARCHAR"
        case Integer(sql):
            return _when(sql, f"{XSD}integer")
        case Decimal(sql):
            return _when(sql, f"{XSD}decimal")
        case Number(rank):
            names = ("integer", "decimal", "float", "double")
            whens = " ".join(f"WHEN {number} THEN {text(XSD + name)}" for number, name in enumerate(names))
            return f"CASE {rank} {whens} END"
        case Term():
            return value.datatype


def language(value: Value) -> str:
    match value:
        case Text(sql, tag) if tag is not None:
            return f"CASE WHEN {sql} IS NOT NULL THEN {tag} END"
        case Term():
            return value.language
        case _:
            return f"{NULL}::VARCHAR"


def is_bound(value: Value) -> str:
    """SQL: whether there is a value, never NULL."""
    match value:
        case Number(rank):
            return f"({rank}) IS NOT NULL"
        case Term():
            return f"({value.value if value.id is None else value.id}) IS NOT NULL"
        case _:
            return f"({value.sql}) IS NOT NULL"


def struct(value: Value) -> str:
    """SQL: the term as a struct; NULL where there is none. Structs are equal when terms are the same."""
    packed = f"struct_pack(v := {lexical(value)}, d := {datatype(value)}, l := {language(value)})"
    return f"CASE WHEN {is_bound(value)} THEN {packed} END"


STRUCT = "STRUCT(v VARCHAR, d VARCHAR, l VARCHAR)"


def decimal_lexical(sql: str) -> str:
    """SQL: the canonical form (XML Schema 1.1, §3.3.3): no point where there is no fraction."""
    return rf"regexp_replace(({sql})::{DECIMAL}::VARCHAR, '\.?0+$', '')"


def floating_lexical(sql: str) -> str:
    """SQL: the shortest digits that give the number back, without an exponent, as Oxigraph writes them."""
    written = f"({sql})::VARCHAR"
    return (
        f"list_transform([{written}], lambda t: CASE"
        " WHEN t IN ('nan', '-nan') THEN 'NaN' WHEN t = 'inf' THEN 'INF' WHEN t = '-inf' THEN '-INF'"
        r" WHEN NOT contains(t, 'e') THEN regexp_replace(t, '\.0$', '')"
        f" ELSE {_EXPANDED} END)[1]"
    )


_SIGN = "regexp_extract(t, '^-')"
_DIGITS = "replace(regexp_extract(t, '^-?([0-9.]+)e', 1), '.', '')"
_EXPONENT = "regexp_extract(t, 'e(.*)$', 1)::INTEGER"
_EXPANDED = (
    f"{_SIGN} || CASE WHEN {_EXPONENT} < 0 THEN '0.' || repeat('0', -{_EXPONENT} - 1) || {_DIGITS}"
    f" ELSE rpad({_DIGITS}, {_EXPONENT} + 1, '0') END"
)


def _when(sql: str, name: str) -> str:
    return f"CASE WHEN ({sql}) IS NOT NULL THEN {text(name)} END"
