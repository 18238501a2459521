"""How checks appear in `/openapi.json`: they read their bodies themselves, so FastAPI cannot know."""

from typing import Any

from api.routes.sparql_openapi import PROBLEM
from graph.formats import DOCUMENTS

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
        "additionalProperties": False,
    }
}
RDF: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {one.media_type: {"schema": {"type": "string"}} for one in DOCUMENTS}
        | {"multipart/form-data": FORM},
    }
}
SOURCES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": FORM, "application/octet-stream": _BINARY},
    }
}
GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "Không có, hoặc đã hết hạn. / Not there, or expired.", **PROBLEM}
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    202: {"description": "Đang kiểm tra: xem lại ở Location. / Under way: look again at Location."},
    400: {"description": "Tham số chưa đúng. / A parameter is wrong.", **PROBLEM},
    **GONE,
    413: {"description": "Quá lớn. / Too large.", **PROBLEM},
    422: {"description": "Không đọc được. / It cannot be read.", **PROBLEM},
    503: {"description": "Đang bận. / Busy.", **PROBLEM},
}
