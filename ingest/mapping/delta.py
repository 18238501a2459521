"""`ingest:delta` of a logical source: files of upserts and deletes that follow the whole file."""

from rdflib import URIRef
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.document import Document
from ingest.sources.source import Delta


def read_delta(document: Document, source: Node, ingest: str, place: Place, *, is_file: bool) -> Delta | None:
    """None where the source is always whole. Raises MappingError for a description that says too little, and
    for a database or an API, which has no files of changes."""
    node = document.object(source, URIRef(f"{ingest}delta"))
    if node is None:
        return None
    if not is_file:
        raise MappingError(
            Text(
                "ingest:delta chỉ dùng cho tệp, không dùng cho cơ sở dữ liệu hay API.",
                "An ingest:delta is for files, not for a database or an API.",
            ),
            hint=Text(
                "Bỏ ingest:delta: nguồn này được đọc toàn bộ mỗi lần chạy.",
                "Leave it out: such a source is read whole in every run.",
            ),
            place=place,
        )
    files = document.text_of(node, URIRef(f"{ingest}files"))
    key = tuple(str(item) for item in document.objects(node, URIRef(f"{ingest}key")))
    operation = document.text_of(node, URIRef(f"{ingest}operation"))
    deletes = tuple(str(item) for item in document.objects(node, URIRef(f"{ingest}deletes")))
    missing = [name for name, value in (("files", files), ("key", key)) if not value]
    if bool(operation) != bool(deletes):
        missing.append("deletes" if operation else "operation")
    if missing or not files:
        listed = ", ".join(f"ingest:{name}" for name in missing)
        raise MappingError(
            Text(f"ingest:delta thiếu {listed}.", f"ingest:delta lacks {listed}."),
            hint=Text(
                'Viết: [ ingest:files "delta-*.csv" ; ingest:key "code" ; ingest:operation "op" ; '
                'ingest:deletes "D" ]',
                'Write: [ ingest:files "delta-*.csv" ; ingest:key "code" ; ingest:operation "op" ; '
                'ingest:deletes "D" ]',
            ),
            place=place,
        )
    if files.startswith("/") or ".." in files.split("/"):
        raise MappingError(
            Text(f"Mẫu tên «{files}» ra ngoài thư mục.", f"The pattern “{files}” leaves its folder."),
            place=place,
        )
    return Delta(files, tuple(sorted(key)), operation, deletes)
