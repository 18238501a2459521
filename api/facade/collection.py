"""The two routes of a collection: a page of it, and one resource."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.datastructures import State

from api import conditional, dependencies
from api.facade import cursor, deprecation, offered_formats, sorting
from api.facade.context import context
from api.facade.cursor import Position
from api.facade.filters import wrong
from api.facade.history import history
from api.facade.kept import Kept, Written
from api.facade.moment import Asked, headers, since
from api.facade.moment import asked as asked_moment
from api.facade.offered_formats import JSON, JSON_LD
from api.facade.parameters import Item, Listing, Offer
from api.facade.past import Past
from api.facade.reading import CollectionReader, Page
from api.facade.representation import Representation
from api.facade.sight import Sight, Sights
from api.facade.together import Together
from api.facade.writing import ROOT
from api.knowledge import Knowledge
from api.repeats.repeats import Repeatable
from graph.access import Principal
from graph.errors import UnknownNameError
from graph.formats import Format
from graph.resources import ResourceType
from graph.sparql.admission import CALLER
from graph.sparql.instances import Instances
from graph.stores.generations import Generation
from graph.tables.history import Changed
from graph.text import Text


async def past(request: Request) -> Past:
    """What answers from earlier generations."""
    return cast(Past, request.app.state.past)


async def instances(request: Request) -> Instances:
    """What answers from the current generation."""
    return cast(Instances, request.app.state.instances)


PastDep = Annotated[Past, Depends(past)]
InstancesDep = Annotated[Instances, Depends(instances)]

KEPT = 256


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for what in which format: what decides an answer, besides the moment. `state`: that of the
    application; `path` and `query`: of the address."""

    state: State
    principal: Principal
    current: Generation
    format: Format
    path: str
    query: str

    @classmethod
    async def of(cls, request: Request, chosen: Format) -> "Caller":
        return cls(
            request.app.state,
            await dependencies.principal(request),
            dependencies.engine(request).current(),
            chosen,
            request.url.path,
            request.scope["query_string"].decode("latin-1"),
        )

    @property
    def sight(self) -> Sight:
        sights = cast(Sights, self.state.sights)
        return sights.of(self.principal, self.current)

    @property
    def past(self) -> Past:
        return cast(Past, self.state.past)

    def tag(self, generation: str, digest: str) -> str:
        """The strong entity tag of the answer from a generation."""
        return conditional.etag(generation, self.principal, digest, self.format.media_type, self.query)

    def given_before(self, moment: Asked, chosen: Generation, tag: str) -> Written | None:
        """The answer of that tag, if it is still kept."""
        return None if moment.is_negotiated else self._kept.find(self._address(chosen), tag)

    def keep(self, moment: Asked, chosen: Generation, tag: str, written: Written) -> None:
        """For whoever asks the same; what a header chose has headers of its own, and is not kept."""
        if not moment.is_negotiated:
            self._kept.keep(self._address(chosen), tag, written)

    def _address(self, chosen: Generation) -> str:
        return f"{chosen.identity} {self.path}"

    @property
    def _kept(self) -> Kept:
        return cast(Kept, self.state.kept)

    @asynccontextmanager
    async def answering(self, generation: Generation) -> AsyncIterator[Instances]:
        """Whoever answers from a generation: those of the service for what is current."""
        if generation.identity == self.current.identity:
            yield cast(Instances, self.state.instances)
            return
        async with self.past.instances(generation) as earlier:
            yield earlier


