"""The typed plan of a query: SPARQL 1.1 algebra (§18.2) as frozen values."""

from dataclasses import dataclass

from graph.columns.schema import XSD


class Unsupported(Exception):  # noqa: N818 – caught by planners as an answer, not as a fault
    """The query asks for what is not computed exactly here; `reason` says what, for `--explain`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Constant:
    """An RDF term of the query, written as in the dictionary of terms."""

    value: str
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Var:
    """A variable; a blank node of the query is one whose name begins with `_:`."""

    name: str


Node = Constant | Var


# Property paths (§9.1, §18.1.7).
@dataclass(frozen=True, slots=True)
class Link:
    predicate: Constant


@dataclass(frozen=True, slots=True)
class Inverse:
    path: "Path"


@dataclass(frozen=True, slots=True)
class Sequence:
    first: "Path"
    second: "Path"


@dataclass(frozen=True, slots=True)
class Alternative:
    paths: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """Any predicate but these."""

    predicates: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """`?` is (zero, not many), `*` (zero, many), `+` (not zero, many)."""

    path: "Path"
    zero: bool
    many: bool


Path = Link | Inverse | Sequence | Alternative | Negated | Repeated


# Expressions (§17).
@dataclass(frozen=True, slots=True)
class Call:
    """An operator, a function by its upper-case name, or a cast by the IRI of its datatype."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Exists:
    pattern: "Pattern"
    negated: bool = False


Expression = Constant | Var | Call | Exists


# Graph patterns and solution modifiers (§18.2.2 to §18.2.5).
@dataclass(frozen=True, slots=True)
class Triple:
    s: Node
    p: Node | Path
    o: Node


@dataclass(frozen=True, slots=True)
class Triples:
    """A basic graph pattern; of no triple at all, it is the one empty solution."""

    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Join:
    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class LeftJoin:
    left: "Pattern"
    right: "Pattern"
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Union:
    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Minus:
    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Filter:
    pattern: "Pattern"
    condition: Expression


@dataclass(frozen=True, slots=True)
class Extend:
    pattern: "Pattern"
    variable: Var
    expression: Expression


@dataclass(frozen=True, slots=True)
class Inline:
    """VALUES: rows of terms, None where UNDEF."""

    variables: tuple[Var, ...]
    rows: tuple[tuple[Constant | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """GRAPH."""

    graph: Node
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Project:
    """`outermost` marks the projection of the query itself, not of a sub-select."""

    pattern: "Pattern"
    variables: tuple[Var, ...]
    outermost: bool = False


@dataclass(frozen=True, slots=True)
class Distinct:
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Slice:
    pattern: "Pattern"
    offset: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Order:
    pattern: "Pattern"
    conditions: tuple[tuple[Expression, bool], ...]
    """Expressions, each with whether it is descending."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    result: Var
    function: str
    expression: Expression | None
    """None is `*`."""
    distinct: bool = False
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Group:
    """With no keys at all there is one group, even of no solutions."""

    pattern: "Pattern"
    keys: tuple[Var, ...]
    aggregates: tuple[Aggregate, ...]


Pattern = (
    Triples
    | Join
    | LeftJoin
    | Union
    | Minus
    | Filter
    | Extend
    | Inline
    | Named
    | Project
    | Distinct
    | Slice
    | Order
    | Group
)


@dataclass(frozen=True, slots=True)
class Query:
    """`form` is SELECT, ASK, CONSTRUCT or DESCRIBE; `template` the triples of a CONSTRUCT."""

    form: str
    pattern: Pattern
    variables: tuple[Var, ...]
    template: tuple[Triple, ...] = ()


def integer(number: int) -> Constant:
    return Constant(str(number), f"{XSD}integer")
