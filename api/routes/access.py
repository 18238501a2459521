"""`/access/explain`: what the caller may read, why, and how to get the rest."""

from datetime import UTC, datetime

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import sections
from api.dependencies import EngineDep, IdentityDep, LanguageDep, PrincipalDep
from api.pages.published import manifest
from api.principals.explaining import Decision, decide
from graph.access import Identity
from graph.text import Language

router = APIRouter(tags=[sections.ACCESS])

MOST = 100
GRAPH = Query(
    [],
    max_length=MOST,
    description="IRI của một đồ thị; có thể lặp lại. Mặc định: mọi đồ thị được đọc. "
    "/ IRI of a graph; may be repeated. Default: all that may be read.",
)


class Caller(BaseModel):
    """`kind`: anonymous, key or person. `grants`: `dataset:class`, with `@last day` where there is one."""

    kind: str
    name: str
    title: str | None
    expires: datetime | None
    grants: list[str]


class GraphAccess(BaseModel):
    """`until`: the last day of the grant that opens the graph."""

    graph: str
    permitted: bool
    reason: str
    remedy: str | None
    grant: str | None
    until: str | None


class Explanation(BaseModel):
    """`asked` is the moment it holds for."""

    caller: Caller
    asked: datetime
    graphs: list[GraphAccess]
    language: str = Field(examples=["vi", "en"])


@router.head("/access/explain", include_in_schema=False)
@router.get("/access/explain", summary="Vì sao tôi không xem được? / Why can I not see this?")
async def explain(
    response: Response,
    identity: IdentityDep,
    principal: PrincipalDep,
    engine: EngineDep,
    language: LanguageDep,
    graph: list[str] = GRAPH,
) -> Explanation:
    """Quyền của chính người hỏi. / The caller's own rights, whether there is such a graph or not."""
    now = datetime.now(UTC)
    published = manifest(engine)
    existing = published.graphs if published else {}
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return Explanation(
        caller=_caller(identity),
        asked=now,
        graphs=[
            _told(decide(identity, one, existing, now), language)
            for one in dict.fromkeys(graph or sorted(principal.graphs))
        ],
        language=language,
    )


def _caller(identity: Identity) -> Caller:
    return Caller(
        kind=identity.kind,
        name=identity.name,
        title=identity.title or None,
        expires=identity.expires,
        grants=[str(grant) for grant in identity.grants],
    )


def _told(decision: Decision, language: Language) -> GraphAccess:
    return GraphAccess(
        graph=decision.graph,
        permitted=decision.permitted,
        reason=decision.reason.of(language),
        remedy=decision.remedy.of(language) if decision.remedy else None,
        grant=str(decision.grant) if decision.grant else None,
        until=decision.until.isoformat() if decision.until else None,
    )
