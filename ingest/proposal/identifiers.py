"""Identifiers of the state that are known by their form, and names of columns that tell personal data."""

import re
import unicodedata
from collections.abc import Sequence

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
PERSONAL = (
    "ho_va_ten|ho_ten|hoten|full_?name|ngay_sinh|birth|so_dinh_danh|sodinhdanh|cccd|cmnd|can_cuoc|citizen"
    "|dien_thoai|dienthoai|phone|email|thu_dien_tu|so_nha|noi_o|dia_chi_nha|chu_ho|nguoi_dai_dien|ho_chieu|passport"
)


def is_enterprise_code(text: str) -> bool:
    """Ten digits of which the last checks the others, perhaps with `-001` of a dependent unit behind them."""
    if not re.fullmatch(r"\d{10}(-\d{3})?", text):
        return False
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text, strict=False)) % 11
    return 10 - remainder == int(text[9])


def is_citizen_number(text: str) -> bool:
    """Twelve digits: province of birth (0 and an old code), century and sex, year, serial."""
    return re.fullmatch(r"0(0[1-9]|[1-9]\d)\d{9}", text) is not None


def is_commune_code(text: str) -> bool:
    return re.fullmatch(r"\d{5}", text) is not None


def plain(name: str) -> str:
    """A column's name in lower case ASCII, words joined by `_`: `Ngày sinh` → `ngay_sinh`."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare)
    return re.sub(r"[^a-z0-9]+", "_", snake.lower()).strip("_") or "column"


def tells_of_a_person(name: str) -> bool:
    """Whether a column's name promises data about a person."""
    return re.search(rf"(^|_)({PERSONAL})(_|$)", plain(name)) is not None


def known_kind(name: str, values: Sequence[str]) -> str | None:
    """`enterprise`, `person` or `commune`, where nearly all values have that form."""
    if not values:
        return None
    for kind, test in (("person", is_citizen_number), ("enterprise", is_enterprise_code)):
        if sum(map(test, values)) >= 0.9 * len(values):
            return kind
    says = re.search(r"(^|_)(xa|phuong|commune|ward)(_|$)", plain(name)) is not None
    return "commune" if says and all(map(is_commune_code, values)) else None
