"""Terms that engines are known to differ over, and forms of expressions."""

from tests.algebra.graphs import LANG_STRING, XSD

RESOURCES = ("urn:a", "urn:b", "urn:c", "_:x", "_:y")
PREDICATES = ("urn:p", "urn:q", "urn:r")
CLASS = "urn:c"
NAMED = ("urn:g1", "urn:a")
VARIABLES = ("?a", "?b", "?c", "?d")

_TYPED = {
    "integer": "1 2 -3 0 10 9007199254740993 123456789012345678",
    "decimal": "2.5 1 0.1 -0.5 1.5 0.000000000000000001 1234567890.123456789",
    "float": "0.1 2.5 1 NaN INF 0.5 16777217",
    "double": "2.5 NaN INF -INF 9007199254740992 1e10 1e-7 -0.0 0.1 1",
    "boolean": "true false yes 1",
    "date": "2020-01-01 2021-06-30 2020-01-01Z 2020-01-01+07:00 2020-02-30 2020-02-29",
    "dateTime": "2020-01-01T00:00:00Z 2020-01-01T05:00:00 2019-12-31T19:00:00-05:00 2020-01-01T00:00:00.5Z"
    " 2020-01-01T07:00:00+07:00 2020-06-30T23:59:59 2020-13-01T00:00:00Z",
    "time": "12:00:00",
    "byte": "5 300",
    "nonNegativeInteger": "7 -7",
    "gYear": "2020",
    "gYearMonth": "2020-05",
    "duration": "P1Y",
    "dayTimeDuration": "PT5M",
    "anyURI": "urn:a",
}
_STRINGS = (
    "",
    "abc",
    "ABC",
    "1",
    "Đà Nẵng",
    "a b",
    'say "x"\\',
    "two\nlines\t",
    "😀!",
    "_:x",
    "<&>",
    "⟦0⟧",
    "urn:a",
)
LITERALS: tuple[tuple[str, str, str | None], ...] = (
    *((form, XSD + name, None) for name, forms in _TYPED.items() for form in forms.split()),
    *((form, f"{XSD}string", None) for form in _STRINGS),
    ("abc", LANG_STRING, "en"),
    ("xin chào", LANG_STRING, "vi"),
    ("abc", LANG_STRING, "en-us"),
    ("", LANG_STRING, "vi"),
    ("1", "urn:datatype", None),
    ("2", "urn:datatype", None),
)

NUMBERS = tuple(
    one for one in LITERALS if one[0].strip("-").replace(".", "").isdigit() and one[1].startswith(XSD)
)
TIMES = tuple(one for one in LITERALS if one[0].startswith("20"))
TEXTS = tuple(one for one in LITERALS if one[1] in (f"{XSD}string", LANG_STRING))

TESTS = (
    *("V = V", "V != V", "V < V", "V <= V", "V > V", "V >= V"),
    *("T && T", "T || T", "! (T)", "V"),
    *("V IN (V, ?b)", "V NOT IN (V, ?c, V)", "V IN ()"),
    *("BOUND(?a)", "BOUND(?b)", "BOUND(?d)"),
    'LANGMATCHES(LANG(V), "en")',
    'LANGMATCHES(LANG(V), "*")',
    *("STRSTARTS(V, V)", "STRENDS(STR(V), STR(V))", "CONTAINS(STR(V), V)", "CONTAINS(V, V)"),
    'REGEX(STR(V), "[a-c]+$")',
    'REGEX(V, "^A.", "i")',
    *("isIRI(V)", "isBlank(V)", "isLiteral(V)", "isNumeric(V)", "sameTerm(V, V)"),
    *("EXISTS G", "NOT EXISTS G", "EXISTS { ?a <urn:p> ?d }", "NOT EXISTS { ?a ?p ?b FILTER(?b = V) }"),
    f"<{XSD}boolean>(V)",
    "COALESCE(T, T)",
    "IF(T, T, T)",
)
"""V is for a value, T for a test, G for a group."""

VALUES = (
    *("(V + V)", "(V - V)", "(V * V)", "(V / V)", "(- V)", "(+ V)"),
    *("IF(T, V, V)", "COALESCE(V, V)", "COALESCE(V, V, V)", "(T)"),
    *("STR(V)", "LANG(V)", "DATATYPE(V)", "STRLEN(STR(V))", "STRLEN(V)"),
    *("SUBSTR(STR(V), 2)", "SUBSTR(V, 1, 2)", "SUBSTR(STR(V), V)", "UCASE(V)", "LCASE(STR(V))"),
    *("STRBEFORE(V, V)", 'STRAFTER(STR(V), ":")', 'STRBEFORE(STR(V), "")', "STRAFTER(V, V)"),
    *("CONCAT(V, V)", 'CONCAT(STR(V), "-", STR(V))', "CONCAT()"),
    *('REPLACE(STR(V), "(b|1)", "[$1]")', 'REPLACE(V, "B", "x", "i")'),
    *("ABS(V)", "CEIL(V)", "FLOOR(V)", "ROUND(V)"),
    *(
        f"<{XSD}{name}>(V)"
        for name in ("integer", "decimal", "double", "float", "string", "boolean", "dateTime", "date")
    ),
    *("YEAR(V)", "MONTH(V)", "DAY(V)", "HOURS(V)", "MINUTES(V)", "SECONDS(V)", "TZ(V)", "TIMEZONE(V)"),
    *("IRI(V)", "IRI(STR(V))", "STRLANG(STR(V), 'vi')", f"STRDT(STR(V), <{XSD}decimal>)"),
    f"STRDT(STR(V), <{XSD}dateTime>)",
    *("ENCODE_FOR_URI(STR(V))", "MD5(STR(V))", "SHA1(STR(V))", "SHA256(STR(V))"),
)

AGGREGATES = (
    *("COUNT(V)", "COUNT(DISTINCT V)", "COUNT(*)", "COUNT(DISTINCT *)"),
    *("SUM(V)", "AVG(V)", "MIN(V)", "MAX(V)", "SUM(DISTINCT V)", "AVG(DISTINCT V)"),
    *("MIN(DISTINCT V)", "MAX(DISTINCT V)", "SAMPLE(1)", "SUM(V) + COUNT(*)", "MAX(V) - MIN(V)"),
    'STRLEN(GROUP_CONCAT(STR(V); SEPARATOR=", "))',
    'GROUP_CONCAT(DISTINCT STR(?a); SEPARATOR="")',
    "STRLEN(GROUP_CONCAT(DISTINCT V))",
)
