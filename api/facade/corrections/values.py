"""JSON values of one key as terms, and terms as the JSON that a patch is applied to.

What `read` takes is what `writing` gives, or shorter: a code's notation, a link's IRI, path or key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rdflib import Literal, URIRef

from api.facade.exact import Json
from api.facade.operators import BOOLEAN, DECIMAL, INTEGER, STRING
from api.facade.writing import ROOT, native
from graph import labels
from graph.errors import Fault
from graph.iris import Iris
from graph.resources import Property, ResourceTypes
from graph.sparql.results import Term
from graph.sparql.terms import XSD
from graph.text import Text
from graph.vocabulary import Vocabulary

NONE = "@none"
_CODE, _LINK = frozenset(("id", "code", "label")), frozenset(("id", "href", "label"))
_WHOLE = frozenset(
    (INTEGER, *(XSD + name for name in ("int", "long", "short", "byte", "nonNegativeInteger")))
)
_FRACTIONS = frozenset((DECIMAL, XSD + "double", XSD + "float"))


class NotTakenError(Exception):
    """A value that a key does not take; `offer` says what it would."""

    def __init__(self, value: Json, offer: Text) -> None:
        super().__init__(value)
        self.value = value
        self.offer = offer

    def fault(self, key: str) -> Fault:
        shown = self.value if isinstance(self.value, str) else str(self.value)
        message = Text(f"«{key}» nhận: {self.offer.vi}", f"“{key}” takes: {self.offer.en}")
        return Fault(key, message, shown[:200])


@dataclass(frozen=True, slots=True)
class Values:
    """Reads and writes values in the words of the shapes and the code lists."""

    types: ResourceTypes
    vocabulary: Vocabulary
    iris: Iris

    def read(self, one: Property, value: Json) -> frozenset[Term]:
        """Raises NotTakenError."""
        if value is None:
            return frozenset()
        if one.kind == "langString":
            return frozenset(_texts(value))
        if one.scalar:
            return frozenset((self._single(one, value),))
        if not isinstance(value, list):
            raise NotTakenError(value, Text("một danh sách", "a list"))
        return frozenset(self._single(one, each) for each in value)

    def written(self, one: Property, values: frozenset[Term]) -> Json:
        """None where there are none."""
        if one.kind == "langString":
            return _by_language(one, values)
        ordered = sorted(values, key=lambda term: (term.value, term.datatype or ""))
        found = [self._written(one, term) for term in ordered]
        return found if not one.scalar else next(iter(found), None)

    def _written(self, one: Property, term: Term) -> Json:
        if one.kind == "code":
            concept = self.vocabulary.concepts.get(term.value)
            return concept.notation if concept else term.value
        return term.value if one.kind == "link" else native(term)

    def _single(self, one: Property, value: Json) -> Term:
        match one.kind:
            case "code":
                return Term("uri", self._code(one, value))
            case "link":
                return Term("uri", self._link(one, value))
            case _:
                return _literal(one, value)

    def _code(self, one: Property, value: Json) -> str:
        known = {
            (self.vocabulary.concepts[iri].notation if iri in self.vocabulary.concepts else iri): iri
            for iri in one.values
        }
        offer = Text(*[", ".join(known) or "IRI"] * 2)
        told = _of_object(value, _CODE, offer, "id", "code")
        if told in known:
            return known[told]
        if told in one.values or (not one.values and labels.local_name(told) != told):
            return told
        raise NotTakenError(value, offer)

    def _link(self, one: Property, value: Json) -> str:
        target = self.types.of_class(one.target_class)
        collection = target.collection if target else None
        offer = Text("IRI" + (", khóa" if collection else ""), "an IRI" + (", a key" if collection else ""))
        told = _of_object(value, _LINK, offer, "id", "href")
        if told.startswith(("http://", "https://", "urn:")):
            return told
        if target is not None and collection is not None:
            own = told.removeprefix(f"{ROOT}/{collection}/")
            if not own.startswith(("/", "id/")) and own:
                return self.iris.entity(target.identifier, own)
        path = told.removeprefix("/")
        if path.startswith("id/"):
            kind, _, key = path.removeprefix("id/").partition("/")
            return self.iris.entity(kind, key)
        raise NotTakenError(value, offer)


def _of_object(value: Json, known: frozenset[str], offer: Text, *names: str) -> str:
    """The text itself, or that of the first of these members that is there."""
    if isinstance(value, dict):
        if not value.keys() <= known:
            raise NotTakenError(value, offer)
        value = next((value[name] for name in names if value.get(name) is not None), None)
    if not isinstance(value, str) or not value:
        raise NotTakenError(value, offer)
    return value


def _literal(one: Property, value: Json) -> Term:
    datatype = _datatype(one, value)
    reader = _READERS.get(datatype, _text)
    text = reader(value)
    if one.values and text not in one.values:
        raise NotTakenError(value, Text(*[", ".join(one.values)] * 2))
    return Term("literal", text, None if datatype == STRING else datatype)


def _datatype(one: Property, value: Json) -> str:
    """Of a field of several the first that the text is of."""
    if not one.datatypes:
        return one.datatype or STRING
    fitting = (kind for kind in one.datatypes if _is_of(value, kind))
    return next(fitting, one.datatypes[0])


def _is_of(value: Json, datatype: str) -> bool:
    return not Literal(str(value), datatype=URIRef(datatype)).ill_typed


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise NotTakenError(value, Text("chuỗi", "a string"))
    return value


def _boolean(value: Json) -> str:
    if not isinstance(value, bool):
        raise NotTakenError(value, Text("true, false", "true, false"))
    return str(value).lower()


def _whole(value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotTakenError(value, Text("số nguyên", "a whole number"))
    return str(value)


def _number(value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotTakenError(value, Text("số", "a number"))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


_READERS: Mapping[str, Callable[[Json], str]] = {
    BOOLEAN: _boolean,
    **dict.fromkeys(_WHOLE, _whole),
    **dict.fromkeys(_FRACTIONS, _number),
}


def _texts(value: Json) -> list[Term]:
    offer = Text('{"vi": "…", "en": "…"}', '{"vi": "…", "en": "…"}')
    if not isinstance(value, dict):
        raise NotTakenError(value, offer)
    found = []
    for spoken, several in value.items():
        for text in several if isinstance(several, list) else [several]:
            if text is None:
                continue
            if not isinstance(text, str) or not _is_language(spoken):
                raise NotTakenError(value, offer)
            language = None if spoken == NONE else spoken.lower()
            found.append(Term("literal", text, None, language))
    return found


def _is_language(tag: str) -> bool:
    """RFC 5646 §2.1, as SPARQL writes it (§19.8, LANGTAG)."""
    first, *more = tag.split("-")
    parts = (first.isalpha(), *(part.isalnum() for part in more))
    return tag == NONE or (tag.isascii() and all(parts))


def _by_language(one: Property, values: frozenset[Term]) -> Json:
    found: dict[str, list[Json]] = {}
    for term in sorted(values, key=lambda term: (term.language or "", term.value)):
        found.setdefault((term.language or NONE).lower(), []).append(term.value)
    if not found:
        return None
    return {spoken: each[0] if one.unique_language else each for spoken, each in found.items()}