class CollectionRoutes:
    """Reads the request, asks, and writes the answer. Both routes take the request alone (`api.direct`)."""

    def __init__(self, knowledge: Knowledge, resource: ResourceType) -> None:
        self.resource = resource
        self.knowledge = knowledge
        self.offer = Offer(resource, knowledge.types, knowledge.vocabulary, knowledge.iris)
        self.context = context(resource, knowledge.types)
        self.reader = CollectionReader(knowledge, resource)
        self._together = Together()
        # What parameters ask depends on them and on who may see what, and is read once for the same.
        self._listing = lru_cache(maxsize=KEPT)(self.offer.listing)
        self.wanted = lru_cache(maxsize=KEPT)(self.offer.item)

    async def page(self, request: Request) -> Response:
        caller = await Caller.of(request, offered_formats.chosen(request, self.resource))
        given = tuple(request.query_params.multi_items())
        listing = self._listing(given, caller.sight)
        after = self._after(listing)
        walking = after.generation if after else None
        moment = asked_moment(request, listing.day, listing.generation, walking)
        chosen = moment.generation(caller.past, caller.current)
        if conditional.is_known(request, tag := caller.tag(chosen.id, self.knowledge.digest)):
            return conditional.not_modified(tag, **headers(moment, chosen, caller.path))
        if (again := caller.given_before(moment, chosen, tag)) is not None:
            if chosen is caller.current and listing.since is None:
                request.state.repeatable = Repeatable(chosen, again.since)
            return again.response
        changed = await self._changed(listing, caller, chosen, request)
        async with caller.answering(chosen) as asked:
            found = await self.reader.page(asked, caller.principal.graphs, listing, after, changed)
        links: dict[str, str] = {"self": _address(caller.path, given)}
        if found.until:
            position = Position(found.generation, found.until, sorting.text(listing.sort))
            place = cursor.write(position, self.knowledge.iris)
            before = [pair for pair in given if pair[0] != "cursor"]
            links["next"] = _address(caller.path, [*before, ("cursor", place)])
        representation = Representation(self.knowledge, self.resource, caller.format, listing.selection)
        return self._written(caller, representation.page(found, links), moment, chosen, found, links).response

    async def item(self, key: str, request: Request) -> Response:
        caller = await Caller.of(request, offered_formats.chosen(request, self.resource))
        wanted = self.wanted(tuple(request.query_params.multi_items()), caller.sight)
        moment = asked_moment(request, wanted.day, wanted.generation)
        chosen = moment.generation(caller.past, caller.current)
        if conditional.is_known(request, tag := caller.tag(chosen.id, self.knowledge.digest)):
            return conditional.not_modified(tag, **headers(moment, chosen, caller.path, is_item=True))
        again = caller.given_before(moment, chosen, tag)
        written = again or await self.one(caller, key, wanted, moment, chosen)
        if chosen is caller.current and not moment.is_negotiated:
            request.state.answered = written.media_type
            if again is not None:
                request.state.repeatable = Repeatable(chosen, again.since)
        return written.response

    async def one(self, caller: Caller, key: str, wanted: Item, moment: Asked, chosen: Generation) -> Written:
        """The resource of that key in a generation. Raises UnknownNameError where the caller sees none."""

        async def read(iris: list[str]) -> Page:
            async with caller.answering(chosen) as asked:
                return await self.reader.resources(asked, caller.principal.graphs, iris, wanted.selection)

        iri = self.knowledge.iris.entity(self.resource.identifier, key)
        alike = CALLER.get(), caller.principal.graphs, chosen.identity, wanted
        found = (await self._together.read(alike, iri, read)).only(iri)
        entity = found.entities.get(iri)
        if entity is None or not set(entity.classes) & set(self.resource.classes):
            raise self.unknown(key)
        representation = Representation(self.knowledge, self.resource, caller.format, wanted.selection)
        return self._written(caller, representation.item(found, iri), moment, chosen, found)

    async def _changed(
        self, listing: Listing, caller: Caller, chosen: Generation, request: Request
    ) -> Changed | None:
        if listing.since is None:
            return None
        before = since(listing.since).generation(caller.past, chosen)
        if before.manifest.created > chosen.manifest.created:
            raise wrong("changedSince", listing.since, f"≤ {chosen.id}")
        asked = await history(request)
        return await asked.changed(before, chosen, self.resource, caller.principal)

    def _after(self, listing: Listing) -> Position | None:
        if listing.after is None:
            return None
        return cursor.read(listing.after, sorting.text(listing.sort), self.knowledge.iris)

    def _written(
        self,
        caller: Caller,
        body: str,
        moment: Asked,
        chosen: Generation,
        found: Page,
        pages: dict[str, str] | None = None,
    ) -> Written:
        told = headers(moment, chosen, caller.path, is_item=pages is None)
        links = []
        if caller.format == JSON:
            described = f"{ROOT}/contexts/{self.resource.collection}.jsonld"
            links.append(
                f'<{described}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD.media_type}"'
            )
        if "Link" in told:
            links.append(told.pop("Link"))
        if pages and "next" in pages:
            links.append(f'<{pages["next"]}>; rel="next"')
        told |= deprecation.headers(self.resource, caller.query)
        if "Link" in told:
            links.append(told.pop("Link"))
        if found.total is not None:
            told["Lienthong-Total"] = str(found.total)
        if links:
            told["Link"] = ", ".join(links)
        tag = caller.tag(found.generation, self.knowledge.digest)
        told |= {"ETag": tag, "Lienthong-Generation": found.generation}
        written = Written(body.encode(), told, caller.format.media_type)
        if found.generation == chosen.id:
            caller.keep(moment, chosen, tag, written)
        return written

    def unknown(self, key: str) -> UnknownNameError:
        """The error for a key; the same for what is not there and what may not be seen."""
        title = self.resource.title
        address = f"{ROOT}/{self.resource.collection}"
        return UnknownNameError(
            Text(f"{title.vi}: không có «{key}».", f"{title.en}: there is no “{key}”."),
            hint=Text(
                f"Khóa là phần sau id/{self.resource.identifier}/ của IRI; hãy thử {address}?q=…",
                f"The key is what follows id/{self.resource.identifier}/ in the IRI; try {address}?q=…",
            ),
        )


def _address(path: str, parameters: Sequence[tuple[str, str]]) -> str:
    return path + (f"?{urlencode(parameters)}" if parameters else "")
