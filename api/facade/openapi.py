"""The parameters and answers of the facade, as OpenAPI 3.1 describes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.facade.models import Problem
from api.facade.offered import Parameter
from graph.formats import Format

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        (400, "Tham số chưa đúng / A parameter is wrong"),
        (406, "Không có định dạng này / No such format"),
        (422, "Câu trả lời quá lớn / The answer is too large"),
        (503, "Chưa có dữ liệu, hoặc dịch vụ đang bận / No data yet, or the service is busy"),
        (504, "Chưa trả lời xong trong hạn / Not answered in time"),
    )
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEMS[400], "description": "Không tìm thấy / Not found", "model": Problem}
}


def answers(formats: Iterable[Format]) -> dict[int | str, dict[str, Any]]:
    """What a route of a collection answers besides JSON, and what its headers say."""
    headers = {
        "ETag": "Đưa lại ở If-None-Match / To be sent back as If-None-Match",
        "Lienthong-Generation": "Thế hệ dữ liệu / The generation of the data",
        "Link": "Trang sau, ngữ cảnh JSON-LD / The next page, the JSON-LD context",
        "Deprecation": "Từ khi nào không nên dùng nữa / Since when it is not to be used (RFC 9745)",
        "Sunset": "Còn đến khi nào / How long it is there (RFC 8594)",
    }
    return {
        200: {
            "description": "Có / Found",
            "content": {one.media_type: {} for one in formats if one.media_type != "application/json"},
            "headers": {
                name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
            },
        }
    }


GONE: dict[int | str, dict[str, Any]] = {
    410: {
        **PROBLEMS[400],
        "description": "Thế hệ của con trỏ không còn / The generation of the cursor is gone",
    }
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


def of_change(schema: Mapping[str, Any], media_type: str, header: Mapping[str, str]) -> dict[str, Any]:
    """The `openapi_extra` of a route that changes a resource: its body, and the headers that it takes."""
    named = [
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in header.items()
    ]
    dataset = {
        "name": "dataset",
        "in": "query",
        "required": False,
        "description": "Bộ dữ liệu được ghi, khi có nhiều. / The data set to write, where there are several.",
        "schema": {"type": "string"},
    }
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    return {"parameters": [dataset, *named], "requestBody": body}


CHANGED: dict[int | str, dict[str, Any]] = {
    401: _problem("Cần khóa / A key is needed"),
    403: _problem("Không được ghi / May not be written"),
    409: _problem("Bộ dữ liệu được tạo từ tệp, hoặc đã có / Made from files, or there already"),
    412: _problem("Đã khác với bản đã xem / Not as it was seen"),
    413: _problem("Phần thân quá lớn / The body is too large"),
    415: _problem("Không phải kiểu nội dung này / Not of this media type"),
    422: _problem("Trái với hình dạng; errors nêu từng trường / Against the shapes; errors names each field"),
    428: _problem("Thiếu If-Match / If-Match is missing"),
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
    filters = {
        "name": "filters",
        "in": "query",
        "required": False,
        "description": "Bộ lọc, q, asOf, succession của tập / The collection's filters, q, asOf, succession",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
    }
    plain = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": {"type": "string", **more},
        }
        for name, (text, more) in texts.items()
    ]
    return {"parameters": [*plain, filters]}


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
    if one.property is not None and one.property.deprecation is not None:
        described["deprecated"] = True
    if one.property is not None and one.name == one.property.key:
        described |= {"schema": {"type": "array", "items": schema}, "explode": True, "style": "form"}
    elif schema.get("type") == "array":
        described |= {"explode": False, "style": "form"}
    return described
