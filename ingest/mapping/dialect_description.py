"""The csvw:dialect of a source (CSV on the Web, Metadata Vocabulary §5.9)."""

from rdflib import Literal
from rdflib.term import Node

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.document import Document
from ingest.mapping.vocabulary import CSVW
from ingest.sources.dialect import Dialect, Trim

_KNOWN = (
    "delimiter",
    "quoteChar",
    "doubleQuote",
    "commentPrefix",
    "header",
    "headerRowCount",
    "skipRows",
    "skipInitialSpace",
    "trim",
    "encoding",
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def read_dialect(document: Document, source: Node | None, *, tabs: bool, place: Place) -> Dialect:
    """Raises MappingError for a property or value that is not read; `tabs` is the default of a TSV file."""
    default = Dialect(delimiter="\t" if tabs else ",")
    node = None if source is None or isinstance(source, Literal) else document.object(source, CSVW.dialect)
    if node is None:
        return default
    _check(document, node, place)
    quote = _character(document, node, "quoteChar", default.quote, place, may_be_empty=True)
    doubled = _boolean(document, node, "doubleQuote", True, place)
    count = _number(document, node, "headerRowCount", 1, place)
    if count > 1:
        raise _wrong("headerRowCount", str(count), "0, 1", place)
    trim = document.text_of(node, CSVW.trim) or "false"
    if trim not in set(Trim):
        raise _wrong("trim", trim, ", ".join(Trim), place)
    if _boolean(document, node, "skipInitialSpace", False, place) and trim == Trim.NONE:
        trim = Trim.START
    return Dialect(
        delimiter=_character(document, node, "delimiter", default.delimiter, place),
        quote=quote,
        escape=quote if doubled else "\\",
        comment=_character(document, node, "commentPrefix", "", place, may_be_empty=True),
        header=_boolean(document, node, "header", True, place) and count == 1,
        skip=_number(document, node, "skipRows", 0, place),
        trim=Trim(trim),
    )


def encoding_of(document: Document, source: Node | None) -> str | None:
    """The csvw:encoding of the dialect, as an alternative to rml:encoding."""
    node = None if source is None or isinstance(source, Literal) else document.object(source, CSVW.dialect)
    return None if node is None else document.text_of(node, CSVW.encoding)


def _check(document: Document, node: Node, place: Place) -> None:
    for predicate in document.graph.predicates(node):
        local = str(predicate).removeprefix(str(CSVW))
        if str(predicate).startswith(str(CSVW)) and local not in _KNOWN:
            known = ", ".join(f"csvw:{name}" for name in _KNOWN)
            raise MappingError(
                Text(f"csvw:{local} không được đọc.", f"csvw:{local} is not read."),
                hint=Text(f"Có: {known}", f"Known: {known}"),
                place=place,
            )


def _character(
    document: Document, node: Node, local: str, default: str, place: Place, *, may_be_empty: bool = False
) -> str:
    written = document.text_of(node, CSVW[local])
    if written is None:
        return default
    # Tabs are also written as the two characters \t, which many a mapping has.
    value = "\t" if written == "\\t" else written
    if len(value) != 1 and not (may_be_empty and not value):
        raise _wrong(local, written, "; , | \\t", place)
    return value


def _boolean(document: Document, node: Node, local: str, default: bool, place: Place) -> bool:
    written = document.text_of(node, CSVW[local])
    if written is None:
        return default
    if written.lower() not in _BOOLEANS:
        raise _wrong(local, written, "true, false", place)
    return _BOOLEANS[written.lower()]


def _number(document: Document, node: Node, local: str, default: int, place: Place) -> int:
    written = document.text_of(node, CSVW[local])
    if written is None:
        return default
    if not written.isascii() or not written.isdigit():
        raise _wrong(local, written, "0, 1, 2 …", place)
    return int(written)


def _wrong(local: str, written: str, allowed: str, place: Place) -> MappingError:
    return MappingError(
        Text(f"csvw:{local} không thể là «{written}».", f"csvw:{local} cannot be “{written}”."),
        hint=Text(f"Có thể là: {allowed}", f"It may be: {allowed}"),
        place=place,
    )
