"""JSON text in which decimals keep their digits (RFC 8259 §6): `json.dumps` would make floats of them."""

import json
import math
from collections.abc import Mapping
from decimal import Decimal

_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

Json = None | bool | int | float | Decimal | str | list["Json"] | dict[str, "Json"]


def dumps(value: object) -> str:
    """`value` as JSON, without spaces; a `Decimal` as the number it is, NaN and infinities as strings."""
    try:
        return _PLAIN.encode(value)  # twenty times as fast, where there is nothing of the kind
    except (TypeError, ValueError):
        return _written(value)


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else json.dumps(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps({math.inf: "INF", -math.inf: "-INF"}.get(value, "NaN"))
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{dumps(one)}" for key, one in value.items())
            + "}"
        )
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(dumps(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
