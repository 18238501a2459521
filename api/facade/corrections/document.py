"""A body as a JSON object, read strictly (RFC 8259): no member twice, numbers with all their digits."""

import json
from decimal import Decimal

from api.facade.exact import Json
from graph.errors import ParameterError
from graph.text import Text


def read(body: bytes) -> dict[str, Json]:
    """Raises ParameterError for what is no JSON object."""
    try:
        found = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_once
        )
    except (ValueError, RecursionError) as wrong:
        raise _wrong(str(wrong)) from None
    if not isinstance(found, dict):
        raise _wrong("{…}")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant}: RFC 8259 §6")


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member is there twice")
    return found


def _wrong(reason: str) -> ParameterError:
    return ParameterError(
        Text(f"Phần thân không phải một đối tượng JSON: {reason}", f"The body is no JSON object: {reason}"),
        hint=Text(
            "Gửi tài nguyên như GET trả về, đã sửa; xem /openapi.json.",
            "Send the resource as GET gives it, with your changes; see /openapi.json.",
        ),
    )
