"""The library's functions in plain Python: what each is to give, written without SQL. None is no value."""

import datetime
import re
import unicodedata
from collections.abc import Callable

from ingest.identity import person_key

SECRET = "a secret of the tests"
SPACES = "\t\n\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200C))
)
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


class RefusedError(Exception):
    """The function cannot take the value."""


def normalised_name(value: str) -> str | None:
    words = re.split(f"[{SPACES}]+", unicodedata.normalize("NFC", value))
    return " ".join(word for word in words if word) or None


def part(value: str, separator: str, number: str) -> str | None:
    # Without a separator each letter is a part, and an empty text is one empty part.
    parts = value.split(separator) if separator else list(value) or [value]
    place = int(number)
    if place == 0 or not -len(parts) <= place <= len(parts):
        return None
    return parts[place - 1 if place > 0 else place]


def date(value: str) -> str:
    plain = (normalised_name(value) or "").lower()
    patterns = (
        r"(?P<y>[12]\d{3})-(?P<m>\d\d)-(?P<d>\d\d)",
        r"(?P<y>[12]\d{3})(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<d>\d\d?) ?(?P<mark>[/.-]) ?(?P<m>\d\d?) ?(?P=mark) ?(?P<y>[12]\d{3})",
        r"(ngày )?(?P<d>\d\d?) tháng (?P<m>\d\d?) năm (?P<y>[12]\d{3})",
    )
    for pattern in patterns:
        if found := re.fullmatch(pattern, plain, re.ASCII):
            try:
                return datetime.date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                break
    raise RefusedError(value)


def as_of(value: str, versions: str) -> str:
    begun = [version for version in versions.split() if version <= date(value)]
    if not begun:
        raise RefusedError(value)
    return max(begun)


def pad(value: str, length: str, filler: str = "0") -> str:
    if not value or len(value) > int(length):
        raise RefusedError(value)
    return value.rjust(int(length), filler)


def enterprise_code(value: str) -> str:
    plain = re.sub("[ .-]", "", value)
    if not re.fullmatch(r"\d{10}(\d{3})?", plain, re.ASCII) or plain[10:] == "000":
        raise RefusedError(value)
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, plain[:9], strict=True))
    if 10 - total % 11 != int(plain[9]):
        raise RefusedError(value)
    return plain[:10] + (f"-{plain[10:]}" if plain[10:] else "")


def choose(value: str, table: str) -> str:
    pairs = dict(reversed([[side.strip() for side in pair.split("=")] for pair in table.split(";")]))
    if value not in pairs:
        raise RefusedError(value)
    return pairs[value]


def truth(condition: bool) -> str:
    return "true" if condition else "false"


def substring(value: str, begin: str, end: str = "-1") -> str:
    return value[int(begin) :] if int(end) < 0 else value[int(begin) : max(int(end), int(begin))]


PLAIN: dict[str, Callable[..., str | None]] = {
    "upper": str.upper,
    "lower": str.lower,
    "trim": lambda value: value.strip(SPACES),
    "normaliseName": normalised_name,
    "replace": lambda value, find, by: value.replace(find, by) if find else value,
    "concat": lambda separator, *parts: separator.join(parts),
    "part": part,
    "substring": substring,
    "length": lambda value: str(len(value)),
    "contains": lambda value, other: truth(other in value),
    "startsWith": lambda value, other: truth(value.startswith(other)),
    "upperUrl": lambda value: (value if value.lower().startswith("http") else f"http://{value}").upper(),
    "isNull": lambda value: truth(value is None),
    "isNotNull": lambda value: truth(value is not None),
    "equal": lambda value, other: truth(value == other),
    "notEqual": lambda value, other: truth(value != other),
    "onlyIf": lambda condition, value: value if condition == "true" else None,
    "unless": lambda value, none: None if value == none else value,
    "choose": choose,
    "date": date,
    "asOf": as_of,
    "pad": pad,
    "enterpriseCode": enterprise_code,
    "personKey": lambda number: person_key(number, SECRET),
}
