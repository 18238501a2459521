"""Triples as N-Triples lines (RDF 1.1 N-Triples §2), for an engine that reads text."""

from graph.shacl.conversion import XSD_STRING, Triple

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def line(triple: Triple) -> str:
    """One line; IRIs are taken to be as they must be, which is what columns hold."""
    s, p, o, datatype, language = triple
    return f"{_resource(s)} <{p}> {_object(o, datatype, language)} .\n"


def _object(value: str, datatype: str | None, language: str | None) -> str:
    if datatype is None:
        return _resource(value)
    text = f'"{value.translate(_ESCAPES)}"'
    if language is not None:
        return f"{text}@{language}"
    return text if datatype == XSD_STRING else f"{text}^^<{datatype}>"


def _resource(value: str) -> str:
    return value if value.startswith("_:") else f"<{value}>"
