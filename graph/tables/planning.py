"""SQL for a table: the rows of a batch of subjects, and how each format writes a value."""

from collections.abc import Iterable, Sequence
from itertools import chain

from graph.columns.connection import quote
from graph.tables.plan import Field, TableFormat

LANGUAGES = ("vi", "en")
PART = "|"
"""Between several values in one cell of CSV."""
_INTEGER = "^[+-]?[0-9]+$"
_JSON_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"


def batch(fields: Sequence[Field], predicates: Sequence[int | None], graphs: Iterable[int]) -> str:
    """Rows of place, iri, and a column f0, f1 … for each field, of the subjects in `batch(id)`.

    `predicates` are the ids of the fields' paths, None where nothing is said with one. Each field is read
    where quads lie sorted by predicate; terms are joined once for all fields.
    """
    within = ", ".join(map(str, sorted(graphs)))
    said = [
        f"SELECT {_end(one)} AS s, {number}::UTINYINT AS f, {_end(one, other=True)} AS o FROM quads"
        f" WHERE p = {predicate} AND g IN ({within}) AND {_end(one)} IN (SELECT id FROM batch)"
        for number, (one, predicate) in enumerate(zip(fields, predicates, strict=True))
        if predicate is not None
    ]
    if not said or not within:
        said = ["SELECT 0::UINTEGER AS s, 0::UTINYINT AS f, 0::UINTEGER AS o WHERE false"]
    columns = "".join(f", {_aggregate(one, number)}" for number, one in enumerate(fields))
    names = "".join(f", {name}" for number, one in enumerate(fields) for name in _names(one, number))
    return f"""
        WITH said AS ({" UNION ALL ".join(said)}),
        worded AS (
            SELECT said.s, said.f, {_word(fields)} AS value, terms.language
            FROM said JOIN terms ON terms.id = said.o LEFT JOIN codes ON codes.id = said.o
        ),
        grouped AS (SELECT s{columns} FROM worded GROUP BY s)
        SELECT batch.id AS place, batch.iri{names} FROM batch LEFT JOIN grouped ON grouped.s = batch.id"""


def row(fields: Sequence[Field], written: TableFormat) -> str:
    """The expression over a row of `batch`: one line of text, or for Parquet its columns."""
    match written:
        case "ndjson":
            members = ["'{\"id\":' || to_json(iri)"]
            members += [
                f"{quote(f',{_json_text(one.key)}:')} || {_json(one, n)}" for n, one in enumerate(fields)
            ]
            return f"{' || '.join(members)} || '}}' || chr(10) AS line"
        case "csv":
            cells = [_csv("iri"), *chain(*(_cells(one, n) for n, one in enumerate(fields)))]
            return " || ',' || ".join(cells) + " || chr(13) || chr(10) AS line"
        case _:
            columns = [f"{_parquet(one, n)} AS {_name(one.key)}" for n, one in enumerate(fields)]
            return ", ".join(["iri AS id", *columns])


def header(fields: Sequence[Field]) -> list[str]:
    """The names of the columns of CSV."""
    named = (
        [f"{one.key}.{spoken}" for spoken in LANGUAGES] if one.kind == "texts" else [one.key]
        for one in fields
    )
    return ["id", *chain(*named)]


def _word(fields: Sequence[Field]) -> str:
    """The text of a value: of a code its notation, or the last part of its IRI. What is no code is not asked
    for one: the expression after COALESCE would else be evaluated for each."""
    codes = ", ".join(str(number) for number, one in enumerate(fields) if one.kind == "code")
    if not codes:
        return "terms.value"
    notation = "coalesce(codes.notation, regexp_extract(terms.value, '[^/#]+$'))"
    return f"CASE WHEN said.f IN ({codes}) THEN {notation} ELSE terms.value END"


def _end(one: Field, *, other: bool = False) -> str:
    return "o" if one.inverse is not other else "s"


