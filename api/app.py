"""The service as one ASGI application: `uvicorn --factory api.app:create_app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api import (
    allowances,
    audit,
    compression,
    cross_origin,
    errors,
    knowledge,
    operator,
    sections,
    validators,
)
from api.facade.history import History
from api.facade.kept import Kept
from api.facade.past import Past
from api.facade.routes import attach
from api.facade.sight import Sights
from api.facade.tables import Tables
from api.jobs.queries import QueryJobs
from api.pages import routes as pages
from api.principals import middleware as principals
from api.principals.authenticator import Authenticator
from api.principals.permitted import Permitted
from api.repeats import recording
from api.repeats.heads import Heads
from api.repeats.queries import Queries
from api.repeats.repeats import Repeats
from api.repeats.resources import Resources
from api.request_log import RequestId
from api.routes import (
    access,
    catalogue,
    graph_store,
    graph_store_writing,
    health,
    queries,
    resources,
    saved_queries,
    search,
    sparql,
    validation,
    validation_reports,
    void,
)
from api.routes import jobs as query_jobs_route
from api.updates.updates import Updates
from api.validation.jobs import Jobs
from graph import settings as configuration
from graph.settings import MIB, Settings
from graph.sparql.engine import Engine
from graph.sparql.instances import Instances
from graph.sparql.rate import Rates
from graph.stores.generations import Generations


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; its worker processes live as long as its lifespan."""
    settings = settings or configuration.load()
    operator.make_key(settings)
    generations = Generations(settings.data_dir)
    engine = Engine(generations, settings)
    jobs = Jobs(settings)
    updates = Updates(settings)
    query_jobs = QueryJobs(settings)
    past = Past(settings)
    instances = Instances(settings, generations)
    authenticator = Authenticator(settings)
    tables = Tables(ahead=settings.workers_ahead)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with engine, instances, past, jobs, query_jobs, updates, authenticator, tables:
            yield

    # FastAPI's interactive documents fetch their scripts from outside; ours is `/reference`.
    app = FastAPI(title="Liên thông", version=_version(), docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.settings = settings
    app.state.engine = engine
    app.state.permitted = permitted = Permitted()
    app.state.knowledge = known = knowledge.load(settings)
    app.openapi_tags = sections.described(known.types)
    app.state.validation_jobs = jobs
    app.state.updates = updates
    app.state.past = past
    app.state.instances = instances
    app.state.tables = tables
    app.state.kept = Kept(settings.cache_mb * MIB)
    app.state.sights = Sights()
    app.state.history = History()
    app.state.audit = audit.Audit(settings.data_dir)
    app.state.query_jobs = query_jobs
    sparql.attach(app)
    # Before the collections, whose routes end with one that takes every name.
    saved_queries.attach(app)
    app.include_router(search.router)
    validators.attach(app)
    rates = Rates(settings.caller_rate) if settings.caller_rate else None
    allowances.attach(app, rates, settings.caller_rate)
    principals.attach(app, authenticator)
    compression.offer(app)
    cross_origin.allow(app)
    app.add_middleware(RequestId)
    errors.register(app)

    app.include_router(graph_store.router)
    app.include_router(graph_store_writing.router)
    app.include_router(void.router)
    app.include_router(queries.router)
    app.include_router(query_jobs_route.router)
    app.include_router(health.router)
    app.include_router(access.router)
    collections = attach(app)
    app.include_router(resources.router)
    app.include_router(catalogue.router)
    app.include_router(validation.router)
    app.include_router(validation_reports.router)
    app.include_router(pages.router)
    repeats = Repeats(engine, authenticator, rates, settings.caller_rate, settings.cache_mb)
    kinds = Queries(engine), Resources(collections, app.state)
    heads = Heads(kinds, engine, authenticator, permitted, repeats, rates, settings.caller_rate)
    recording.attach(app, repeats, heads, authenticator)
    return app


def _version() -> str:
    try:
        return version("lienthong")
    except PackageNotFoundError:
        return "0"
