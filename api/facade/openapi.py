"""The parameters and answers of the facade, as OpenAPI 3.1 describes them."""

from collections.abc import Iterable
from typing import Any

from api.facade.models import Problem
from api.facade.offered import Parameter
from graph.formats import Format
from graph.resources import ResourceType

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        (400, "Tham số chưa đúng / A parameter is wrong"),
        (406, "Không có định dạng này / No such format"),
        (503, "Chưa có dữ liệu, hoặc dịch vụ đang bận / No data yet, or the service is busy"),
    )
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEMS[400], "description": "Không tìm thấy / Not found", "model": Problem}
}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Chưa thay đổi từ lần trước (ETag) / Unchanged since last time (ETag)"}
}


def _problem(description: str) -> dict[str, Any]:
    return {**PROBLEMS[400], "description": description}


def of_body() -> dict[int | str, dict[str, Any]]:
    """What else a route answers that reads a body, and for those with a grant alone."""
    return {
        403: _problem("Chưa được phép / Not permitted"),
        413: _problem("Phần thân quá lớn / The body is too large"),
        415: _problem("Không phải JSON / Not JSON"),
    }


def query_parameter(name: str, text: str, *, required: bool, example: str) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads this one parameter itself."""
    schema = {"type": "string", "minLength": 1, "examples": [example]}
    return {
        "parameters": [
            {"name": name, "in": "query", "required": required, "description": text, "schema": schema}
        ]
    }


def of_export(formats: Iterable[Format]) -> dict[str, Any]:
    """The `openapi_extra` of the route that exports whole collections."""
    texts = {
        "fields": ("Chỉ các cột này, cách nhau bằng dấu phẩy. / Only these columns, with commas.", {}),
        "dataset": ("Chỉ dữ liệu của bộ này. / Only what this data set says.", {}),
        "generation": ("Thế hệ dữ liệu, nếu còn giữ. / A generation, as long as it is kept.", {}),
        "format": ("Định dạng, thay cho Accept. / The format, instead of Accept.",
                   {"enum": [one.extension for one in formats]}),
    }  # fmt: skip
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": text,
                "schema": {"type": "string", **more},
            }
            for name, (text, more) in texts.items()
        ]
    }


def parameters(offered: Iterable[Parameter]) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads its parameters itself."""
    return {"parameters": [_parameter(one) for one in offered]}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema = dict(one.schema)
    examples = one.property.examples if one.property and one.property.kind == "literal" else ()
    if examples:
        schema["examples"] = list(examples)
    described: dict[str, Any] = {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": str(one.description),
        "schema": schema,
    }
    if one.property is not None:
        described |= {"schema": {"type": "array", "items": schema}, "explode": True, "style": "form"}
    elif schema.get("type") == "array":
        described |= {"explode": False, "style": "form"}
    return described


def tag(resource: ResourceType) -> dict[str, str]:
    """The section of a collection."""
    return {"name": str(resource.collection), "description": f"{resource.title}. {resource.description}"}
