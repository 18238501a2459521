"""The keys of a JSON object as values by property; every key that is wrong is named, not the first alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.facade.corrections.rights import Rights
from api.facade.corrections.values import NotTakenError, Values
from api.facade.exact import Json
from api.facade.writing import ROOT, class_name
from graph import labels
from graph.errors import Fault, UpdateRefusedError
from graph.resources import Property, ResourceType
from graph.sparql.results import Term
from graph.text import Text

FRAME = ("id", "href", "type")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a resource is to say: by key of each property that was given, and the classes where given."""

    values: Mapping[str, frozenset[Term]]
    classes: tuple[str, ...] | None


def read(
    document: Mapping[str, Json], iri: str, resource: ResourceType, rights: Rights, values: Values
) -> Wanted:
    """Raises UpdateRefusedError naming each key that there is not, with those that there are, and each value
    that its key does not take."""
    known = {one.key: one for one in resource.properties if rights.knows(one)}
    faults: list[Fault] = []
    found: dict[str, frozenset[Term]] = {}
    for key, value in document.items():
        if key in FRAME:
            continue
        if key not in known:
            faults.append(_unknown(key, known))
            continue
        try:
            found[key] = values.read(known[key], value)
        except NotTakenError as wrong:
            faults.append(wrong.fault(key))
    faults += _frame(document, iri, resource)
    classes = _classes(document.get("type"), resource, faults)
    if faults:
        raise refused(faults)
    return Wanted(found, classes)


def refused(faults: Sequence[Fault]) -> UpdateRefusedError:
    told = [one.message for one in faults]
    return UpdateRefusedError(
        Text(" · ".join(one.vi for one in told), " · ".join(one.en for one in told)),
        hint=Text(
            "Sửa những trường trong errors; các trường và kiểu: /openapi.json.",
            "Mend the fields in errors; fields and types are in /openapi.json.",
        ),
        faults=faults,
    )


def _unknown(key: str, known: Mapping[str, Property]) -> Fault:
    offer = ", ".join((*FRAME, *known))
    return Fault(
        key, Text(f"Không có trường «{key}». Có: {offer}", f"There is no field “{key}”. Known: {offer}")
    )


def _frame(document: Mapping[str, Json], iri: str, resource: ResourceType) -> list[Fault]:
    """What names the resource must name this one."""
    key = iri.rpartition(f"/id/{resource.identifier}/")[2]
    same = {"id": (iri,), "href": (f"{ROOT}/{resource.collection}/{key}",)}
    return [
        NotTakenError(document[name], Text(*[offer[0]] * 2)).fault(name)
        for name, offer in same.items()
        if document.get(name) is not None and document[name] not in offer
    ]


def _classes(given: Json, resource: ResourceType, faults: list[Fault]) -> tuple[str, ...] | None:
    """Those of the resource type; others that it may have are left as they are."""
    if given is None:
        return None
    names = {labels.local_name(iri): iri for iri in resource.classes}
    told = given if isinstance(given, list) else [given]
    found = []
    for name in told:
        if isinstance(name, str) and name in names:
            found.append(names[name])
        elif not (isinstance(name, str) and class_name(name, resource) == name and ":" in name):
            faults.append(NotTakenError(name, Text(*[", ".join(names)] * 2)).fault("type"))
    return tuple(dict.fromkeys((resource.target_class, *found)))
