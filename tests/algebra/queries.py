"""Random small graphs and random queries over their vocabulary, for comparing engines."""

from random import Random

from tests.algebra.graphs import DEFAULT, LANG_STRING, XSD, TextQuad

RESOURCES = ("urn:a", "urn:b", "urn:c", "_:x")
PREDICATES = ("urn:p", "urn:q")
LITERALS = (
    ("1", "integer"),
    ("2", "integer"),
    ("-3", "integer"),
    ("9007199254740993", "integer"),
    ("9007199254740992", "double"),
    ("2.5", "decimal"),
    ("1", "decimal"),
    ("0.1", "decimal"),
    ("0.1", "float"),
    ("2.5", "double"),
    ("NaN", "double"),
    ("INF", "double"),
    ("x", "integer"),
    ("", "string"),
    ("abc", "string"),
    ("1", "string"),
    ("Đà Nẵng", "string"),
    ("true", "boolean"),
    ("false", "boolean"),
    ("yes", "boolean"),
    ("2020-01-01", "date"),
    ("2021-06-30", "date"),
    ("2020-01-01T00:00:00Z", "dateTime"),
    ("2020-01-01T05:00:00", "dateTime"),
    ("2019-12-31T19:00:00-05:00", "dateTime"),
    ("12:00:00", "time"),
)
OTHER_LITERALS = (
    ("abc", LANG_STRING, "en"),
    ("xin chào", LANG_STRING, "vi"),
    ("abc", LANG_STRING, "en-us"),
    ("1", "urn:datatype", None),
    ("2", "urn:datatype", None),
)
NAMED = ("urn:g1", "urn:a")
VARIABLES = ("?a", "?b", "?c", "?d")

TESTS = (
    "{0} = {1}",
    "{0} != {1}",
    "{0} < {1}",
    "{0} >= {1}",
    "{2} && {3}",
    "{2} || {3}",
    "! ({2})",
    "{0} IN ({1}, ?b)",
    "{0} NOT IN ({1}, ?c)",
    "BOUND(?a)",
    "BOUND(?d)",
    'LANGMATCHES(LANG({0}), "en")',
    "STRSTARTS({0}, {1})",
    "STRENDS(STR({0}), STR({1}))",
    "CONTAINS(STR({0}), {1})",
    'REGEX(STR({0}), "[a-c]+$")',
    "isIRI({0})",
    "isBlank({0})",
    "isLiteral({0})",
    "isNumeric({0})",
    "sameTerm({0}, {1})",
    "EXISTS {{ ?a <urn:p> ?d }}",
    "NOT EXISTS {{ ?a ?p ?b FILTER(?b = {0}) }}",
    "<http://www.w3.org/2001/XMLSchema#boolean>({0})",
    "{0}",
)
"""Of two values and two tests."""

VALUES = (
    "{0}",
    "({0} + {1})",
    "({0} - {1})",
    "({0} * {1})",
    "({0} / {1})",
    "(- {0})",
    "IF({2}, {0}, {1})",
    "COALESCE({0}, {1})",
    "STR({0})",
    "LANG({0})",
    "DATATYPE({0})",
    "STRLEN(STR({0}))",
    "SUBSTR(STR({0}), 2)",
    "SUBSTR({0}, 1, 2)",
    "UCASE({0})",
    "LCASE(STR({0}))",
    "STRBEFORE({0}, {1})",
    'STRAFTER(STR({0}), ":")',
    "CONCAT({0}, {1})",
    'CONCAT(STR({0}), "-", STR({1}))',
    'REPLACE(STR({0}), "(b|1)", "[$1]")',
    "ABS({0})",
    "CEIL({0})",
    "FLOOR({0})",
    "ROUND({0})",
    "<http://www.w3.org/2001/XMLSchema#integer>({0})",
    "<http://www.w3.org/2001/XMLSchema#decimal>({0})",
    "<http://www.w3.org/2001/XMLSchema#double>({0})",
    "<http://www.w3.org/2001/XMLSchema#string>({0})",
    "YEAR({0})",
    "DAY({0})",
    "HOURS({0})",
    "SECONDS({0})",
    "TZ({0})",
    "TIMEZONE({0})",
    "IRI({0})",
    "STRLANG(STR({0}), 'vi')",
    "STRDT(STR({0}), <http://www.w3.org/2001/XMLSchema#decimal>)",
    "ENCODE_FOR_URI(STR({0}))",
    "MD5(STR({0}))",
    "<http://www.w3.org/2001/XMLSchema#dateTime>({0})",
    "({2})",
)
AGGREGATES = (
    "COUNT(?b)",
    "COUNT(DISTINCT ?b)",
    "COUNT(*)",
    "SUM(?b)",
    "AVG(?b)",
    "MIN(?b)",
    "MAX(?c)",
    "SAMPLE(1)",
    "GROUP_CONCAT(DISTINCT STR(?a))",
)
PARTS = (
    *["OPTIONAL"] * 3,
    *["UNION"] * 2,
    *["BIND"] * 3,
    *["FILTER"] * 3,
    "OPTIONAL FILTER",
    "EXISTS",
    "NOT EXISTS",
    "MINUS",
    "VALUES",
    "GROUP",
    "SELECT",
    "AGGREGATE",
)


