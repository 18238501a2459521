"""The two routes of a collection: a page of it, and one resource."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response

from api import conditional
from api.dependencies import EngineDep, GenerationDep, PrincipalDep
from api.facade import cursor, offered_formats, sorting
from api.facade.context import context
from api.facade.cursor import Position
from api.facade.filters import wrong
from api.facade.history import History, HistoryDep
from api.facade.kept import Kept
from api.facade.moment import Asked, headers, since
from api.facade.moment import asked as asked_moment
from api.facade.offered_formats import JSON, JSON_LD
from api.facade.parameters import Listing, Offer
from api.facade.past import Past
from api.facade.reading import CollectionReader, Page
from api.facade.representation import Representation
from api.facade.sight import Sight
from api.facade.writing import ROOT
from api.knowledge import Knowledge
from api.reader import Reader, consistent
from graph.access import Principal
from graph.errors import UnknownNameError
from graph.formats import Format
from graph.resources import ResourceType
from graph.sparql.engine import Engine
from graph.stores.generations import Generation
from graph.tables.history import Changed
from graph.text import Text


async def past(request: Request) -> Past:
    """The engines of earlier generations."""
    return cast(Past, request.app.state.past)


PastDep = Annotated[Past, Depends(past)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for what in which format, and whom to ask: what both routes share."""

    request: Request
    engine: Engine
    current: Generation
    principal: Principal
    past: Past
    format: Format

    def tag(self, generation: str, digest: str) -> str:
        """The strong entity tag of the answer from a generation."""
        decides = (digest, self.format.media_type, str(self.request.url.query))
        return conditional.etag(generation, self.principal, *decides)

    def given_before(self, moment: Asked, chosen: Generation, tag: str) -> Response | None:
        """The answer of that tag, if it is still kept."""
        return None if moment.is_negotiated else self._kept.find(self._address(chosen), tag)

    def keep(self, moment: Asked, chosen: Generation, tag: str, body: bytes, told: dict[str, str]) -> None:
        """For whoever asks the same; what a header chose has headers of its own, and is not kept."""
        if not moment.is_negotiated:
            self._kept.keep(self._address(chosen), tag, body, told, self.format.media_type)

    def _address(self, chosen: Generation) -> str:
        """A data folder that is made anew counts its generations anew."""
        return f"{chosen.manifest.created} {self.request.url.path}"

    @property
    def _kept(self) -> Kept:
        return cast(Kept, self.request.app.state.kept)

    @asynccontextmanager
    async def answering(self, generation: Generation) -> AsyncIterator[Engine]:
        """The engine that answers from a generation: the one of the service for what is current."""
        if generation.manifest.created == self.current.manifest.created:
            yield self.engine
            return
        async with self.past.engine(generation) as engine:
            yield engine