def _names(one: Field, number: int) -> list[str]:
    return [f"f{number}_{spoken}" for spoken in LANGUAGES] if one.kind == "texts" else [f"f{number}"]


def _aggregate(one: Field, number: int) -> str:
    """Texts and scalars: the first of them in the order of text; others a sorted list."""
    if one.kind == "texts":
        first = "min(value)" if one.scalar else f"string_agg(value, {quote(PART)} ORDER BY value)"
        return ", ".join(
            f"{first} FILTER (f = {number} AND language = {quote(spoken)}) AS f{number}_{spoken}"
            for spoken in LANGUAGES
        )
    several = "min(value)" if one.scalar else "list(value ORDER BY value)"
    return f"{several} FILTER (f = {number}) AS f{number}"


def _json(one: Field, number: int) -> str:
    if one.kind == "texts":
        vi, en = (f"f{number}_{spoken}" for spoken in LANGUAGES)
        texts = [f"coalesce(to_json({name}), 'null')" for name in (vi, en)]
        both = f"""'{{"vi":' || {texts[0]} || ',"en":' || {texts[1]} || '}}'"""
        return f"CASE WHEN {vi} IS NULL AND {en} IS NULL THEN 'null' ELSE {both} END"
    if one.scalar:
        return f"coalesce({_json_value(one, f'f{number}')}, 'null')"
    written = f"list_transform(f{number}, lambda one: {_json_value(one, 'one')})"
    return f"'[' || coalesce(array_to_string({written}, ','), '') || ']'"


def _json_value(one: Field, value: str) -> str:
    text = f"to_json({value})::VARCHAR"
    match one.kind:
        case "boolean":
            true, false = _is_true(value), _is_false(value)
            return f"CASE WHEN {true} THEN 'true' WHEN {false} THEN 'false' ELSE {text} END"
        case "integer" | "decimal":
            plain = f"ltrim({value}, '+')"
            return f"CASE WHEN regexp_matches({plain}, {quote(_JSON_NUMBER)}) THEN {plain} ELSE {text} END"
        case _:
            return text


def _cells(one: Field, number: int) -> list[str]:
    if one.kind == "texts" or one.scalar:
        return [_csv(name) for name in _names(one, number)]
    return [_csv(f"array_to_string(f{number}, {quote(PART)})")]


def _csv(value: str) -> str:
    """RFC 4180, §2: quoted where it holds a comma, a quote or the end of a line."""
    needs = f"regexp_matches({value}, '[\",\\r\\n]')"
    quoted = f"'\"' || replace({value}, '\"', '\"\"') || '\"'"
    return f"CASE WHEN {value} IS NULL THEN '' WHEN {needs} THEN {quoted} ELSE {value} END"


def _parquet(one: Field, number: int) -> str:
    if one.kind == "texts":
        members = ", ".join(f"'{spoken}': f{number}_{spoken}" for spoken in LANGUAGES)
        return f"{{{members}}}"
    if one.scalar:
        return _parquet_value(one, f"f{number}")
    return f"list_transform(f{number}, lambda one: {_parquet_value(one, 'one')})"


def _parquet_value(one: Field, value: str) -> str:
    match one.kind:
        case "boolean":
            return (
                f"CASE WHEN {value} IN ('true', '1') THEN true WHEN {value} IN ('false', '0') THEN false END"
            )
        case "integer":
            return (
                f"TRY_CAST(CASE WHEN regexp_matches({value}, {quote(_INTEGER)}) THEN {value} END AS BIGINT)"
            )
        case "decimal":
            return f"TRY_CAST({value} AS DOUBLE)"
        case "date":
            return f"TRY_CAST({value} AS DATE)"
        case _:
            return value


def _is_true(value: str) -> str:
    return f"{value} IN ('true', '1')"


def _is_false(value: str) -> str:
    return f"{value} IN ('false', '0')"


def _name(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'


def _json_text(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
