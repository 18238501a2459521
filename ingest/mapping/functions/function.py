"""What a function of the library is."""

from collections.abc import Callable
from dataclasses import dataclass

from graph.text import Text
from ingest.sources.relation import text_literal

GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
NO_VALUE = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its name; `also` are the names that GREL and IDLab give it. Where a mapping gives no
    value it has the `default`, or none at all if it is `optional`."""

    name: str
    also: tuple[str, ...] = ()
    default: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`sql` makes an expression of those of the arguments, in the order of `parameters`; none of them is
    NULL, unless the function `takes_missing`. NULL is a value that it cannot take where it has a `remedy`,
    which is then an error of the data; else no value. `also` are IRIs of the same function elsewhere.
    `datatype` is the XSD name of what it gives. Labels and definitions are in the ontology (module function).
    """

    name: str
    parameters: tuple[Parameter, ...]
    sql: Callable[..., str]
    datatype: str = "string"
    also: tuple[str, ...] = ()
    remedy: Text | None = None
    takes_missing: bool = False

    def call(self, arguments: tuple[str, ...], error: str) -> str:
        """SQL of the whole call: no value for a missing argument, `error` for one that it cannot take."""
        result = self.sql(*arguments)
        if self.remedy is not None:
            result = f"coalesce({result}, {error})"
        varying = [one for one in arguments if not is_fixed(one) and one != NO_VALUE]
        if not varying or self.takes_missing:
            return result
        missing = " OR ".join(f"{one} IS NULL" for one in varying)
        return f"CASE WHEN {missing} THEN NULL ELSE {result} END"


def is_fixed(sql: str) -> bool:
    """True for a text of the mapping itself."""
    return sql.startswith("'") and sql.endswith("'") and "'" not in sql[1:-1].replace("''", "")


def literal(text: str) -> str:
    return text_literal(text)


VALUE = Parameter("value", ("valueParam", "valueParameter", "str", "p_any_e"))
OTHER = Parameter("other", ("valueParam2", "valueParameter2", "otherStr", "string_sub", "p_string_sub"))


def bound(name: str, value: str, result: str) -> str:
    """`result` with `name` in it for `value`, which is then computed once: DuckDB 2.0 computes what stands in
    several branches of a CASE in each of them (a date in words: four times as long, measured)."""
    return f"list_transform([{value}], lambda {name}: {result})[1]"
