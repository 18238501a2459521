"""PUT, PATCH and POST of a collection."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi.responses import Response

from api import conditional, limits
from api.facade import offered_formats
from api.facade.collection import CollectionRoutes, instances
from api.facade.corrections import change, document, idempotency, preconditions, reading, state, target
from api.facade.corrections.change import Change
from api.facade.corrections.merge_patch import merged
from api.facade.corrections.preconditions import Preconditions
from api.facade.corrections.rights import Rights, floor_of
from api.facade.corrections.sender import DATASET, Sender, SenderDep
from api.facade.corrections.state import State
from api.facade.corrections.target import Target
from api.facade.corrections.values import Values
from api.facade.exact import Json
from api.facade.moment import CACHING
from api.facade.offered_formats import JSON
from api.facade.parameters import Selection
from api.facade.representation import Representation
from api.facade.sight import Sight
from api.facade.writing import ROOT
from api.knowledge import Knowledge
from api.reader import Reader, consistent
from api.updates.updates import Wanted, Written
from api.validation.bodies import media_type
from graph.errors import (
    ConflictError,
    Fault,
    ParameterError,
    Place,
    PreconditionFailedError,
    UnknownNameError,
    UnsupportedMediaError,
    UpdateRefusedError,
)
from graph.resources import ResourceType
from graph.settings import MIB
from graph.sparql.running import Asked
from graph.stores.generations import Generation
from graph.text import Text

MERGE_PATCH = "application/merge-patch+json"
_ATTEMPTS = 3

log = logging.getLogger("lienthong.correction")


@dataclass(frozen=True, slots=True)
class Seen:
    """A resource as its sender may see it, in one generation."""

    state: State
    generation: Generation
    sight: Sight


class Corrections:
    """Changes resources of one collection."""

    def __init__(self, knowledge: Knowledge, resource: ResourceType, routes: CollectionRoutes) -> None:
        self.knowledge = knowledge
        self.resource = resource
        self._routes = routes
        self._values = Values(knowledge.types, knowledge.vocabulary, knowledge.iris)

    async def put(self, key: str, sender: SenderDep) -> Response:
        return await self._changed(key, sender, JSON.media_type, is_whole=True)

    async def patch(self, key: str, sender: SenderDep) -> Response:
        return await self._changed(key, sender, MERGE_PATCH, is_whole=False)

    async def post(self, sender: SenderDep) -> Response:
        key = idempotency.read(sender.request.headers.get(idempotency.HEADER))
        body = await self._body(sender, JSON.media_type)
        given = document.read(body)
        asked = sender.request
        told = b"\0".join((asked.url.path.encode(), str(asked.query_params).encode(), body))
        with idempotency.held(sender.settings.data_dir, key, sender.identity.name, told) as held:
            if held.made is not None:
                return await self._answer(sender, held.made, 201)
            iri = self._named(given, held.digest)
            for _ in range(_ATTEMPTS):
                seen = await self._seen(sender, iri)
                if seen.state.is_instance(self.resource) and not held.is_repeated:
                    raise _exists(iri)
                planned = self._planned(given, seen, sender, is_whole=True)
                if seen.state.is_instance(self.resource) and not planned.is_empty:
                    raise _exists(iri)
                if await self._written(sender, planned, seen):
                    held.done(iri)
                    return await self._answer(sender, iri, 201)
        raise preconditions.failed(exists=False)

    async def _changed(self, key: str, sender: Sender, wanted: str, *, is_whole: bool) -> Response:
        """A resource that is there is changed, or a `whole` one put where there is none."""
        conditions = preconditions.read(sender.request)
        given = document.read(await self._body(sender, wanted))
        iri = self.knowledge.iris.entity(self.resource.identifier, key)
        for _ in range(_ATTEMPTS):
            seen = await self._seen(sender, iri)
            if not is_whole and not seen.state.is_instance(self.resource):
                raise self._routes.unknown(key)
            await self._hold(sender, conditions, seen)
            planned = self._planned(given, seen, sender, is_whole=is_whole)
            if await self._written(sender, planned, seen):
                return await self._answer(sender, iri, 200 if conditions.exists else 201)
        raise preconditions.failed(exists=False)

    async def _body(self, sender: Sender, wanted: str) -> bytes:
        for name in sender.request.query_params:
            if name != DATASET:
                raise ParameterError(
                    Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
                    hint=Text("Các tham số: dataset", "Parameters: dataset"),
                    place=Place(column=name),
                )
        if media_type(sender.request) != wanted:
            raise UnsupportedMediaError(
                Text(f"Phần thân phải là {wanted}.", f"The body must be {wanted}."),
                hint=Text(f"Content-Type: {wanted}", f"Content-Type: {wanted}"),
            )
        return await limits.read_body(sender.request, sender.settings.update_max_mb * MIB)

    async def _seen(self, sender: Sender, iri: str) -> Seen:
        generation = sender.engine.current()
        principal = sender.principal(generation)

        async def ask(reader: Reader) -> State:
            return await state.read(reader, iri, self.resource)

        found, answered_by = await consistent(sender.engine, principal, ask)
        if answered_by != generation.id:
            return await self._seen(sender, iri)
        return Seen(found, generation, Sight.of(principal, generation.manifest.graphs))

    async def _hold(self, sender: Sender, conditions: Preconditions, seen: Seen) -> None:
        """A tag of an earlier generation holds as long as the resource is what it was there: others publish
        all the time. Raises PreconditionFailedError."""
        exists = seen.state.is_instance(self.resource)
        if exists != conditions.exists:
            raise preconditions.failed(exists=exists)
        if not exists or not conditions.tags:
            return
        if self._tags(sender, seen.generation).intersection(conditions.tags):
            return
        for earlier in (one for one in sender.past.kept if one.id in conditions.generations):
            if not self._tags(sender, earlier).intersection(conditions.tags):
                continue
            async with sender.past.engine(earlier) as engine:
                principal = sender.principal(earlier)

                async def ask(reader: Reader) -> State:
                    return await state.read(reader, seen.state.iri, self.resource)

                before, _ = await consistent(engine, principal, ask)
            if before == seen.state:
                return
        raise preconditions.failed(exists=False)

    def _tags(self, sender: Sender, generation: Generation) -> set[str]:
        """The strong tags of the whole resource, in each format, without parameters."""
        principal = sender.principal(generation)
        return {
            conditional.etag(generation.id, principal, self.knowledge.digest, one.media_type, "")
            for one in offered_formats.offered(self.resource)
        }

    def _planned(self, given: Mapping[str, Json], seen: Seen, sender: Sender, *, is_whole: bool) -> Change:
        now = datetime.now(UTC)
        chosen = self._target(seen.state, sender, now)
        rights = Rights(
            sender.identity,
            seen.sight,
            chosen.name,
            floor_of(chosen.name, chosen.access, seen.state),
            now,
            self.knowledge.iris,
        )
        if not is_whole:
            given = self._patched(given, seen.state, rights)
        wanted = reading.read(given, seen.state.iri, self.resource, rights, self._values)
        return change.planned(wanted, seen.state, self.resource, rights, is_whole=is_whole)

    def _target(self, found: State, sender: Sender, now: datetime) -> Target:
        if found.is_instance(self.resource):
            return target.of_existing(found, sender.dataset, sender.identity, sender.settings, now)
        return target.of_new(sender.dataset, sender.identity, sender.settings, now)

    def _patched(self, patch: Mapping[str, Json], found: State, rights: Rights) -> dict[str, Json]:
        """The keys that a patch names, as they are to be."""
        result: dict[str, Json] = {}
        for key, value in patch.items():
            one = self.resource.property(key)
            before: Json = None
            if one is not None and rights.knows(one):
                named = (said.value for said in found.of(one) if said.value.kind != "bnode")
                before = self._values.written(one, frozenset(named))
            result[key] = None if value is None else merged(before, value)
        return result

    async def _written(self, sender: Sender, planned: Change, seen: Seen) -> bool:
        """False where something else was published since it was read. Raises whatever a refusal raises."""
        if planned.is_empty:
            return True
        wanted = Wanted(
            "update",
            planned.update().encode(),
            sender.settings.base_iri,
            sender.settings.query_timeout,
            seen=seen.generation.id,
        )
        asked = Asked(sender.identity.name, sender.request.state.request_id)
        shown = f"{sender.request.method} <{planned.iri}>"
        try:
            done = await sender.engine.register.follow(
                asked, shown, sender.updates.write(sender.identity, wanted)
            )
        except PreconditionFailedError:
            return False
        except UpdateRefusedError as refused:
            raise self._by_key(refused) from refused
        await _noted(sender, planned, done)
        return True

    def _by_key(self, refused: UpdateRefusedError) -> UpdateRefusedError:
        """The refusal with JSON keys in the place of predicates."""
        keys = {one.path: one.key for one in self.resource.properties if not one.inverse}
        faults = [replace(one, field=keys.get(one.field, one.field) or "id") for one in refused.faults]
        place = refused.place
        if place is not None and place.column in keys:
            place = replace(place, column=keys[place.column])
        return UpdateRefusedError(refused.message, hint=refused.hint, place=place, faults=faults)

    def _named(self, given: Mapping[str, Json], digest: str) -> str:
        """The IRI in the body, else one made from the Idempotency-Key. Raises UpdateRefusedError."""
        beginning = self.knowledge.iris.entity(self.resource.identifier, "")
        named = given.get("id")
        if named is None:
            return beginning + hashlib.sha256(digest.encode()).hexdigest()[:32]
        key = named.removeprefix(beginning) if isinstance(named, str) else ""
        iri = self.knowledge.iris.entity(self.resource.identifier, key)
        if not key or iri != named:
            message = Text(f"«id» phải bắt đầu bằng {beginning}", f"“id” must begin with {beginning}")
            raise reading.refused([Fault("id", message, str(named)[:200])])
        return iri

    async def _answer(self, sender: Sender, iri: str, status: int) -> Response:
        """The resource as it is now, as GET gives it."""
        generation = sender.engine.current()
        principal = sender.principal(generation)
        sight = Sight.of(principal, generation.manifest.graphs)
        selection = Selection(sight.seen(self.resource.properties), ())

        asked = await instances(sender.request)
        found = await self._routes.reader.resources(asked, principal.graphs, [iri], selection)
        if iri not in found.entities:
            raise UnknownNameError(
                Text(f"Không còn <{iri}>.", f"<{iri}> is there no longer."),
                hint=Text("Ai đó vừa xóa nó.", "Somebody has just removed it."),
            )
        body = Representation(self.knowledge, self.resource, JSON, selection).item(found, iri)
        tag = conditional.etag(found.generation, principal, self.knowledge.digest, JSON.media_type, "")
        key = iri.removeprefix(self.knowledge.iris.entity(self.resource.identifier, ""))
        headers = {
            "ETag": tag,
            "Lienthong-Generation": found.generation,
            "Cache-Control": CACHING,
            "Content-Location": f"{ROOT}/{self.resource.collection}/{key}",
        }
        if status == 201:
            headers["Location"] = headers["Content-Location"]
        return Response(body.encode(), status, headers, JSON.media_type)


async def _noted(sender: Sender, planned: Change, done: Written) -> None:
    """It is published, and the report of the run names its author: that much is told in any case."""
    told = {
        "how": sender.request.method,
        "keys": list(planned.keys),
        "run": done.run,
        "generation": done.generation,
    }
    try:
        await sender.audit.note(sender.identity, sender.request.state.request_id, "write", planned.iri, told)
    except OSError as failed:
        log.error("the change of <%s> by %s cannot be noted: %s", planned.iri, sender.identity.name, failed)


def _exists(iri: str) -> ConflictError:
    return ConflictError(
        Text(f"Đã có <{iri}>.", f"There is <{iri}> already."),
        hint=Text("Sửa nó bằng PUT hoặc PATCH với If-Match.", "Change it by PUT or PATCH with If-Match."),
    )
