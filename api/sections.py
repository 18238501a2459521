"""The sections of the OpenAPI document (its tags), and what is in each."""

from collections.abc import Mapping

from graph.resources import ResourceType, ResourceTypes
from graph.text import Text

ACCESS = "Access"
EXPORTS = "exports"
INDEX = "index"
JOBS = "Jobs"
OPERATIONS = "Operations"
QUERIES = "queries"
SEARCH = "search"
SPARQL = "SPARQL"
TIMEMAPS = "timemaps"
VALIDATION = "Validation"

_TEXTS: Mapping[str, Text] = {
    INDEX: Text("Các tập tài nguyên có gì", "Which collections there are"),
    SEARCH: Text("Tìm theo tên hoặc mã", "Search by name or code"),
    QUERIES: Text("Câu hỏi đã lưu, mỗi câu là một API", "Saved questions, each an API"),
    EXPORTS: Text("Xuất cả tập tài nguyên thành một bảng", "Whole collections as tables"),
    TIMEMAPS: Text("Các trạng thái còn giữ của một tài nguyên", "The kept states of a resource (RFC 7089)"),
    SPARQL: Text("Truy vấn, cập nhật và đồ thị (SPARQL 1.1)", "Queries, updates and graphs (SPARQL 1.1)"),
    JOBS: Text("Truy vấn lâu, lấy kết quả sau", "Long queries, whose result is fetched later"),
    VALIDATION: Text("Kiểm tra dữ liệu theo các hình dạng", "Data held against the shapes"),
    ACCESS: Text("Người hỏi được xem gì", "What the caller may see"),
    OPERATIONS: Text("Dịch vụ có đang chạy không", "Whether the service runs"),
}


def described(types: ResourceTypes) -> list[dict[str, str]]:
    """That of each collection, then the others."""
    collections = {name: _text(resource) for name, resource in types.collections.items()}
    return [{"name": name, "description": str(text)} for name, text in {**collections, **_TEXTS}.items()]


def _text(resource: ResourceType) -> Text:
    title, text = resource.title, resource.description
    return Text(f"{title.vi}. {text.vi}", f"{title.en}. {text.en}")
