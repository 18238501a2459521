"""What a route may ask for, by name."""

from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from api import negotiation
from api.pages import published
from api.principals.permitted import Permitted
from graph.access import Identity, Principal
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generation
from graph.text import Language


def settings(request: Request) -> Settings:
    """The settings the application was made with."""
    return cast(Settings, request.app.state.settings)


def engine(request: Request) -> Engine:
    """The one engine of the application."""
    return cast(Engine, request.app.state.engine)


SettingsDep = Annotated[Settings, Depends(settings)]
EngineDep = Annotated[Engine, Depends(engine)]


async def generation(engine: EngineDep) -> Generation:
    """The generation that is current now. Raises NoGenerationError before the first one."""
    return engine.current()


GenerationDep = Annotated[Generation, Depends(generation)]


async def identity(request: Request) -> Identity:
    """Who asks, as proved by the key or token of the request."""
    return cast(Identity, request.state.identity)


IdentityDep = Annotated[Identity, Depends(identity)]


async def principal(request: Request) -> Principal:
    """Who asks, and which of the graphs that are published now this one may read."""
    permitted = cast(Permitted, request.app.state.permitted)
    return permitted.of(request.state.identity, published.generation(engine(request)), datetime.now(UTC))


async def language(request: Request) -> Language:
    """The language of texts for this caller: `?lang=`, else Accept-Language, else the setting."""
    return negotiation.language(request)


PrincipalDep = Annotated[Principal, Depends(principal)]
LanguageDep = Annotated[Language, Depends(language)]
