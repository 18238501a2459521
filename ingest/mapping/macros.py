"""The SQL functions that plans use, as DuckDB macros; `execute` creates them, `Plan.__str__` shows them."""

from ingest.mapping.iri import IUNRESERVED

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
    # Raised inside a query, caught and explained by `execute`: {check, row, value}.
    """data_error(number, data_row, value) AS CAST(error('@lienthong ' ||
    CAST(to_json({'check': number, 'row': data_row, 'value': value}) AS VARCHAR)) AS VARCHAR)""",
    # The text of a JSON value; an array or object has none, and is an error of the data.
    """json_text(value, number, data_row) AS CASE WHEN json_type(value) IN ('OBJECT', 'ARRAY')
    THEN data_error(number, data_row, CAST(value AS VARCHAR)) ELSE value ->> '$' END""",
)

ERROR_MARK = "@lienthong "
CREATE = tuple(f"CREATE OR REPLACE TEMP MACRO {macro}" for macro in MACROS)
