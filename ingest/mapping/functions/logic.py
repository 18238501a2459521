"""Functions that decide."""

from graph.text import Text
from ingest.mapping.functions.function import IDLAB, OTHER, VALUE, Function, Parameter


def _chosen(value: str, table: str) -> str:
    pairs = f"string_split({table}, ';')"
    found = f"list_filter({pairs}, lambda pair: trim(split_part(pair, '=', 1)) = {value})[1]"
    return f"trim(split_part({found}, '=', 2))"


FUNCTIONS = (
    Function(
        "isNull",
        (VALUE,),
        lambda value: f"CAST({value} IS NULL AS VARCHAR)",
        "boolean",
        also=(f"{IDLAB}isNull",),
        takes_missing=True,
    ),
    Function(
        "isNotNull",
        (VALUE,),
        lambda value: f"CAST({value} IS NOT NULL AS VARCHAR)",
        "boolean",
        also=(f"{IDLAB}isNotNull",),
        takes_missing=True,
    ),
    Function(
        "equal",
        (VALUE, OTHER),
        lambda value, other: f"CAST({value} = {other} AS VARCHAR)",
        "boolean",
        also=(f"{IDLAB}equal",),
    ),
    Function(
        "notEqual",
        (VALUE, OTHER),
        lambda value, other: f"CAST({value} <> {other} AS VARCHAR)",
        "boolean",
        also=(f"{IDLAB}notEqual",),
    ),
    Function(
        "onlyIf",
        (
            Parameter("condition", ("strBoolean",)),
            Parameter("value", ("str", "valueParam", "valueParameter")),
        ),
        lambda condition, value: f"CASE WHEN {condition} = 'true' THEN {value} END",
        also=(f"{IDLAB}trueCondition",),
    ),
    Function(
        "unless",
        (VALUE, Parameter("none")),
        lambda value, none: f"nullif({value}, {none})",
    ),
    Function(
        "choose",
        (VALUE, Parameter("table")),
        _chosen,
        remedy=Text(
            "Thêm giá trị này vào bảng của ánh xạ: «giá trị=kết quả; giá trị=kết quả».",
            "Add the value to the table of the mapping: “value=result; value=result”.",
        ),
    ),
)
