"""One collection: reads a page or a resource, and writes it as JSON or JSON-LD."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from api import conditional, negotiation
from api.dependencies import EngineDep, GenerationDep, PrincipalDep
from api.facade import cursor, exact, query
from api.facade.context import context
from api.facade.entities import Entities, gather
from api.facade.exact import Json
from api.facade.parameters import Listing, Offer, Selection
from api.facade.writing import ROOT, Writer
from api.knowledge import Knowledge
from api.reader import Reader, consistent
from graph import formats
from graph.errors import UnknownNameError
from graph.formats import Format
from graph.resources import Property, ResourceType
from graph.text import Text

JSON = Format("JSON", "application/json", "json", "results", ("text/json",))
JSON_LD = next(known for known in formats.GRAPHS if known.extension == "jsonld")
OFFERED = (JSON, JSON_LD)


@dataclass(frozen=True, slots=True)
class Page:
    """Entities in the order of IRIs; `total` counts all that match, `more` tells of another page."""

    entities: Entities
    embedded: Mapping[str, Entities]
    total: int = 0
    more: bool = False


class CollectionRoutes:
    """The two routes of a collection."""

    def __init__(self, knowledge: Knowledge, resource: ResourceType) -> None:
        self.resource = resource
        self.knowledge = knowledge
        self.offer = Offer(resource, knowledge.types, knowledge.vocabulary, knowledge.iris)
        self.context = context(resource, knowledge.types)

    async def page(
        self, request: Request, engine: EngineDep, generation: GenerationDep, principal: PrincipalDep
    ) -> Response:
        listing = self.offer.listing(request.query_params.multi_items())
        after = cursor.read(listing.after, self.knowledge.iris) if listing.after is not None else None
        chosen = self._format(request)
        tag = self._tag(generation.id, principal, chosen, request)
        if conditional.is_known(request, tag):
            return conditional.not_modified(tag, Vary="Accept")

        async def ask(reader: Reader) -> Page:
            return await self._read_page(reader, listing, after)

        found, answered_by = await consistent(engine, principal, ask)
        body = self._page_body(found, listing, request, answered_by, chosen)
        return self._response(body, chosen, self._tag(answered_by, principal, chosen, request), answered_by)

    async def item(
        self,
        key: str,
        request: Request,
        engine: EngineDep,
        generation: GenerationDep,
        principal: PrincipalDep,
    ) -> Response:
        selection = self.offer.selection(request.query_params.multi_items())
        iri = self.knowledge.iris.entity(self.resource.identifier, key)
        chosen = self._format(request)
        if conditional.is_known(request, tag := self._tag(generation.id, principal, chosen, request)):
            return conditional.not_modified(tag, Vary="Accept")

        async def ask(reader: Reader) -> Page:
            return await self._read(reader, [iri], selection)

        found, answered_by = await consistent(engine, principal, ask)
        entity = found.entities.get(iri)
        if entity is None or not set(entity.classes) & set(self.resource.classes):
            raise self._unknown(key)
        tag = self._tag(answered_by, principal, chosen, request)
        body = self._writer(chosen).resource(entity, self.resource, selection, found.entities, found.embedded)
        return self._response(body, chosen, tag, answered_by)

    async def _read_page(self, reader: Reader, listing: Listing, after: str | None) -> Page:
        every = sorted(await reader.iris(query.matching(self.resource, listing, self.knowledge.iris)))
        first = bisect_right(every, after) if after is not None else 0
        chosen = every[first : first + listing.limit]
        found = await self._read(reader, chosen, listing.selection)
        return replace(found, total=len(every), more=first + len(chosen) < len(every))

    async def _read(self, reader: Reader, chosen: list[str], selection: Selection) -> Page:
        rows = await reader.rows(query.values(chosen, selection.properties)) if chosen else []
        entities = gather(rows)
        return Page(entities, await self._read_embedded(reader, entities, selection))

    async def _read_embedded(
        self, reader: Reader, entities: Entities, selection: Selection
    ) -> dict[str, Entities]:
        """One query for each key to embed, however many entities link on."""
        found = {}
        for one in selection.include:
            target = self.knowledge.types.of_class(one.target_class)
            links = _linked(entities, one)
            if target is not None and links:
                found[one.key] = gather(await reader.rows(query.values(links, target.properties)))
        return found

    def _page_body(
        self, found: Page, listing: Listing, request: Request, generation: str, chosen: Format
    ) -> dict[str, Json]:
        shown = [*found.entities.values()]
        writer = self._writer(chosen)
        given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        links: dict[str, Json] = {"self": _address(request, request.query_params.multi_items())}
        if found.more:
            position = cursor.write(shown[-1].iri, self.knowledge.iris)
            links["next"] = _address(request, [*given, ("cursor", position)])
        items: list[Json] = [
            writer.resource(entity, self.resource, listing.selection, found.entities, found.embedded)
            for entity in shown
        ]
        total: dict[str, Json] = {"total": found.total} if listing.count else {}
        return {"items": items, **total, "generation": generation, "links": links}

    def _response(self, body: dict[str, Json], chosen: Format, tag: str, generation: str) -> Response:
        whole: dict[str, object] = {"@context": self.context, **body} if chosen == JSON_LD else dict(body)
        links = []
        if chosen == JSON:
            described = f"{ROOT}/contexts/{self.resource.collection}.jsonld"
            links.append(
                f'<{described}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD.media_type}"'
            )
        if isinstance(pages := body.get("links"), dict) and "next" in pages:
            links.append(f'<{pages["next"]}>; rel="next"')
        headers = {
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Vary": "Accept",
            "Lienthong-Generation": generation,
        }
        if links:
            headers["Link"] = ", ".join(links)
        return Response(exact.dumps(whole), media_type=chosen.media_type, headers=headers)

    def _format(self, request: Request) -> Format:
        shortcut = request.query_params.get("format")
        if shortcut is not None:
            return formats.by_extension(shortcut, OFFERED)
        return formats.negotiate(negotiation.accept(request), OFFERED)

    def _writer(self, chosen: Format) -> Writer:
        known = self.knowledge
        return Writer(known.types, known.vocabulary, known.iris, linked_data=chosen == JSON_LD)

    def _tag(self, generation: str, principal: PrincipalDep, chosen: Format, request: Request) -> str:
        return conditional.etag(
            generation, principal, self.knowledge.digest, chosen.media_type, str(request.url.query)
        )

    def _unknown(self, key: str) -> UnknownNameError:
        title = self.resource.title
        address = f"{ROOT}/{self.resource.collection}"
        return UnknownNameError(
            Text(f"{title.vi}: không có «{key}».", f"{title.en}: there is no “{key}”."),
            hint=Text(
                f"Khóa là phần sau id/{self.resource.identifier}/ của IRI; hãy thử {address}?q=…",
                f"The key is what follows id/{self.resource.identifier}/ in the IRI; try {address}?q=…",
            ),
        )


def _linked(entities: Entities, one: Property) -> list[str]:
    found = {
        value.value
        for entity in entities.values()
        for value in entity.values.get((one.path, one.inverse), [])
        if value.kind == "uri"
    }
    return sorted(found)


def _address(request: Request, parameters: list[tuple[str, str]]) -> str:
    return request.url.path + (f"?{urlencode(parameters)}" if parameters else "")
