"""An RML mapping as frozen values; one model for both vocabularies (RML-Core §4–§8)."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from graph.errors import Place
from ingest.mapping.functions import Function
from ingest.sources import LogicalSource


class TermType(StrEnum):
    """rml:termType. The unsafe ones are neither percent-encoded nor checked."""

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"

    @property
    def is_iri(self) -> bool:
        return self not in (TermType.BLANK_NODE, TermType.LITERAL)


@dataclass(frozen=True, slots=True)
class Constant:
    """An RDF term of the mapping document; `datatype` and `language` are those of a literal."""

    value: str
    is_iri: bool
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A column name or a JSONPath."""

    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """Fixed text and references in turn, as written (`text`) and taken apart (`parts`)."""

    text: str
    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the library on the texts of its arguments, one for each parameter; None where an optional
    one is not given. `text` shows it to people."""

    function: Function
    arguments: tuple["TermMap | None", ...]

    @property
    def text(self) -> str:
        shown = (_shown(one) for one in self.arguments if one is not None)
        return f"{self.function.name}({', '.join(shown)})"


def _shown(term_map: "TermMap") -> str:
    match term_map.expression:
        case Constant(value):
            return repr(value)
        case Reference(text) | Template(text):
            return text
        case Call() as call:
            return call.text
        case None:
            return "–"


Expression = Constant | Reference | Template | Call


@dataclass(frozen=True, slots=True)
class TermMap:
    """How a term is made of a row. No expression: a new blank node for each row."""

    expression: Expression | None
    term_type: TermType
    place: Place
    language: "TermMap | None" = None
    datatype: "TermMap | None" = None


@dataclass(frozen=True, slots=True)
class Join:
    """A pair of expressions whose texts must be equal; the term types play no part."""

    child: TermMap
    parent: TermMap


@dataclass(frozen=True, slots=True)
class ParentMap:
    """Objects that are the subjects of another triples map (rml:RefObjectMap)."""

    parent: str
    joins: tuple[Join, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class PredicateObjectMap:
    """Every predicate with every object, in the subject's graphs and these."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ParentMap, ...]
    graphs: tuple[TermMap, ...]


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """What is said of each row of the relation `source`; relative IRIs are appended to `base`."""

    name: str
    source: str
    subject: TermMap
    classes: tuple[str, ...]
    graphs: tuple[TermMap, ...]
    predicate_objects: tuple[PredicateObjectMap, ...]
    base: str
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping document; `addresses` are those of databases that it describes itself."""

    file: str
    logical_sources: tuple[LogicalSource, ...]
    triples_maps: tuple[TriplesMap, ...]
    addresses: tuple[tuple[str, SecretStr], ...] = ()

    def source(self, name: str) -> LogicalSource:
        return next(source for source in self.logical_sources if source.name == name)

    def triples_map(self, name: str) -> TriplesMap:
        return next(triples_map for triples_map in self.triples_maps if triples_map.name == name)