class CollectionRoutes:
    """Reads the request, asks, and writes the answer."""

    def __init__(self, knowledge: Knowledge, resource: ResourceType) -> None:
        self.resource = resource
        self.knowledge = knowledge
        self.offer = Offer(resource, knowledge.types, knowledge.vocabulary, knowledge.iris)
        self.context = context(resource, knowledge.types)
        self.reader = CollectionReader(knowledge, resource)

    async def page(
        self,
        request: Request,
        engine: EngineDep,
        generation: GenerationDep,
        principal: PrincipalDep,
        past: PastDep,
        history: HistoryDep,
    ) -> Response:
        sight = Sight.of(principal, generation.manifest.graphs)
        listing = self.offer.listing(request.query_params.multi_items(), sight)
        caller = Caller(request, engine, generation, principal, past, self._format(request))
        after = self._after(listing)
        walking = after.generation if after else None
        moment = asked_moment(request, listing.day, listing.generation, walking)
        chosen = moment.generation(past, generation)
        if conditional.is_known(request, tag := caller.tag(chosen.id, self.knowledge.digest)):
            return conditional.not_modified(tag, **headers(moment, chosen, request.url.path))
        if (again := caller.given_before(moment, chosen, tag)) is not None:
            return again

        changed = await self._changed(listing, past, chosen, principal, history)

        async def ask(reader: Reader) -> Page:
            return await self.reader.page(reader, listing, after, changed)

        async with caller.answering(chosen) as asked:
            found, answered_by = await consistent(asked, principal, ask)
        links: dict[str, str] = {"self": _address(request, request.query_params.multi_items())}
        if found.last is not None:
            position = Position(answered_by, found.until, sorting.text(listing.sort), found.last)
            given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
            place = cursor.write(position, self.knowledge.iris)
            links["next"] = _address(request, [*given, ("cursor", place)])
        written = Representation(self.knowledge, self.resource, caller.format, listing.selection)
        body = written.page(found, answered_by, links)
        return self._response(caller, body, moment, chosen, answered_by, links, found.total)

    async def item(
        self,
        key: str,
        request: Request,
        engine: EngineDep,
        generation: GenerationDep,
        principal: PrincipalDep,
        past: PastDep,
    ) -> Response:
        sight = Sight.of(principal, generation.manifest.graphs)
        wanted = self.offer.item(request.query_params.multi_items(), sight)
        caller = Caller(request, engine, generation, principal, past, self._format(request))
        iri = self.knowledge.iris.entity(self.resource.identifier, key)
        moment = asked_moment(request, wanted.day, wanted.generation)
        chosen = moment.generation(past, generation)
        if conditional.is_known(request, tag := caller.tag(chosen.id, self.knowledge.digest)):
            return conditional.not_modified(tag, **headers(moment, chosen, request.url.path, is_item=True))
        if (again := caller.given_before(moment, chosen, tag)) is not None:
            return again

        async def ask(reader: Reader) -> Page:
            return await self.reader.resources(reader, [iri], wanted.selection)

        async with caller.answering(chosen) as asked:
            found, answered_by = await consistent(asked, principal, ask)
        entity = found.entities.get(iri)
        if entity is None or not set(entity.classes) & set(self.resource.classes):
            raise self.unknown(key)
        written = Representation(self.knowledge, self.resource, caller.format, wanted.selection)
        return self._response(caller, written.item(found, iri), moment, chosen, answered_by, None)

    async def _changed(
        self, listing: Listing, past: Past, chosen: Generation, principal: Principal, history: History
    ) -> Changed | None:
        if listing.since is None:
            return None
        before = since(listing.since).generation(past, chosen)
        if before.manifest.created > chosen.manifest.created:
            raise wrong("changedSince", listing.since, f"≤ {chosen.id}")
        return await history.changed(before, chosen, self.resource, principal)

    def _after(self, listing: Listing) -> Position | None:
        if listing.after is None:
            return None
        return cursor.read(listing.after, sorting.text(listing.sort), len(listing.sort), self.knowledge.iris)

    def _response(
        self,
        caller: Caller,
        body: str,
        moment: Asked,
        chosen: Generation,
        answered_by: str,
        pages: dict[str, str] | None,
        total: int | None = None,
    ) -> Response:
        told = headers(moment, chosen, caller.request.url.path, is_item=pages is None)
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
        if total is not None:
            told["Lienthong-Total"] = str(total)
        if links:
            told["Link"] = ", ".join(links)
        tag = caller.tag(answered_by, self.knowledge.digest)
        told |= {"ETag": tag, "Lienthong-Generation": answered_by}
        written = body.encode()
        if answered_by == chosen.id:
            caller.keep(moment, chosen, tag, written, told)
        return Response(written, media_type=caller.format.media_type, headers=told)

    def _format(self, request: Request) -> Format:
        return offered_formats.chosen(request, self.resource)

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


def _address(request: Request, parameters: list[tuple[str, str]]) -> str:
    return request.url.path + (f"?{urlencode(parameters)}" if parameters else "")
