"""Functions of codes and keys."""

from graph.text import Text
from ingest.mapping.functions.function import VALUE, Function, Parameter, bound

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def _padded(value: str, length: str, filler: str) -> str:
    wanted = f"TRY_CAST({length} AS INTEGER)"
    return (
        f"CASE WHEN {value} <> '' AND length({value}) <= {wanted} AND length({filler}) = 1 "
        f"THEN lpad({value}, {wanted}, {filler}) END"
    )


def _enterprise_code(value: str) -> str:
    """Ten digits whose last is 10 − (weighted sum mod 11), and -001 to -999 for a dependent unit."""
    plain = "digits"
    total = " + ".join(
        f"{weight} * CAST(substring({plain}, {place}, 1) AS INTEGER)"
        for place, weight in enumerate(_WEIGHTS, start=1)
    )
    right = f"10 - ({total}) % 11 = CAST(substring({plain}, 10, 1) AS INTEGER)"
    unit = f"substring({plain}, 11)"
    shown = f"substring({plain}, 1, 10) || CASE WHEN {unit} = '' THEN '' ELSE '-' || {unit} END"
    # The digits are digits only where the first condition holds: CASE keeps the order.
    checked = (
        f"CASE WHEN regexp_full_match({plain}, '[0-9]{{10}}([0-9]{{3}})?') AND {unit} <> '000' "
        f"THEN CASE WHEN {right} THEN {shown} END END"
    )
    return bound(plain, f"replace(replace(replace({value}, ' ', ''), '.', ''), '-', '')", checked)


FUNCTIONS = (
    Function(
        "pad",
        (VALUE, Parameter("width"), Parameter("filler", (), "0")),
        _padded,
        remedy=Text(
            "Mã trống hoặc dài hơn độ dài đã khai trong ánh xạ: kiểm tra mã trong nguồn.",
            "The code is empty or longer than the mapping says: look at the code in the source.",
        ),
    ),
    Function(
        "enterpriseCode",
        (VALUE,),
        _enterprise_code,
        remedy=Text(
            "Mã số doanh nghiệp có 10 chữ số, số cuối là số kiểm tra; đơn vị phụ thuộc thêm -001 đến -999.",
            "An enterprise code has 10 digits, the last a check digit; a dependent unit adds -001 to -999.",
        ),
    ),
    Function("personKey", (VALUE,), lambda value: f"person_key({value})"),
)
