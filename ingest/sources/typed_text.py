"""Typed SQL values as the text that XML Schema would write (R2RML §10.2, natural mapping)."""

_DATATYPES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "double"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "BLOB": "hexBinary",
}


def datatype(kind: str) -> str:
    """The XSD name of the natural datatype of DuckDB's type `kind`."""
    if kind.endswith("]"):
        return "string"
    if kind.startswith("TIMESTAMP"):
        return "dateTime"
    return "decimal" if kind.startswith("DECIMAL") else _DATATYPES.get(kind, "string")


def lexical(expression: str, kind: str) -> str:
    """SQL that gives the lexical form of `expression`, a value of DuckDB's type `kind`, as VARCHAR."""
    if kind == "VARCHAR":
        return expression
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        # Written in UTC, so that the text does not hang on the time zone of the machine.
        return f"strftime({expression} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
    if kind.startswith("TIMESTAMP"):
        return f"replace(CAST({expression} AS VARCHAR), ' ', 'T')"
    if kind in ("FLOAT", "DOUBLE"):
        return f"replace(replace(CAST({expression} AS VARCHAR), 'inf', 'INF'), 'nan', 'NaN')"
    if kind == "BLOB":
        return f"hex({expression})"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({expression}) AS VARCHAR)"
    return f"CAST({expression} AS VARCHAR)"
