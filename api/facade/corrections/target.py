"""Which data set a resource is written into: the one that says what it is, or the one that is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api import datasets
from api.facade.corrections.state import State
from graph import labels
from graph.access import CLASSES, Identity, dataset_of, may_write
from graph.errors import ParameterError, Place, WriteNotPermittedError
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Target:
    """A data set by name, and its class of access."""

    name: str
    access: str


def of_existing(
    state: State, named: str | None, identity: Identity, settings: Settings, at: datetime
) -> Target:
    """Raises WriteNotPermittedError, ParameterError where it must be named."""
    holding = {dataset_of(said.graph) for said in state.classes()}
    return _one(holding if named is None else {named}, identity, settings, at)


def of_new(named: str | None, identity: Identity, settings: Settings, at: datetime) -> Target:
    """For what is not there yet: any that is kept by updates and that the caller may write. Raises as
    `of_existing`."""
    every = {path.parent.name for path in settings.datasets_dir.glob("*/dataset.ttl")}
    if named is not None:
        return _one({named}, identity, settings, at)
    return _one({name for name in every if _is_kept_by_update(name, settings)}, identity, settings, at)


def _one(names: Iterable[str], identity: Identity, settings: Settings, at: datetime) -> Target:
    iris = Iris(settings.base_iri)
    found = []
    for name in sorted(names):
        access = _access(name, settings)
        if any(may_write(identity, iris.graph(name, level), at) for level in CLASSES):
            found.append(Target(name, access))
    if not found:
        raise WriteNotPermittedError(
            Text("Bạn không được ghi tài nguyên này.", "You may not write this resource."),
            hint=Text(
                "Quyền của bạn: /access/explain; xin quyền ghi ở người vận hành dịch vụ.",
                "What you may do: /access/explain; ask whoever runs this service for a grant to write.",
            ),
        )
    if len(found) > 1:
        offer = ", ".join(one.name for one in found)
        raise ParameterError(
            Text("Hãy nêu bộ dữ liệu được ghi.", "Say which data set is to be written."),
            hint=Text(f"?dataset= {offer}", f"?dataset= {offer}"),
            place=Place(column="dataset"),
        )
    return found[0]


def _is_kept_by_update(name: str, settings: Settings) -> bool:
    described = datasets.described(name, settings)
    return described is not None and described.is_kept_by_update


def _access(name: str, settings: Settings) -> str:
    """Of a data set that nobody has described the strictest: what is written there is refused anyway."""
    described = datasets.described(name, settings)
    access = labels.local_name(described.access) if described and described.access else CLASSES[-1]
    return access if access in CLASSES else CLASSES[-1]
