"""The SQL functions that plans use: DuckDB macros, which `Plan.__str__` shows, and one of Python's."""

from collections.abc import Sequence
from contextlib import suppress

import duckdb

from graph.columns.connection import create_function
from ingest.mapping.iri import IUNRESERVED
from ingest.sources.json_path import values

XSD = "http://www.w3.org/2001/XMLSchema#"

# A value that needs no encoding is by far the commonest, and costs one match; a name with nothing but
# spaces comes next; else only the runs that do need it are encoded. list_aggregate and not
# array_to_string: that one is a macro which evaluates its list twice.
MACROS = (
    rf"""iri_safe(value) AS CASE WHEN regexp_full_match(value, '[{IUNRESERVED}]*') THEN value
  WHEN regexp_full_match(value, '[ {IUNRESERVED}]*') THEN replace(value, ' ', '%20')
  ELSE list_aggregate(list_transform(
    regexp_extract_all(value, '[{IUNRESERVED}]+|[^{IUNRESERVED}]+'),
    lambda run: CASE WHEN regexp_full_match(run, '[{IUNRESERVED}]+') THEN run ELSE url_encode(run) END
  ), 'string_agg', '') END""",
    # Blank node labels: letters and digits stay, all else becomes _XX; injective, and valid in N-Triples.
    """label_safe(value) AS CASE WHEN regexp_full_match(value, '[A-Za-z0-9]*') THEN value
  ELSE replace(replace(replace(replace(replace(url_encode(value),
    '_', '%5F'), '-', '%2D'), '.', '%2E'), '~', '%7E'), '%', '_') END""",
    # The natural datatype of a JSON value. DuckDB calls an integer beyond 64 bits a DOUBLE.
    f"""json_datatype(value) AS CASE json_type(value)
    WHEN 'VARCHAR' THEN '{XSD}string'
    WHEN 'BOOLEAN' THEN '{XSD}boolean'
    WHEN 'DOUBLE' THEN CASE WHEN regexp_full_match(CAST(value AS VARCHAR), '-?[0-9]+')
      THEN '{XSD}integer' ELSE '{XSD}double' END
    ELSE '{XSD}integer' END""",
    # XML Schema's canonical form of a double, of its shortest text: 80.25 is 8.025E1 (XSD 1.1 §3.3.5).
    r"""double_parts(value) AS regexp_extract(value, '^(-?)([0-9]+)[.]?([0-9]*)[eE]?([+-]?[0-9]*)$',
    ['sign', 'whole', 'fraction', 'exponent'])""",
    r"""significant(parts) AS ltrim(parts.whole || parts.fraction, '0')""",
    r"""canonical_double(value) AS CASE WHEN value IN ('NaN', 'INF', '-INF') THEN value
    WHEN significant(double_parts(value)) = '' THEN double_parts(value).sign || '0.0E0'
    ELSE double_parts(value).sign || significant(double_parts(value))[1] || '.' ||
      CASE WHEN rtrim(significant(double_parts(value))[2:], '0') = '' THEN '0'
        ELSE rtrim(significant(double_parts(value))[2:], '0') END || 'E' ||
      CAST(length(double_parts(value).whole) - 1
        + coalesce(TRY_CAST(double_parts(value).exponent AS INTEGER), 0)
        - (length(double_parts(value).whole || double_parts(value).fraction)
          - length(significant(double_parts(value)))) AS VARCHAR) END""",
    # Equal for equal numbers: 1, 1.0 and 1.00.
    r"""plain_number(value) AS CASE WHEN contains(value, '.') AND NOT regexp_matches(value, '[eE]')
    THEN rtrim(rtrim(value, '0'), '.') ELSE value END""",
    # Raised inside a query, caught and explained by `execute`: {check, row, value}.
    """data_error(number, data_row, value) AS CAST(error('@lienthong ' ||
    CAST(to_json({'check': number, 'row': data_row, 'value': value}) AS VARCHAR)) AS VARCHAR)""",
    # The text of a JSON value; an array or object has none, and is an error of the data.
    """json_text(value, number, data_row) AS CASE WHEN json_type(value) IN ('OBJECT', 'ARRAY')
    THEN data_error(number, data_row, CAST(value AS VARCHAR)) ELSE value ->> '$' END""",
)

ERROR_MARK = "@lienthong "
CREATE = tuple(f"CREATE OR REPLACE TEMP MACRO {macro}" for macro in MACROS)


_JSON_VALUES = "json_values"


def create(connection: duckdb.DuckDBPyConnection, statements: Sequence[object]) -> None:
    """Makes the functions that the statements use known to `connection`; it may know them already."""
    for macro in CREATE:
        connection.execute(macro).fetchall()
    if f"{_JSON_VALUES}(" in repr(statements):
        # What goes beyond DuckDB's paths: some twenty times slower than they are (measured).
        with suppress(duckdb.NotImplementedException, duckdb.CatalogException):  # there is one already
            create_function(connection, _JSON_VALUES, _json_values, ["VARCHAR", "VARCHAR"], "VARCHAR[]")


def _json_values(text: str, path: str) -> list[str]:
    return list(values(text, path))