class Generator:
    """Graphs and queries from one source of randomness."""

    def __init__(self, seed: int, parts: tuple[str, ...] = PARTS) -> None:
        self._random = Random(seed)
        self._parts = parts
        self._named = 0

    def _pick(self, *among: str) -> str:
        return self._random.choice(among)

    def _one_in(self, many: int) -> bool:
        return self._random.randrange(many) == 0

    def _literal(self) -> tuple[str, str, str | None]:
        if self._one_in(5):
            return self._random.choice(OTHER_LITERALS)
        value, name = self._random.choice(LITERALS)
        return value, XSD + name, None

    def graph(self) -> list[TextQuad]:
        return list({self._quad() for _ in range(self._random.randrange(4, 20))})

    def dataset(self) -> list[TextQuad]:
        """Quads of the default graph and of two named ones."""
        return [quad._replace(g=self._pick(DEFAULT, *NAMED)) for quad in [*self.graph(), *self.graph()]]

    def _quad(self) -> TextQuad:
        o = self._literal() if self._one_in(2) else (self._pick(*RESOURCES), None, None)
        return TextQuad(self._pick(*RESOURCES), self._pick(*PREDICATES), *o, DEFAULT)

    def query(self) -> str:
        return f"SELECT * WHERE {self._group(2)}"

    def _constant(self) -> str:
        if self._one_in(2):
            return f"<{self._pick(*RESOURCES[:3])}>"
        value, datatype, language = self._literal()
        return f'"{value}"@{language}' if language else f'"{value}"^^<{datatype}>'

    def _predicate(self) -> str:
        return f"<{self._pick(*PREDICATES)}>"

    def _path(self, depth: int) -> str:
        if depth == 0:
            return self._predicate()
        a, b = self._path(depth - 1), self._path(depth - 1)
        form = self._pick("{a}", "^{a}", "{a}/{b}", "{a}?", "{a}*", "{a}+", "!(<urn:p>|<urn:r>)")
        return f"({form.format(a=a, b=b)})"

    def _triple(self) -> str:
        subject = self._constant() if self._one_in(12) else self._pick(*VARIABLES)
        if subject.startswith('"'):
            subject = "<urn:a>"
        predicate = self._pick("?p", self._path(2), self._path(1)) if self._one_in(4) else self._predicate()
        value = self._constant() if self._one_in(12) else self._pick(*VARIABLES)
        return f"{subject} {predicate} {value} ."

    def _leaf(self) -> str:
        return self._constant() if self._one_in(3) else self._pick(*VARIABLES)

    def _value(self, depth: int) -> str:
        if depth == 0:
            return self._leaf()
        a, b, test = self._value(depth - 1), self._value(depth - 1), self._test(depth - 1)
        return self._pick(*VALUES).format(a, b, test)

    def _test(self, depth: int) -> str:
        if depth == 0:
            return f"{self._leaf()} = {self._leaf()}"
        a, b = self._value(depth - 1), self._value(depth - 1)
        return self._pick(*TESTS).format(a, b, self._test(depth - 1), self._test(depth - 1))

    def _group(self, depth: int) -> str:
        parts = [
            self._triple() for _ in range(self._random.choice((0, 1, 1, 1, 2) if depth < 2 else (1, 1, 2)))
        ]
        for _ in range(self._random.choice((0, 0, 1) if depth < 2 else (1, 1, 2, 3))):
            parts.append(self._part(depth))
        return "{ " + " ".join(parts) + " }"

    def _fresh(self) -> str:
        self._named += 1
        return f"?n{self._named}"

    def _part(self, depth: int) -> str:
        inner = self._group(depth - 1) if depth else "{ ?a <urn:p> ?b }"
        match kind := self._pick(*self._parts):
            case "FILTER":
                return f"FILTER({self._test(2)})"
            case "OPTIONAL FILTER":
                return f"OPTIONAL {{ {self._triple()} FILTER({self._test(2)}) }}"
            case "UNION":
                other = self._group(depth - 1) if depth else "{ ?a <urn:q> ?c }"
                return f"{inner} UNION {other}"
            case "EXISTS" | "NOT EXISTS":
                return f"FILTER {kind} {inner}"
            case "BIND":
                return f"BIND({self._value(2)} AS {self._fresh()})"
            case "VALUES":
                row = f"({self._pick('UNDEF', self._constant())} {self._constant()})"
                return f"VALUES (?a ?b) {{ {row} (<urn:a> UNDEF) }}"
            case "GROUP":
                return inner
            case "GRAPH":
                return f"GRAPH {self._pick('?g', '?g', '?b', *(f'<{name}>' for name in NAMED))} {inner}"
            case "SELECT":
                return f"{{ SELECT {self._pick('', 'DISTINCT')} ?a ?c WHERE {inner} }}"
            case "AGGREGATE":
                aggregate = f"({self._pick(*AGGREGATES)} AS {self._fresh()})"
                return f"{{ SELECT ?a {aggregate} WHERE {inner} GROUP BY ?a }}"
            case _:
                return f"{kind} {inner}"
