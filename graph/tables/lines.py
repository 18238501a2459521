"""The lines of a table, made from its columns: NDJSON, and CSV (RFC 4180)."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables.cells import Cells
from graph.tables.pivot import Column
from graph.tables.plan import LANGUAGES, Field, FieldKind

PART = "|"
"""Between several values in one cell of CSV."""
_JSON_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
_JSON_ESCAPED = r'["\\\x00-\x1f]'
_CSV_QUOTED = r'[",\r\n]'
_BOOLEANS: Mapping[str, tuple[str, ...]] = {"true": ("true", "1"), "false": ("false", "0")}


def header(fields: Sequence[Field]) -> list[str]:
    """The names of the columns of CSV."""
    named = (
        [f"{one.key}.{spoken}" for spoken in LANGUAGES] if one.kind == "texts" else [one.key]
        for one in fields
    )
    return ["id", *chain(*named)]


def ndjson(ids: pa.Array, cells: Sequence[Cells]) -> pa.Array:
    """One object a line."""
    members = chain(*((f",{json.dumps(one.field.key, ensure_ascii=False)}:", _json(one)) for one in cells))
    return _joined('{"id":', _json_text(ids), *members, "}\n", null="null")


def csv(ids: pa.Array, cells: Sequence[Cells]) -> pa.Array:
    """One record a line; what is not said is empty."""
    fields = (chain(*((",", text) for text in _csv(one))) for one in cells)
    return _joined(_csv_text(ids), *chain(*fields), "\r\n", null="")


def _json(cells: Cells) -> pa.Array:
    if cells.field.kind == "texts":
        vi, en = map(partial(_json_cell, cells), cells.columns)
        both = _joined('{"vi":', vi, ',"en":', en, "}", null="null")
        return pc.if_else(pc.and_(pc.is_null(vi), pc.is_null(en)), pa.scalar(None, pa.string()), both)
    (column,) = cells.columns
    return _json_cell(cells, column)


def _json_cell(cells: Cells, column: Column) -> pa.Array:
    kind = cells.field.kind
    if kind not in ("boolean", "integer", "decimal"):
        values = column.take(cells.words.written(_json_text))
    elif column.offsets is None:
        values = _json_value(kind, column.take(cells.words.texts))
    else:
        flat = Column(column.words).take(cells.words.texts)
        values = pa.ListArray.from_arrays(pa.array(column.offsets, pa.int32()), _json_value(kind, flat))
    return values if column.offsets is None else _joined("[", pc.binary_join(values, ","), "]")


def _json_value(kind: FieldKind, texts: pa.Array) -> pa.Array:
    """A number or a boolean as JSON has it; what is written otherwise stays a text."""
    if kind == "boolean":
        written, known = texts, pc.is_in(texts, pa.array(chain(*_BOOLEANS.values())))
        for value, forms in _BOOLEANS.items():
            written = pc.if_else(pc.is_in(texts, pa.array(forms)), value, written)
    else:
        written = pc.utf8_ltrim(texts, "+")
        known = pc.match_substring_regex(written, _JSON_NUMBER)
    return written if pc.all(known).as_py() else pc.if_else(known, written, _json_text(texts))


def _csv(cells: Cells) -> list[pa.Array]:
    return [
        one.take(cells.words.written(_csv_text))
        if one.offsets is None
        else _csv_text(pc.binary_join(one.take(cells.words.texts), PART))
        for one in cells.columns
    ]


def _json_text(texts: pa.Array) -> pa.Array:
    """RFC 8259, §7."""
    plain = _joined('"', texts, '"')
    escaped = pc.match_substring_regex(texts, _JSON_ESCAPED)
    if not pc.any(escaped).as_py():
        return plain
    strange = texts.filter(escaped).to_pylist()
    written = pa.array([json.dumps(one, ensure_ascii=False) for one in strange], pa.string())
    return pc.replace_with_mask(plain, pc.fill_null(escaped, False), written)


def _csv_text(texts: pa.Array) -> pa.Array:
    """RFC 4180, §2: quoted where it holds a comma, a quote or the end of a line."""
    quoted = pc.match_substring_regex(texts, _CSV_QUOTED)
    if not pc.any(quoted).as_py():
        return texts
    return pc.if_else(quoted, _joined('"', pc.replace_substring(texts, '"', '""'), '"'), texts)


def _joined(*parts: pa.Array | str, null: str | None = None) -> pa.Array:
    """Row by row end to end. Where a part is null so is the whole, unless `null` stands for it."""
    if null is None:
        return pc.binary_join_element_wise(*parts, "")
    return pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement=null)
