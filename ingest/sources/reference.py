"""References into nested rows: a JSONPath or, for XML, an XPath, as the path into the row's JSON value."""

from ingest.sources import json_path, xml_path
from ingest.sources.json_path import JsonPath
from ingest.sources.source import Format, LogicalSource


def path_of(reference: str, source: LogicalSource) -> JsonPath:
    """Raises PathError for what is not in the subset of the source's path language."""
    if source.format is Format.XML:
        return xml_path.reference_path(reference, dict(source.namespaces))
    return json_path.parse(reference)


def is_text(reference: str, source: LogicalSource) -> bool:
    """True for a reference to text nodes (XPath): an empty element has none."""
    return source.format is Format.XML and xml_path.is_text(reference)
